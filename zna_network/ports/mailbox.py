"""The answering mailbox: what comes back by mail, read as plain data.

Two ports: ``Mailbox`` hands over octets and forgets them when told so; ``MailParser`` says what
they mean. Neither decides anything: whom an answer is from, and whether it counts, is for the
services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from zna_network.ports.calendar import PartStat


class MailboxError(Exception):
    """The mailbox cannot be read now; ``reason``, in French, holds no password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class RawMail:
    """One mail of the mailbox. ``key`` names it until it is done with, whoever reads the mailbox.

    ``content`` is what the server keeps, the same octets at each reading; of a mail over the
    adapter's limit, the beginning only (``is_truncated``)."""

    key: str
    content: bytes
    is_truncated: bool = False


class Mailbox(Protocol):
    """Threads may share one; several processes may read the same mailbox at once."""

    def unread(self, limit: int) -> Iterator[RawMail]:
        """At most ``limit`` mails that nobody is done with, from the oldest, each fetched when it
        is asked for; those that vanish meanwhile are left out. Raises MailboxError."""
        ...

    def done(self, key: str) -> None:
        """Put the mail aside: ``unread`` gives it no more. Nothing where it is gone already.
        Raises MailboxError; the mail is then still there, or already aside."""
        ...

    def check(self) -> str:
        """Where mails are read, in French, once reached (zna doctor). Raises MailboxError."""
        ...

    def close(self) -> None:
        """End any connection kept open; the next call opens another. Never raises."""
        ...


class MailKind(StrEnum):
    """The same words as models.mailbox.IncomingKind: ``IncomingKind(mail.kind)``."""

    REPLY = "reply"
    COUNTER = "counter"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OTHER = "other"


class MailAuthentication(StrEnum):
    """What our own server found about the From (RFC 8601): never what the mail says of itself."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True)
class CalendarReply:
    """METHOD:REPLY or METHOD:COUNTER (RFC 5546), about one event and one attendee.

    Addresses are lower-case and without ``mailto:``; empty where absent. Instants are UTC.
    ``stamp`` is DTSTAMP, or the mail's Date where the client wrote none: a client's own clock,
    which may be wrong, in the future included. ``sequence`` is 0 where absent.
    ``proposed_start`` and ``proposed_end`` are set for COUNTER alone, both or neither; neither
    where they cannot be read or are whole days (``ReadMail.reason`` says so).
    ``recurrence_id`` answers one date of a series, which we never send."""

    method: str
    uid: str
    sequence: int
    stamp: datetime | None
    attendee: str
    partstat: PartStat
    sent_by: str = ""
    comment: str = ""
    delegated_to: str = ""
    delegate_name: str = ""
    delegated_from: str = ""
    proposed_start: datetime | None = None
    proposed_end: datetime | None = None
    recurrence_id: datetime | None = None


@dataclass(frozen=True)
class BouncedAddress:
    """An address that a mail server says it cannot deliver to (RFC 3464).

    ``status`` is the enhanced code such as 5.1.1, empty where unknown; ``words`` what the server
    said, on one line. ``original_message_id``, in angle brackets, is the mail that came back, empty
    where the report does not say: only one of ours proves that the report is not forged."""

    email: str
    is_permanent: bool
    status: str = ""
    words: str = ""
    original_message_id: str = ""


@dataclass(frozen=True)
class ReadMail:
    """What one mail is. ``calendar`` is there for REPLY and COUNTER, ``bounces`` for BOUNCE.

    ``from_address`` is the address of From, lower-case; ``senders`` are all those of From and
    Sender. A mail with several From addresses has ``authentication`` FAIL. ``reason``, in French,
    says why something was not understood, or what made a mail automatic. Texts are on one line,
    cut to what the tables hold, and have no control character; ``calendar.comment`` keeps its
    lines."""

    kind: MailKind
    message_id: str = ""
    from_address: str = ""
    senders: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    authentication: MailAuthentication = MailAuthentication.NONE
    calendar: CalendarReply | None = None
    bounces: tuple[BouncedAddress, ...] = ()
    text: str = ""
    reason: str = ""


class MailParser(Protocol):
    def parse(self, content: bytes) -> ReadMail:
        """What the mail is. Never raises: what cannot be read is OTHER, with a reason."""
        ...
