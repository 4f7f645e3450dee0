"""From a day and hours typed to the instants of a meeting."""

from datetime import UTC, date, datetime, time

import pytest

from zna_network.services.errors import InvalidError
from zna_network.services.meeting_times import Slot, default_title, instants_of, remarks

THURSDAY = date(2026, 12, 17)


def test_hours_are_those_of_arras() -> None:
    winter = instants_of(Slot(THURSDAY, time(14), time(16, 30)))
    summer = instants_of(Slot(date(2027, 7, 6), time(14), time(16, 30)))
    assert winter[0] == datetime(2026, 12, 17, 13, 0, tzinfo=UTC)
    assert summer[1] == datetime(2027, 7, 6, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slot", "field", "words"),
    [
        (Slot(date(2027, 3, 28), time(2, 30), time(4)), "starts", "n’existe pas"),
        (Slot(date(2027, 3, 28), time(1), time(2, 30)), "ends", "n’existe pas"),
        (Slot(date(2027, 10, 31), time(2, 30), time(4)), "starts", "arrive deux fois"),
        (Slot(THURSDAY, time(14), time(14)), "ends", "après le début"),
        (Slot(THURSDAY, time(14), time(9)), "ends", "après le début"),
        (Slot(THURSDAY, time(8), time(18, 1)), "ends", "10\u00a0h au plus"),
        (Slot(date(2026, 12, 20), time(14), time(16)), "confirmed", "un dimanche"),
        (Slot(date(2026, 12, 25), time(14), time(16)), "confirmed", "Noël"),
        (Slot(date(1, 1, 1), time(0), time(1)), "day", "année"),
        (Slot(date(9999, 12, 31), time(23), time(23, 30)), "day", "année"),
    ],
)
def test_refuses_beside_the_field_at_fault(slot: Slot, field: str, words: str) -> None:
    with pytest.raises(InvalidError, match=words) as refusal:
        instants_of(slot)
    assert refusal.value.field == field


def test_a_sunday_that_is_confirmed_is_taken() -> None:
    starts_at, _ = instants_of(Slot(date(2026, 12, 20), time(14), time(16), confirmed=True))
    assert starts_at == datetime(2026, 12, 20, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "starts", "ends", "words"),
    [
        (THURSDAY, time(14), time(16), []),
        (date(2026, 12, 19), time(14), time(16), ["samedi"]),
        (date(2026, 12, 20), time(14), time(16), ["dimanche"]),
        (THURSDAY, time(18), time(20), ["journée de travail"]),
        (date(2026, 12, 19), time(7), time(9), ["samedi", "journée de travail"]),
    ],
)
def test_remarks_on_what_is_unusual(day: date, starts: time, ends: time, words: list[str]) -> None:
    found = remarks(*instants_of(Slot(day, starts, ends, confirmed=True)))
    assert len(found) == len(words)
    assert all(word in remark for word, remark in zip(words, found, strict=True))


def test_the_title_proposed_names_the_day() -> None:
    assert default_title("Comité technique", THURSDAY) == "Comité technique du 17 décembre 2026"
    assert default_title("COPIL", date(2027, 2, 1)) == "COPIL du 1er février 2027"
