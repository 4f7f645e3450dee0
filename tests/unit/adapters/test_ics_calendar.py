"""What the invitations say, and their octets."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.calendar_readers import IcalJs, Vobject
from tests.unit.adapters.events import GUEST, MAILBOX, event
from zna_network.adapters.ics_calendar import IcsCalendar
from zna_network.ports.calendar import Address, CalendarEvent, PartStat
from zna_network.services.french_time import start_of

CALENDAR = IcsCalendar()
# Every character, the ones that no format takes included.
ANY_TEXT = st.text(st.characters(codec=None), max_size=120)
DANGEROUS = 'Ana "La" d\'Été, X; Y: Z\r\nATTENDEE:mailto:intrus@pirate.example\nEND:VEVENT\x00\x1b'


def _lines(octets: bytes) -> list[str]:
    """The content lines, unfolded by hand."""
    return octets.decode().replace("\r\n ", "").split("\r\n")


def _properties(octets: bytes, name: str) -> list[str]:
    """The lines of a property, without those of the time zone."""
    return [line for line in _lines(octets) if line.startswith((f"{name}:", f"{name};"))]


def _assert_octets_are_right(octets: bytes) -> None:
    assert octets.endswith(b"END:VCALENDAR\r\n")
    assert octets.count(b"\n") == octets.count(b"\r") == octets.count(b"\r\n")
    for line in octets.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # a line that began or ended inside a character would not decode


def test_a_request_carries_everything_a_client_needs(ical_js: IcalJs) -> None:
    octets = CALENDAR.request(
        event(
            sequence=3,
            description="Ordre du jour :\n1. Bilan\n2. Suites",
            location="Hôtel de ville, place des Héros ; salle 2",
            url="https://zna.example/r/jeton",
            categories=("Comité technique",),
        )
    )
    _assert_octets_are_right(octets)
    assert ical_js.read(octets)["method"] == "REQUEST"
    read = ical_js.event(octets)
    assert read["uid"] == "4f1c2a@zna.example"
    assert read["sequence"] == 3
    assert read["summary"] == "Comité technique"
    assert read["description"] == "Ordre du jour :\n1. Bilan\n2. Suites"
    assert read["location"] == "Hôtel de ville, place des Héros ; salle 2"
    assert read["url"] == "https://zna.example/r/jeton"
    assert read["status"] == "CONFIRMED"
    assert read["stamp"] == "2027-06-01T08:30:00.000Z"
    assert read["organizers"] == [
        {"value": "mailto:reunions@zna.example", "cn": "Réseau Zéro Non-Recours"}
    ]
    assert read["attendees"] == [
        {
            "value": "mailto:camille.durand@ccas.example",
            "cn": "Camille Durand",
            "cutype": "INDIVIDUAL",
            "role": "REQ-PARTICIPANT",
            "partstat": "NEEDS-ACTION",
            "rsvp": "TRUE",
        }
    ]
    lines = _lines(octets)
    assert {"VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:REQUEST", "TRANSP:OPAQUE"} <= set(lines)
    assert "CATEGORIES:Comité technique" in lines
    assert len(_properties(octets, "PRODID")) == 1


def test_the_time_zone_is_two_yearly_rules() -> None:
    lines = _lines(CALENDAR.request(event()))
    zone = lines[lines.index("BEGIN:VTIMEZONE") + 1 : lines.index("END:VTIMEZONE")]
    assert zone[0] == "TZID:Europe/Paris"
    spring = zone[zone.index("BEGIN:DAYLIGHT") + 1 : zone.index("END:DAYLIGHT")]
    autumn = zone[zone.index("BEGIN:STANDARD") + 1 : zone.index("END:STANDARD")]
    assert set(spring) == {
        "DTSTART:19960331T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
    }
    assert set(autumn) == {
        "DTSTART:19961027T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
    }


def test_an_optional_attendee_keeps_the_answer_given() -> None:
    octets = CALENDAR.request(event(attendee_required=False, partstat=PartStat.ACCEPTED))
    [attendee] = _properties(octets, "ATTENDEE")
    assert "ROLE=OPT-PARTICIPANT" in attendee
    assert "PARTSTAT=ACCEPTED" in attendee


def test_a_cancellation_names_the_same_event_and_asks_for_no_answer(ical_js: IcalJs) -> None:
    octets = CALENDAR.cancel(event(sequence=4))
    _assert_octets_are_right(octets)
    assert ical_js.read(octets)["method"] == "CANCEL"
    read = ical_js.event(octets)
    assert (read["uid"], read["sequence"], read["status"]) == ("4f1c2a@zna.example", 4, "CANCELLED")
    assert read["organizers"][0]["value"] == "mailto:reunions@zna.example"
    [attendee] = read["attendees"]
    assert attendee["value"] == "mailto:camille.durand@ccas.example"
    assert "rsvp" not in attendee
    assert "TRANSP:TRANSPARENT" in _lines(octets)


def test_a_published_calendar_discloses_no_attendee(ical_js: IcalJs) -> None:
    cancelled = replace(event(), uid="other@zna.example", cancelled=True)
    octets = CALENDAR.publish([event(), cancelled], name="Agenda du réseau\r\nX-EVIL:1")
    _assert_octets_are_right(octets)
    read = ical_js.read(octets)
    assert read["method"] == "PUBLISH"
    assert [item["status"] for item in read["events"]] == ["CONFIRMED", "CANCELLED"]
    assert [item["attendees"] for item in read["events"]] == [[], []]
    assert GUEST.email.encode() not in octets
    lines = _lines(octets)
    assert "X-WR-CALNAME:Agenda du réseau X-EVIL:1" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines


def test_whole_days_are_dates_that_make_nobody_busy(ical_js: IcalJs) -> None:
    """From midnight to midnight in Paris: of another day in UTC, in winter as in summer."""
    for first, after in (
        (date(2027, 1, 15), date(2027, 1, 16)),
        (date(2027, 6, 1), date(2027, 7, 1)),
    ):
        days = replace(event(), starts_at=start_of(first), ends_at=start_of(after), all_day=True)
        octets = CALENDAR.publish([days], name="Agenda", in_utc=True)
        ical_js.read(octets)
        lines = _lines(octets)
        assert f"DTSTART;VALUE=DATE:{first:%Y%m%d}" in lines
        assert f"DTEND;VALUE=DATE:{after:%Y%m%d}" in lines
        assert "TRANSP:TRANSPARENT" in lines


def test_an_empty_calendar_can_be_subscribed_to(ical_js: IcalJs) -> None:
    assert ical_js.read(CALENDAR.publish([], name="Agenda"))["events"] == []


def test_the_same_event_gives_the_same_octets() -> None:
    assert CALENDAR.request(event()) == CALENDAR.request(event())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Durand, Camille", "Durand, Camille"),
        ("CCAS ; service social : accueil", "CCAS ; service social : accueil"),
        ("Éloïse Lefèvre-Œuvrard", "Éloïse Lefèvre-Œuvrard"),
        ('Camille "Cam" Durand', "Camille 'Cam' Durand"),
        ("Camille\r\nDurand\tX", "Camille Durand X"),
        ("a^nb", "anb"),
        ("\u202egro.elpmaxe\u202c", "gro.elpmaxe"),
        ("", "camille.durand@ccas.example"),
        ("\x00\r\n", "camille.durand@ccas.example"),
    ],
)
def test_names_are_read_back_as_written(
    ical_js: IcalJs, vobject_reader: Vobject, name: str, shown: str
) -> None:
    octets = CALENDAR.request(event(attendee=Address(GUEST.email, name)))
    assert ical_js.event(octets)["attendees"][0]["cn"] == shown
    assert vobject_reader.event(octets).attendee.params["CN"] == [shown]


def test_long_lines_fold_between_characters() -> None:
    octets = CALENDAR.request(event(summary="é" * 200, description="€𝄞" * 100))
    _assert_octets_are_right(octets)
    assert "SUMMARY:" + "é" * 200 in _lines(octets)
    assert "DESCRIPTION:" + "€𝄞" * 100 in _lines(octets)


@pytest.mark.parametrize("field", ["uid", "summary", "description", "location"])
def test_no_text_can_add_a_property(ical_js: IcalJs, field: str) -> None:
    _assert_same_shape(ical_js, **{field: DANGEROUS})


@settings(max_examples=60, deadline=None)
@given(text=ANY_TEXT, name=ANY_TEXT)
def test_any_text_gives_one_event_with_one_attendee(ical_js: IcalJs, text: str, name: str) -> None:
    _assert_same_shape(
        ical_js,
        summary=text,
        description=text,
        location=text,
        categories=(text,),
        organizer=Address(MAILBOX.email, name),
        attendee=Address(GUEST.email, name),
    )


def _assert_same_shape(ical_js: IcalJs, **changes: Any) -> None:
    octets = CALENDAR.request(event(**changes))
    _assert_octets_are_right(octets)
    read = ical_js.event(octets)
    [attendee] = read["attendees"]
    [organizer] = read["organizers"]
    assert attendee["value"] == f"mailto:{GUEST.email}"
    assert organizer["value"] == f"mailto:{MAILBOX.email}"
    usual = {"uid", "sequence", "dtstamp", "dtstart", "dtend", "summary", "status", "transp"}
    optional = {"description", "location", "categories"}
    names = set(read["properties"])
    assert len(read["properties"]) == len(names)
    assert usual | {"organizer", "attendee"} <= names
    assert names <= usual | optional | {"organizer", "attendee"}


def test_an_address_is_written_as_a_uri() -> None:
    octets = CALENDAR.request(event(attendee=Address("a%b?c+d@mairie-béthune.example", "X")))
    [attendee] = _properties(octets, "ATTENDEE")
    assert attendee.endswith(":mailto:a%25b%3Fc+d@xn--mairie-bthune-ihb.example")


def test_a_wrong_address_is_refused_in_french() -> None:
    with pytest.raises(ValueError, match="Adresse électronique invalide"):
        CALENDAR.request(event(attendee=Address("Camille <camille@ccas.example>")))


@pytest.mark.parametrize(
    "changes",
    [
        {"attendee": None},
        {"cancelled": True},
        {"sequence": -1},
        {"uid": " \r\n"},
        {"stamp": event().stamp.replace(tzinfo=None)},
        {"starts_at": event().starts_at.replace(tzinfo=None)},
        {"ends_at": event().ends_at.replace(tzinfo=None)},
        {"ends_at": event().starts_at},
        {"url": "javascript:alert(1)"},
        {"url": "https://zna.example/\r\nATTENDEE:mailto:x@y.example"},
        {"url": "https:///r/jeton"},
    ],
    ids=str,
)
def test_a_request_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        CALENDAR.request(event(**changes))


def test_a_cancellation_needs_its_attendee() -> None:
    orphan: CalendarEvent = event(attendee=None)
    with pytest.raises(ValueError, match="exactly one attendee"):
        CALENDAR.cancel(orphan)
