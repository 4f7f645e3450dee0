"""Calendar objects (RFC 5545) and scheduling messages (RFC 5546), as plain data."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class PartStat(StrEnum):
    """The answer of an attendee, in iCalendar's words."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"


@dataclass(frozen=True)
class Address:
    email: str
    name: str = ""


@dataclass(frozen=True)
class CalendarEvent:
    """One event as one attendee sees it.

    Instants are time zone aware. ``sequence`` rises with each change of time, place or
    cancellation; ``stamp`` is the instant at which this version was produced (DTSTAMP).
    ``tentative``: not certain to take place; calendars show it so, and a REQUEST for it wants no
    answer. ``all_day``: whole days in Paris, from midnight to midnight; nobody is busy.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    organizer: Address
    attendee: Address | None = None
    attendee_required: bool = True
    partstat: PartStat = PartStat.NEEDS_ACTION
    description: str = ""
    location: str = ""
    url: str = ""
    cancelled: bool = False
    tentative: bool = False
    all_day: bool = False
    categories: tuple[str, ...] = field(default=())


class CalendarWriter(Protocol):
    def request(self, event: CalendarEvent) -> bytes:
        """METHOD:REQUEST for exactly one attendee; CRLF, folded, UTF-8."""
        ...

    def cancel(self, event: CalendarEvent) -> bytes:
        """METHOD:CANCEL with STATUS:CANCELLED for exactly one attendee."""
        ...

    def decline_counter(self, event: CalendarEvent) -> bytes:
        """METHOD:DECLINECOUNTER: the other time that the one attendee proposed is not taken; the
        event stands as it is. ``sequence`` is that of the proposal."""
        ...

    def publish(self, events: list[CalendarEvent], *, name: str, in_utc: bool = False) -> bytes:
        """A calendar to download or subscribe to: METHOD:PUBLISH, no attendee disclosed.
        ``in_utc``: times as UTC, which every client reads alike, and no time zone beside them."""
        ...
