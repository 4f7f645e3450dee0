"""Sending over SMTP (RFC 5321), with the standard library's smtplib."""

import re
import smtplib
import ssl
from threading import Lock

from zna_network.adapters.mail_addresses import ascii_address
from zna_network.adapters.mail_urls import parse_mail_url
from zna_network.adapters.smtp_connection import (
    connection_trouble,
    open_connection,
    server_words,
)
from zna_network.ports.mailer import DeliveryError, Envelope

TIMEOUT = 60.0
SERVICE_CLOSING = 421
TOO_LARGE = 552
# "Authenticate first", "encrypt first", "wrong order": about the settings, not about this mail.
SETTING_CODES = frozenset({503, 530, 534, 535, 538})
BARE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class SmtpMailer:
    """One connection, kept open between two mails. Threads take turns.

    A connection that broke while idle is opened again, once, and only before the DATA command:
    after it, the server may have taken the mail, and sending it again is the caller's decision.
    """

    def __init__(
        self, url: str, *, timeout: float = TIMEOUT, tls: ssl.SSLContext | None = None
    ) -> None:
        """Connects to nothing yet. Raises ValueError, in French, when ``url`` is wrong."""
        self._server = parse_mail_url(url)
        self._timeout = timeout
        self._tls = tls
        self._connection: smtplib.SMTP | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"SmtpMailer({self._server.label})"

    def send(self, envelope: Envelope) -> None:
        """Deliver or raise DeliveryError, permanent for a 5xx about the recipient or content."""
        sender, recipient = _checked_addresses(envelope)
        if BARE_LINE_END.search(envelope.content):
            raise DeliveryError("Message mal formé : fins de ligne incorrectes.", permanent=True)
        with self._lock:
            connection = self._announce(sender, recipient, len(envelope.content))
            self._transmit(connection, envelope.content)

    def close(self) -> None:
        with self._lock:
            if self._connection is None:
                return
            try:
                self._connection.quit()
            except OSError:
                self._connection.close()
            self._connection = None

    def _announce(self, sender: str, recipient: str, size: int) -> smtplib.SMTP:
        """A connection on which sender and recipient are accepted."""
        connection = self._idle_connection()
        if connection is not None:
            try:
                self._name_parties(connection, sender, recipient, size)
            except smtplib.SMTPServerDisconnected:
                self._drop()
            else:
                return connection
        connection = self._connection = open_connection(
            self._server, timeout=self._timeout, tls=self._tls
        )
        try:
            self._name_parties(connection, sender, recipient, size)
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            raise connection_trouble(self._server, error) from error
        return connection

    def _idle_connection(self) -> smtplib.SMTP | None:
        """The connection kept open, if the server still answers on it."""
        if self._connection is None:
            return None
        try:
            code, _reply = self._connection.rset()
        except smtplib.SMTPServerDisconnected:
            code = SERVICE_CLOSING
        if code != 250:
            self._drop()
        return self._connection

    def _name_parties(
        self, connection: smtplib.SMTP, sender: str, recipient: str, size: int
    ) -> None:
        options = (f"size={size}",) if connection.has_extn("size") else ()
        code, reply = connection.mail(sender, options)
        if code != 250:
            # Other mails would be refused as well: the sender is a setting, their size is not.
            raise self._refusal("l’expéditeur", code, reply, permanent=code == TOO_LARGE)
        code, reply = connection.rcpt(recipient)
        if code not in (250, 251, 252):
            raise self._refusal("le destinataire", code, reply, permanent=_is_final(code))

    def _transmit(self, connection: smtplib.SMTP, content: bytes) -> None:
        reply: bytes | str
        try:
            code, reply = connection.data(content)
        except smtplib.SMTPDataError as error:
            code, reply = error.smtp_code, error.smtp_error
        except OSError as error:
            self._drop()
            raise DeliveryError(
                f"Le serveur de messagerie {self._server.label} a interrompu la connexion après "
                f"l’envoi du message : impossible de savoir s’il l’a pris.",
                permanent=False,
            ) from error
        if code != 250:
            raise self._refusal("le message", code, reply, permanent=_is_final(code))

    def _refusal(
        self, what: str, code: int, reply: bytes | str, *, permanent: bool
    ) -> DeliveryError:
        if code in (SERVICE_CLOSING, -1):
            self._drop()
        words = server_words(code, reply, self._server)
        return DeliveryError(
            f"Le serveur de messagerie {self._server.label} refuse {what} : {words}",
            permanent=permanent,
        )

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _is_final(code: int) -> bool:
    return 500 <= code <= 599 and code not in SETTING_CODES


def _checked_addresses(envelope: Envelope) -> tuple[str, str]:
    """Sender (empty for a mail that must not bounce) and recipient, in ASCII."""
    try:
        sender = ascii_address(envelope.sender) if envelope.sender else ""
        return sender, ascii_address(envelope.recipient)
    except ValueError as error:
        raise DeliveryError(str(error), permanent=True) from error
