"""The answering mailbox over IMAP (RFC 9051 and 3501), with imap-tools.

A mail counts as unread while it stands in the folder, whatever its \\Seen flag: somebody who opens
it in a webmail must not hide an answer. Done with, it is moved, its flags as they were."""

import re
import ssl
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from zna_network.adapters.clean_text import one_line
from zna_network.adapters.imap_connection import hang_up, open_box, trouble, validity
from zna_network.adapters.mail_urls import parse_imap_url
from zna_network.ports.mailbox import MailboxError, RawMail

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

TIMEOUT = 60.0
LONGEST_MAIL = 2 * 1024 * 1024  # octets; of a longer one, what is fetched
DELETED = rb"\deleted"
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
Result = TypeVar("Result")


class ImapMailbox:
    """One connection, kept open between two calls; threads take turns on it.

    A key is ``UIDVALIDITY.UID``: where the server numbered its mails anew meanwhile, ``done`` does
    nothing, and the mail comes back under its new number."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float = TIMEOUT,
        tls: ssl.SSLContext | None = None,
        longest_mail: int = LONGEST_MAIL,
    ) -> None:
        """Connects to nothing yet. Raises ValueError, in French, when ``url`` is wrong."""
        self._folders = parse_imap_url(url)
        self._timeout = timeout
        self._tls = tls
        self._longest = longest_mail
        self._box: BaseMailBox | None = None
        self._done_folder = ""  # its name on this server, once it is known to be there
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"ImapMailbox({self._folders.server.label})"

    def unread(self, limit: int) -> Iterator[RawMail]:
        for key in self._with_box(_waiting)[:limit]:
            mail = self._with_box(lambda box, key=key: self._fetched(box, key))  # type: ignore[misc]
            if mail is not None:
                yield mail

    def done(self, key: str) -> None:
        self._with_box(lambda box: self._move(box, key))

    def check(self) -> str:
        waiting = len(self._with_box(_waiting))
        return f"{self._folders.server.label}, dossier {self._folders.folder}, {waiting} à lire"

    def close(self) -> None:
        with self._lock:
            box, self._box = self._box, None
            if box is not None:
                _leave(box)

    def _with_box(self, work: Callable[["BaseMailBox"], Result]) -> Result:
        """``work`` on the connection; on a new one, once, where the kept one broke while idle."""
        with self._lock:
            if self._box is not None:
                try:
                    return self._attempt(self._box, work)
                except MailboxError:
                    self._drop()
            self._box = open_box(self._folders, timeout=self._timeout, tls=self._tls)
            try:
                return self._attempt(self._box, work)
            except MailboxError:
                self._drop()
                raise

    def _attempt(self, box: "BaseMailBox", work: Callable[["BaseMailBox"], Result]) -> Result:
        import imaplib

        from imap_tools import ImapToolsError

        try:
            return work(box)
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            raise trouble(self._folders.server, error) from error

    def _drop(self) -> None:
        if self._box is not None:
            _leave(self._box)
        self._box = None

    def _fetched(self, box: "BaseMailBox", key: str) -> RawMail | None:
        uid = _uid(box, key)
        if uid is None:
            return None
        box.client.noop()  # hears of what other readers moved: it could still be fetched
        wanted = f"(FLAGS RFC822.SIZE BODY.PEEK[]<0.{self._longest}>)"
        _status, answer = box.client.uid("FETCH", uid, wanted)
        literals = [item for item in answer if isinstance(item, tuple)]
        told = b" ".join(item if isinstance(item, bytes) else item[0] for item in answer if item)
        if not literals or DELETED in told.lower():  # gone since the search
            return None
        size = SIZE.search(told)
        too_long = size is not None and int(size[1]) > self._longest
        return RawMail(key, literals[0][1][: self._longest], is_truncated=too_long)

    def _move(self, box: "BaseMailBox", key: str) -> None:
        uid = _uid(box, key)
        if uid is None:
            return
        folder = self._ready_folder(box)
        if "MOVE" in box.client.capabilities:
            box.move(uid, folder)
            return
        box.copy(uid, folder)
        box.client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        # A plain EXPUNGE would also remove what a person marked and may still want back.
        if "UIDPLUS" in box.client.capabilities:
            box.client.uid("EXPUNGE", uid)

    def _ready_folder(self, box: "BaseMailBox") -> str:
        """The folder for what is done with: made at its first use, under INBOX on the servers
        that want every folder there."""
        from imap_tools import ImapToolsError

        if not self._done_folder:
            name = self._folders.done_folder
            wanted = [name, *(f"INBOX{part}{name}" for part in _separators(box))]
            there = next((each for each in wanted if box.folder.exists(each)), None)
            for each in wanted if there is None else []:
                try:
                    box.folder.create(each)
                except ImapToolsError:  # refused, or another worker made it a moment ago
                    if not box.folder.exists(each):
                        continue
                there = each
                break
            if there is None:
                raise MailboxError(
                    f"Le serveur de messagerie {self._folders.server.label} refuse de créer le "
                    f"dossier « {one_line(name)} »."
                )
            self._done_folder = there
        return self._done_folder


def _waiting(box: "BaseMailBox") -> list[str]:
    """Keys, the oldest first. The folder is selected again, so that what came is seen."""
    box.folder.set(box.folder.get() or "INBOX")
    uids = sorted(box.uids("UNDELETED", charset=None), key=int)
    return [f"{validity(box)}.{uid}" for uid in uids]


def _uid(box: "BaseMailBox", key: str) -> str | None:
    """The mail's number, None where the key is from another numbering."""
    numbering, _dot, uid = key.partition(".")
    return uid if numbering == validity(box) and uid.isdecimal() else None


def _separators(box: "BaseMailBox") -> list[str]:
    return sorted({folder.delim for folder in box.folder.list() if folder.delim})


def _leave(box: "BaseMailBox") -> None:
    import imaplib

    from imap_tools import ImapToolsError

    try:
        box.logout()
    except (imaplib.IMAP4.error, ImapToolsError, OSError):
        hang_up(box)
