"""Mails before they are bytes: what a service says, and who turns it into an RFC 5322 message."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from zna_network.ports.calendar import Address


class CalendarMethod(StrEnum):
    """The scheduling methods (RFC 5546) that a mail of ours may carry."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    DECLINECOUNTER = "DECLINECOUNTER"


@dataclass(frozen=True)
class CalendarPart:
    """An iCalendar object, as CalendarWriter wrote it; ``method`` is the METHOD found in it."""

    method: CalendarMethod
    content: bytes


@dataclass(frozen=True)
class Attachment:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail to one recipient, so that nobody learns who else was written to.

    ``auto_submitted`` marks a mail that nobody typed (reminder, password reset), to which
    automatic answers are not wanted (RFC 3834). ``list_unsubscribe`` is an https address that
    unsubscribes by POST alone (RFC 8058), or a mailto one.
    """

    recipient: Address
    subject: str
    text: str
    html: str = ""
    calendar: CalendarPart | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: Address | None = None
    auto_submitted: bool = False
    list_unsubscribe: str = ""


class MessageComposer(Protocol):
    def compose(self, mail: Mail, *, sender: Address, message_id: str, date: datetime) -> bytes:
        """The complete message: ASCII octets, CRLF line ends, the same for the same arguments.

        ``message_id`` is in angle brackets (``message_id_for``); ``date`` is time zone aware.
        Raises ValueError, in French, for an address or an attachment that cannot be sent.
        """
        ...


def message_id_for(key: str, domain: str) -> str:
    """The Message-ID of the mail known as ``key``: the same one at each attempt."""
    return f"<{key}@{domain}>"
