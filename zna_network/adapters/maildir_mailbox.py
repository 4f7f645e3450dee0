"""A maildir as the answering mailbox, where no IMAP server is set.

What stands in ``new`` and ``cur`` is to be read; what is done with goes to ``.Traites``, a
subfolder as Maildir++ names it. A file is renamed, never copied: of two readers, one moves it."""

import stat
from collections.abc import Iterator
from pathlib import Path

from zna_network.ports.mailbox import MailboxError, RawMail

LONGEST_MAIL = 2 * 1024 * 1024  # octets
DONE_FOLDER = ".Traites"
INFO = ":2,"  # what follows it in a file's name are flags, which mail programs change


class MaildirMailbox:
    """The folder is made at the first reading."""

    def __init__(self, folder: Path, *, longest_mail: int = LONGEST_MAIL) -> None:
        self._folder = folder
        self._longest = longest_mail

    def unread(self, limit: int) -> Iterator[RawMail]:
        for path in self._waiting()[:limit]:
            mail = self._read(path)
            if mail is not None:
                yield mail

    def done(self, key: str) -> None:
        for path in self._waiting():
            if _key(path) == key:
                self._put_aside(path)

    def check(self) -> str:
        waiting = len(self._waiting())
        return f"dossier {self._folder.name} (aucun serveur IMAP réglé), {waiting} à lire"

    def close(self) -> None:
        """Nothing is kept open."""

    def _waiting(self) -> list[Path]:
        """The oldest first; a maildir's file names begin with a date, others go by their own."""
        try:
            for name in ("tmp", "new", "cur"):
                (self._folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
            paths = [*(self._folder / "new").iterdir(), *(self._folder / "cur").iterdir()]
        except OSError as error:
            raise _trouble("lire le dossier", error) from error
        return [path for _age, _name, path in sorted(_aged(paths))]

    def _read(self, path: Path) -> RawMail | None:
        try:
            with path.open("rb") as file:
                content = file.read(self._longest + 1)
        except FileNotFoundError:  # another reader was quicker
            return None
        except OSError as error:
            raise _trouble("lire un courriel", error) from error
        too_long = len(content) > self._longest
        return RawMail(_key(path), content[: self._longest], is_truncated=too_long)

    def _put_aside(self, path: Path) -> None:
        aside = self._folder / DONE_FOLDER / "cur"
        try:
            for name in ("tmp", "new", "cur"):
                (aside.parent / name).mkdir(parents=True, exist_ok=True, mode=0o700)
            path.rename(_free(aside, _key(path)))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _trouble("ranger un courriel", error) from error


def _aged(paths: list[Path]) -> Iterator[tuple[int, str, Path]]:
    for path in paths:
        if path.name.startswith("."):
            continue
        try:
            state = path.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(state.st_mode):  # a link could lead out of the folder
            yield state.st_mtime_ns, path.name, path


def _key(path: Path) -> str:
    return path.name.partition(INFO)[0]


def _free(folder: Path, key: str) -> Path:
    """A name that no other mail has: one dropped twice under the same name is kept twice."""
    name, turn = f"{key}{INFO}S", 0
    while (folder / name).exists():
        turn += 1
        name = f"{key}.{turn}{INFO}S"
    return folder / name


def _trouble(what: str, error: OSError) -> MailboxError:
    return MailboxError(f"Courriels reçus : impossible de {what} ({error.strerror}).")
