"""Events and mails for the tests of the adapters."""

from datetime import UTC, datetime
from typing import Any

from zna_network.adapters.ics_calendar import IcsCalendar
from zna_network.ports.calendar import Address, CalendarEvent
from zna_network.ports.messages import CalendarMethod, CalendarPart, Mail

MAILBOX = Address("reunions@zna.example", "Réseau Zéro Non-Recours")
GUEST = Address("camille.durand@ccas.example", "Camille Durand")


def event(**changes: Any) -> CalendarEvent:
    """A meeting on 6 July 2027 from 14:00 to 16:00 in Arras (UTC+2), changed as asked."""
    values: dict[str, Any] = {
        "uid": "4f1c2a@zna.example",
        "sequence": 0,
        "stamp": datetime(2027, 6, 1, 8, 30, tzinfo=UTC),
        "starts_at": datetime(2027, 7, 6, 12, tzinfo=UTC),
        "ends_at": datetime(2027, 7, 6, 14, tzinfo=UTC),
        "summary": "Comité technique",
        "organizer": MAILBOX,
        "attendee": GUEST,
    }
    return CalendarEvent(**(values | changes))


def invitation(**changes: Any) -> Mail:
    values: dict[str, Any] = {
        "recipient": GUEST,
        "subject": "Convocation au comité technique du 6 juillet 2027",
        "text": "Bonjour,\n\nvous êtes convoquée.\n",
        "html": "<p>Bonjour,</p><p>vous êtes convoquée.</p>",
        "calendar": CalendarPart(CalendarMethod.REQUEST, IcsCalendar().request(event())),
    }
    return Mail(**(values | changes))
