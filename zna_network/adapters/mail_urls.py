"""The addresses of mail servers, as an administrator writes them in ``ZNA_MAIL_URL`` and
``ZNA_IMAP_URL``."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SMTP_EXPECTED = "smtp://utilisateur:mot-de-passe@serveur:587 ou smtps://…"
IMAP_EXPECTED = "imaps://utilisateur:mot-de-passe@serveur/Dossier?done=Traités ou imap://…"
DEFAULT_FOLDER = "INBOX"
DEFAULT_DONE_FOLDER = "Traités"


class Encryption(StrEnum):
    """How the connection to the server is encrypted; NO and YES are the option's two values."""

    WHEN_OFFERED = "when offered"
    NO = "no"
    YES = "yes"
    FROM_THE_START = "from the start"


SMTP_PORTS = {
    Encryption.WHEN_OFFERED: 25,
    Encryption.NO: 25,
    Encryption.YES: 587,
    Encryption.FROM_THE_START: 465,
}
IMAP_PORTS = dict.fromkeys(Encryption, 143) | {Encryption.FROM_THE_START: 993}


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    encryption: Encryption
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK

    @property
    def label(self) -> str:
        """What may be shown and logged."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class ImapFolders:
    """Where mails are read, and where those that are done with go."""

    server: MailServer
    folder: str = DEFAULT_FOLDER
    done_folder: str = DEFAULT_DONE_FOLDER


class _WrongUrlError(Exception):
    """The message says why, in French."""


def parse_mail_url(url: str) -> MailServer:
    """The server of ``smtp://user:password@host:port?starttls=yes|no`` or ``smtps://…``.

    User and password are percent-decoded (UTF-8). Raises ValueError, in French, which quotes
    nothing of ``url``: a password with an unencoded ``/`` or ``?`` can sit in any part of it.
    """
    try:
        return _smtp_server(url)
    except _WrongUrlError as error:
        raise _wrong(str(error), SMTP_EXPECTED) from None


def parse_imap_url(url: str) -> ImapFolders:
    """The folders of ``imap://user:password@host:port/Folder?starttls=yes|no&done=Folder`` or
    ``imaps://…``. Raises ValueError as above; somebody always signs in."""
    try:
        return _imap_folders(url)
    except _WrongUrlError as error:
        raise _wrong(str(error), IMAP_EXPECTED) from None


def _smtp_server(url: str) -> MailServer:
    parts, port = _split(url, "smtp")
    host = _host(parts)
    if parts.path not in ("", "/") or parts.fragment:
        raise _WrongUrlError("rien n’est attendu après le port")
    encryption = _encryption(parts, parse_qsl(parts.query, keep_blank_values=True))
    return _server(parts, host, port or SMTP_PORTS[encryption], encryption)


def _imap_folders(url: str) -> ImapFolders:
    parts, port = _split(url, "imap")
    host = _host(parts)
    if parts.fragment:
        raise _WrongUrlError("rien n’est attendu après le dossier")
    options = parse_qsl(parts.query, keep_blank_values=True)
    done = [value for name, value in options if name == "done"]
    encryption = _encryption(parts, [pair for pair in options if pair[0] != "done"])
    server = _server(parts, host, port or IMAP_PORTS[encryption], encryption)
    if not server.username:
        raise _WrongUrlError("il manque l’utilisateur et le mot de passe")
    folder = unquote(parts.path.strip("/")) or DEFAULT_FOLDER
    done_folder = done[0] if done else DEFAULT_DONE_FOLDER
    if len(done) > 1 or not done_folder or done_folder.casefold() == folder.casefold():
        raise _WrongUrlError("done=… nomme un dossier, autre que celui qui est lu")
    return ImapFolders(server, folder, done_folder)


def _split(url: str, scheme: str) -> tuple[SplitResult, int | None]:
    if any(character.isspace() or not character.isprintable() for character in url):
        raise _WrongUrlError("elle contient une espace ou un caractère invisible")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _WrongUrlError("le port est un nombre de 1 à 65535") from None
    if port == 0:
        raise _WrongUrlError("le port est un nombre de 1 à 65535")
    if parts.scheme not in (scheme, f"{scheme}s"):
        raise _WrongUrlError(f"elle ne commence ni par {scheme}:// ni par {scheme}s://")
    return parts, port


def _host(parts: SplitResult) -> str:
    """The server's name in ASCII, as it is looked up."""
    if not parts.hostname:
        raise _WrongUrlError("il manque le nom du serveur")
    try:
        return parts.hostname.encode("idna").decode("ascii")
    except UnicodeError:
        raise _WrongUrlError("le nom du serveur n’est pas un nom possible") from None


def _encryption(parts: SplitResult, options: list[tuple[str, str]]) -> Encryption:
    if parts.scheme.endswith("s"):
        if options:
            raise _WrongUrlError(f"{parts.scheme}:// ne prend pas d’option de chiffrement")
        return Encryption.FROM_THE_START
    match options:
        case []:
            return Encryption.WHEN_OFFERED
        case [("starttls", "no" | "yes" as value)]:
            return Encryption(value)
        case _:
            raise _WrongUrlError("la seule option est starttls=yes ou starttls=no")


def _server(parts: SplitResult, host: str, port: int, encryption: Encryption) -> MailServer:
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(username) != bool(password):
        raise _WrongUrlError("utilisateur et mot de passe vont ensemble")
    return MailServer(host, port, encryption, username, password)


def _wrong(reason: str, expected: str) -> ValueError:
    return ValueError(
        f"L’adresse du serveur de messagerie est incorrecte : {reason}. Forme attendue : "
        f"{expected} ; dans l’utilisateur et le mot de passe, les caractères spéciaux "
        f"s’écrivent encodés (@ : %40, / : %2F, ? : %3F, # : %23, : : %3A, % : %25)."
    )
