"""Opening a connection to the mail server: connect, encrypt, authenticate.

Nothing that fails here is the fault of a mail: every DeliveryError is worth another attempt,
even where the server says 5xx, since an administrator can put the setting right.
"""

import base64
import smtplib
import socket
import ssl

from zna_network.adapters.clean_text import one_line
from zna_network.adapters.mail_urls import Encryption, MailServer
from zna_network.adapters.network_trouble import words_of
from zna_network.ports.mailer import DeliveryError

LONGEST_REPLY = 300
HIDDEN = "•••"


def open_connection(
    server: MailServer, *, timeout: float, tls: ssl.SSLContext | None = None
) -> smtplib.SMTP:
    """A connection ready for a mail. ``timeout`` is in seconds, for each exchange."""
    connection = _connect(server, timeout, tls or ssl.create_default_context())
    try:
        connection.ehlo_or_helo_if_needed()
        _encrypt(connection, server, tls or ssl.create_default_context())
        _authenticate(connection, server)
    except DeliveryError:
        connection.close()
        raise
    except OSError as error:  # smtplib's own errors are of this kind too
        connection.close()
        raise connection_trouble(server, error) from error
    return connection


def connection_trouble(server: MailServer, error: OSError) -> DeliveryError:
    """``error`` in French, with the server's own words where it said something."""
    match error:
        case smtplib.SMTPAuthenticationError():
            words = server_words(error.smtp_code, error.smtp_error, server)
            reason = f"refuse l’utilisateur ou le mot de passe : {words}"
        case smtplib.SMTPResponseException():
            words = server_words(error.smtp_code, error.smtp_error, server)
            reason = f"refuse la connexion : {words}"
        case smtplib.SMTPServerDisconnected() if not isinstance(error.__context__, TimeoutError):
            reason = "a interrompu la connexion"
        case smtplib.SMTPServerDisconnected():
            reason = words_of(TimeoutError())
        case smtplib.SMTPException():
            reason = f"ne permet pas la connexion ({_without_secrets(str(error), server)})"
        case _:
            reason = words_of(error)
    return DeliveryError(f"Le serveur de messagerie {server.label} {reason}.", permanent=False)


def server_words(code: int, reply: bytes | str, server: MailServer) -> str:
    """What the server answered, on one line, without the credentials."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {_without_secrets(one_line(text), server)[:LONGEST_REPLY]}".strip()


def _connect(server: MailServer, timeout: float, tls: ssl.SSLContext) -> smtplib.SMTP:
    name = _own_name()
    try:
        if server.encryption is Encryption.FROM_THE_START:
            return smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=name, timeout=timeout, context=tls
            )
        return smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=timeout)
    except OSError as error:
        raise connection_trouble(server, error) from error


def _own_name() -> str:
    """The name said in EHLO, found without a DNS query, which can take long where it fails."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _encrypt(connection: smtplib.SMTP, server: MailServer, tls: ssl.SSLContext) -> None:
    if server.encryption in (Encryption.NO, Encryption.FROM_THE_START):
        return
    if connection.has_extn("starttls"):
        connection.starttls(context=tls)
        connection.ehlo()
    elif server.encryption is Encryption.YES:
        raise _setting_trouble(server, "ne propose pas STARTTLS, exigé par ZNA_MAIL_URL")
    elif server.username and not server.is_loopback:
        raise _setting_trouble(
            server,
            "ne propose pas STARTTLS : le mot de passe circulerait en clair. "
            "Ajoutez ?starttls=no à ZNA_MAIL_URL pour l’accepter",
        )


def _authenticate(connection: smtplib.SMTP, server: MailServer) -> None:
    if not server.username:
        return
    if not connection.has_extn("auth"):
        raise _setting_trouble(server, "n’accepte pas d’authentification sur ce port")
    if f"{server.username}{server.password}".isascii():
        connection.login(server.username, server.password)
        return
    # smtplib cannot encode accents; PLAIN is UTF-8 (RFC 4616).
    code, reply = connection.docmd("AUTH", f"PLAIN {_plain_credentials(server)}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, reply)


def _setting_trouble(server: MailServer, reason: str) -> DeliveryError:
    return DeliveryError(f"Le serveur de messagerie {server.label} {reason}.", permanent=False)


def _plain_credentials(server: MailServer) -> str:
    return _base64(f"\0{server.username}\0{server.password}")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _without_secrets(text: str, server: MailServer) -> str:
    """``text`` without the password: some servers repeat the command that they refuse."""
    if not server.password:
        return text
    for secret in (_plain_credentials(server), _base64(server.password), server.password):
        text = text.replace(secret, HIDDEN)
    return text
