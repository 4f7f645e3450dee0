"""The address of a mail server, as an administrator writes it in ``ZNA_MAIL_URL``."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EXPECTED = "smtp://utilisateur:mot-de-passe@serveur:587 ou smtps://…"


class Encryption(StrEnum):
    """How the connection to the server is encrypted; NO and YES are the option's two values."""

    WHEN_OFFERED = "when offered"
    NO = "no"
    YES = "yes"
    FROM_THE_START = "from the start"


DEFAULT_PORTS = {
    Encryption.WHEN_OFFERED: 25,
    Encryption.NO: 25,
    Encryption.YES: 587,
    Encryption.FROM_THE_START: 465,
}


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


def parse_mail_url(url: str) -> MailServer:
    """The server of ``smtp://user:password@host:port?starttls=yes|no`` or ``smtps://…``.

    User and password are percent-decoded (UTF-8). Raises ValueError, in French, which quotes
    nothing of ``url``: a password with an unencoded ``/`` or ``?`` can sit in any part of it.
    """
    parts, port = _split(url)
    if parts.scheme not in ("smtp", "smtps"):
        raise _wrong("elle ne commence ni par smtp:// ni par smtps://")
    host = _host(parts)
    if parts.path not in ("", "/") or parts.fragment:
        raise _wrong("rien n’est attendu après le port")
    encryption = _encryption(parts)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(username) != bool(password):
        raise _wrong("utilisateur et mot de passe vont ensemble")
    return MailServer(
        host=host,
        port=port or DEFAULT_PORTS[encryption],
        encryption=encryption,
        username=username,
        password=password,
    )


def _split(url: str) -> tuple[SplitResult, int | None]:
    if any(character.isspace() or not character.isprintable() for character in url):
        raise _wrong("elle contient une espace ou un caractère invisible")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _wrong("le port est un nombre de 1 à 65535") from None
    if port == 0:
        raise _wrong("le port est un nombre de 1 à 65535")
    return parts, port


def _host(parts: SplitResult) -> str:
    """The server's name in ASCII, as it is looked up."""
    if not parts.hostname:
        raise _wrong("il manque le nom du serveur")
    try:
        return parts.hostname.encode("idna").decode("ascii")
    except UnicodeError:
        raise _wrong("le nom du serveur n’est pas un nom possible") from None


def _encryption(parts: SplitResult) -> Encryption:
    options = parse_qsl(parts.query, keep_blank_values=True)
    if parts.scheme == "smtps":
        if options:
            raise _wrong("smtps:// ne prend pas d’option")
        return Encryption.FROM_THE_START
    match options:
        case []:
            return Encryption.WHEN_OFFERED
        case [("starttls", "no" | "yes" as value)]:
            return Encryption(value)
        case _:
            raise _wrong("la seule option est starttls=yes ou starttls=no")


def _wrong(reason: str) -> ValueError:
    return ValueError(
        f"L’adresse du serveur de messagerie est incorrecte : {reason}. Forme attendue : "
        f"{EXPECTED} ; dans l’utilisateur et le mot de passe, les caractères spéciaux "
        f"s’écrivent encodés (@ : %40, / : %2F, ? : %3F, # : %23, : : %3A, % : %25)."
    )
