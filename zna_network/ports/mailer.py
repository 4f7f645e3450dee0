"""Handing a finished mail to the outside world."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Envelope:
    """A mail ready to go.

    ``content`` is the complete RFC 5322 message, CRLF line ends, never changed between attempts:
    a mail sent twice after a crash is then the same mail for the receiving server.
    """

    sender: str
    recipient: str
    message_id: str
    content: bytes


class DeliveryError(Exception):
    """The mail was not accepted. ``permanent`` means that trying again is useless (SMTP 5xx)."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class Mailer(Protocol):
    def send(self, envelope: Envelope) -> None:
        """Deliver or raise DeliveryError."""
        ...

    def close(self) -> None:
        """End any connection kept open between two mails."""
        ...
