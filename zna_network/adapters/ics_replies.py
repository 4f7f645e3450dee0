"""METHOD:REPLY and METHOD:COUNTER (RFC 5546) as calendar clients write them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from zna_network.adapters.clean_text import many_lines, one_line
from zna_network.adapters.ics_instants import duration, instant
from zna_network.adapters.ics_lines import Component, Property, read_calendar
from zna_network.adapters.mail_parts import clean_address
from zna_network.ports.calendar import PartStat
from zna_network.ports.mailbox import CalendarReply

METHODS = ("REPLY", "COUNTER")
LONGEST_UID = 250
LONGEST_NAME = 170
LONGEST_COMMENT = 2000
HIGHEST_SEQUENCE = 2**31 - 1
# Where clients write what the person typed: Google's on the attendee, Apple's beside it.
COMMENT_PROPERTIES = ("COMMENT", "X-CALENDARSERVER-ATTENDEE-COMMENT")
COMMENT_PARAMETER = "X-RESPONSE-COMMENT"


class UnreadableReplyError(Exception):
    """The message, in French, says what is missing."""


@dataclass(frozen=True)
class Circumstances:
    """What the mail around the calendar says: who wrote, when, and the part's own method."""

    senders: tuple[str, ...] = ()
    date: datetime | None = None
    method: str = ""


def method_of(text: str, around: Circumstances) -> str:
    """REPLY, REQUEST…; the calendar's own word first, then the part's. Empty: no calendar."""
    calendar = read_calendar(text)
    if calendar is None:
        return ""
    return (calendar.value("METHOD") or around.method).upper()


def read_reply(text: str, around: Circumstances) -> tuple[CalendarReply, str]:
    """The reply, and in French what could not be read of it. Raises UnreadableReplyError."""
    calendar = read_calendar(text)
    event = _only_event(calendar)
    assert calendar is not None
    method = (calendar.value("METHOD") or around.method).upper()
    uid = one_line(event.value("UID"))[:LONGEST_UID]
    if not uid:
        raise UnreadableReplyError("Réponse d’agenda sans identifiant de réunion (UID).")
    person = _attendee(event, around.senders)
    starts_at, ends_at = _proposed(event, calendar) if method == "COUNTER" else (None, None)
    delegated_to = _address_in(person.parameter("DELEGATED-TO"))
    reply = CalendarReply(
        method=method,
        uid=uid,
        sequence=_sequence(event),
        stamp=_stamp(event, calendar, around.date),
        attendee=_address(person),
        partstat=_partstat(person, method),
        sent_by=_address_in(person.parameter("SENT-BY")),
        comment=_comment(event, person),
        delegated_to=delegated_to,
        delegate_name=_name_of(event, delegated_to),
        delegated_from=_address_in(person.parameter("DELEGATED-FROM")),
        proposed_start=starts_at,
        proposed_end=ends_at,
        recurrence_id=instant(event.first("RECURRENCE-ID"), calendar),
    )
    if method == "COUNTER" and starts_at is None:
        return reply, "L’horaire proposé ne se lit pas, ou couvre des journées entières."
    return reply, ""


def _only_event(calendar: Component | None) -> Component:
    events = calendar.named("VEVENT") if calendar else []
    if not events:
        raise UnreadableReplyError("Réponse d’agenda sans événement.")
    if len(events) > 1:
        raise UnreadableReplyError("Réponse d’agenda qui porte sur plusieurs événements.")
    return events[0]


def _attendee(event: Component, senders: tuple[str, ...]) -> Property:
    """The one who answers. Some clients list everybody: then whoever wrote the mail, or has it
    written; then the only one who took a position."""
    people = event.all("ATTENDEE")
    if len(people) > 1:
        people = (
            [each for each in people if _address(each) in senders]
            or [each for each in people if _address_in(each.parameter("SENT-BY")) in senders]
            or [each for each in people if _took_position(each)]
        )
    if not people:
        raise UnreadableReplyError("Réponse d’agenda sans participant (ATTENDEE).")
    if len({_address(each) for each in people}) > 1 or not _address(people[0]):
        raise UnreadableReplyError("Réponse d’agenda dont le participant ne se reconnaît pas.")
    return people[0]


def _took_position(person: Property) -> bool:
    return person.parameter("PARTSTAT").upper() not in ("", "NEEDS-ACTION")


def _address(person: Property) -> str:
    """« mailto: » in any case, percent-encoded or not; the EMAIL parameter (RFC 7986) where the
    value names the person otherwise, as iCloud does."""
    return _address_in(person.value) or clean_address(person.parameter("EMAIL"))


def _address_in(value: str) -> str:
    bare = value.strip()
    if bare[:7].lower() == "mailto:":
        bare = unquote(bare[7:].partition("?")[0])
    return clean_address(bare)


def _partstat(person: Property, method: str) -> PartStat:
    written = person.parameter("PARTSTAT").upper()
    if not written and method == "COUNTER":
        return PartStat.NEEDS_ACTION
    try:
        return PartStat(written)
    except ValueError:
        raise UnreadableReplyError("Réponse d’agenda qui ne dit ni oui ni non.") from None


def _sequence(event: Component) -> int:
    written = event.value("SEQUENCE") or "0"
    if not (written.isascii() and written.isdecimal()) or len(written) > 10:
        raise UnreadableReplyError("Réponse d’agenda dont la version (SEQUENCE) ne se lit pas.")
    return min(int(written), HIGHEST_SEQUENCE)


def _stamp(event: Component, calendar: Component, date: datetime | None) -> datetime | None:
    """DTSTAMP is in UTC; one written without its Z is read so."""
    found = event.first("DTSTAMP")
    if found is not None and not found.parameter("TZID") and not found.value.strip().endswith("Z"):
        found = Property(found.name, f"{found.value.strip()}Z", found.parameters)
    stamp = instant(found, calendar) or date
    return stamp.astimezone(UTC) if stamp else None


def _proposed(event: Component, calendar: Component) -> tuple[datetime | None, datetime | None]:
    starts_at = instant(event.first("DTSTART"), calendar)
    ends_at = instant(event.first("DTEND"), calendar)
    lasting = duration(event.first("DURATION"))
    if starts_at is not None and ends_at is None and lasting is not None:
        ends_at = starts_at + lasting
    if starts_at is None or ends_at is None or ends_at <= starts_at:
        return None, None
    return starts_at, ends_at


def _comment(event: Component, person: Property) -> str:
    written = [each.text for name in COMMENT_PROPERTIES for each in event.all(name)]
    written.append(person.parameter(COMMENT_PARAMETER))
    lines = dict.fromkeys(many_lines(text).strip() for text in written)
    return "\n".join(line for line in lines if line)[:LONGEST_COMMENT]


def _name_of(event: Component, address: str) -> str:
    """The delegate's name, where the reply also lists the delegate."""
    names = [
        one_line(each.parameter("CN"))
        for each in event.all("ATTENDEE")
        if address and _address(each) == address
    ]
    name = next(filter(None, names), "")
    return "" if clean_address(name) else name[:LONGEST_NAME]
