"""iCalendar objects (RFC 5545) and invitations (RFC 5546), with the icalendar library.

Each choice below was needed by some client: see the comments.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from zna_network.adapters.clean_text import many_lines, one_line
from zna_network.adapters.mail_addresses import ascii_address
from zna_network.adapters.paris_timezone import PARIS, is_ambiguous, paris_timezone
from zna_network.ports.calendar import Address, CalendarEvent

if TYPE_CHECKING:
    from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//zna_network//Calendrier//FR"
REFRESH_EVERY = timedelta(hours=1)
ADDRESS_CHARACTERS = "@!$'*+=_-.~^`{|}"  # written as they are in a mailto address


class IcsCalendar:
    def request(self, event: CalendarEvent) -> bytes:
        """An invitation, or its update, for the event's one attendee.

        Raises ValueError: no attendee, cancelled event, naive or inverted times, wrong address.
        """
        if event.cancelled:
            raise ValueError("A cancelled event is announced by cancel().")
        # What is only held (a date of a poll) is answered elsewhere than in the calendar.
        component = _event(event, status="TENTATIVE" if event.tentative else "CONFIRMED")
        # Outlook shows no answer buttons without RSVP, nor to who is not an ATTENDEE.
        component.add("attendee", _attendee(event, rsvp=not event.tentative))
        return _message("REQUEST", component)

    def cancel(self, event: CalendarEvent) -> bytes:
        """The cancellation, or the removal of the event's one attendee. Same errors."""
        component = _event(event, status="CANCELLED")
        component.add("attendee", _attendee(event, rsvp=False))
        return _message("CANCEL", component)

    def decline_counter(self, event: CalendarEvent) -> bytes:
        """The refusal of another time proposed by the event's one attendee. Same errors."""
        component = _event(event, status="CONFIRMED")
        component.add("attendee", _attendee(event, rsvp=False))
        return _message("DECLINECOUNTER", component)

    def publish(self, events: list[CalendarEvent], *, name: str, in_utc: bool = False) -> bytes:
        """A calendar to subscribe to; attendees, if any, are left out."""
        from icalendar import vDuration

        components = [
            _event(event, status=_published_status(event), in_utc=in_utc) for event in events
        ]
        calendar = _calendar("PUBLISH", components, with_zone=not in_utc)
        calendar.add("name", one_line(name))
        calendar.add("x-wr-calname", one_line(name))
        calendar.add("refresh-interval", vDuration(REFRESH_EVERY), {"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH_EVERY))  # Outlook's name for the same
        return _octets(calendar)


def _published_status(event: CalendarEvent) -> str:
    if event.cancelled:
        return "CANCELLED"
    return "TENTATIVE" if event.tentative else "CONFIRMED"


def _message(method: str, component: "Event") -> bytes:
    """A calendar of one event. What stands around it is the same for each of two hundred people."""
    head, foot = _frame(method)
    event: bytes = component.to_ical()
    return head + event + foot


@lru_cache(maxsize=8)
def _frame(method: str) -> tuple[bytes, bytes]:
    head, end, foot = _octets(_calendar(method, [])).rpartition(b"END:VCALENDAR")
    return head, end + foot


def _calendar(method: str, events: list["Event"], *, with_zone: bool = True) -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if with_zone:
        calendar.add_component(paris_timezone())
    for event in events:
        calendar.add_component(event)
    return calendar


def _octets(calendar: "Calendar") -> bytes:
    octets: bytes = calendar.to_ical()
    return octets


def _event(event: CalendarEvent, *, status: str, in_utc: bool = False) -> "Event":
    from icalendar import Event, vUri

    component = Event()
    component.add("uid", _required("uid", one_line(event.uid)))
    component.add("sequence", _not_negative(event.sequence))
    component.add("dtstamp", _aware(event.stamp).astimezone(UTC))
    starts_at, ends_at = _written_times(event)
    if event.all_day:
        # Dates without an hour are the same day wherever the reader is.
        component.add("dtstart", starts_at.astimezone(PARIS).date())
        component.add("dtend", ends_at.astimezone(PARIS).date())
    else:
        if in_utc:
            starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
        component.add("dtstart", starts_at)
        component.add("dtend", ends_at)
    component.add("summary", one_line(event.summary))
    component.add("status", status)
    # What is cancelled or not certain must not make its owner look busy.
    is_busy = status == "CONFIRMED" and not event.all_day
    component.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
    component.add("organizer", _organizer(event.organizer))
    for key, text in (
        ("description", many_lines(event.description)),
        ("location", one_line(event.location)),
    ):
        if text:
            component.add(key, text)
    if event.url:
        component.add("url", vUri(_web_address(event.url)))
    categories = [one_line(category) for category in event.categories]
    if categories:
        component.add("categories", categories)
    return component


def _attendee(event: CalendarEvent, *, rsvp: bool) -> "vCalAddress":
    if event.attendee is None:
        raise ValueError("An invitation is for exactly one attendee.")
    person = _person(event.attendee)
    person.params["CUTYPE"] = "INDIVIDUAL"
    person.params["ROLE"] = "REQ-PARTICIPANT" if event.attendee_required else "OPT-PARTICIPANT"
    person.params["PARTSTAT"] = event.partstat.value
    if rsvp:
        person.params["RSVP"] = "TRUE"
    return person


@lru_cache(maxsize=16)
def _organizer(address: Address) -> "vCalAddress":
    """The same in every event of a calendar, which may hold hundreds."""
    return _person(address)


def _person(address: Address) -> "vCalAddress":
    from icalendar import vCalAddress

    email = ascii_address(address.email)
    person = vCalAddress(f"mailto:{quote(email, safe=ADDRESS_CHARACTERS)}")
    # A quoted parameter cannot hold a double quote, and few clients know RFC 6868's escapes.
    person.params["CN"] = one_line(address.name).replace('"', "'").replace("^", "") or email
    return person


def _written_times(event: CalendarEvent) -> tuple[datetime, datetime]:
    """Start and end as Paris wall clock; as UTC where that clock shows the same time twice."""
    starts_at, ends_at = (
        _aware(instant).astimezone(PARIS).replace(microsecond=0)
        for instant in (event.starts_at, event.ends_at)
    )
    if ends_at.astimezone(UTC) <= starts_at.astimezone(UTC):
        raise ValueError("An event ends after it starts.")
    if is_ambiguous(starts_at) or is_ambiguous(ends_at):
        return starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    return starts_at, ends_at


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("Instants are time zone aware.")
    return instant


def _not_negative(sequence: int) -> int:
    if sequence < 0:
        raise ValueError("SEQUENCE starts at 0.")
    return sequence


def _required(name: str, value: str) -> str:
    if not value:
        raise ValueError(f"An event has a {name}.")
    return value


def _web_address(url: str) -> str:
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.netloc or url != "".join(url.split()):
        raise ValueError("The URL of an event is an http or https address without spaces.")
    return url
