"""The rules of the lending, each alone: what breaks it, in which words, and when it is judged."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zna_network.models.van import Driver, Vehicle
from zna_network.services.french_time import from_local
from zna_network.services.van import rules
from zna_network.services.van.rules import WAIVABLE, Moment
from zna_network.services.van.trip_facts import Trip, a_year_before, days_of, most_in_a_year

NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)
THURSDAY = date(2027, 3, 4)


def _vehicle(**values: Any) -> Vehicle:
    return Vehicle(
        **{
            "name": "CUA Mobile",
            "opening_days": [0, 1, 2, 3, 4, 5],
            "opens_at": time(7),
            "closes_at": time(21),
            "opens_on_holidays": False,
            "notice_days": 5,
            "horizon_days": 365,
            "longest_hours": 72,
            "insurance_until": date(2028, 12, 31),
            "inspection_until": date(2028, 12, 31),
            **values,
        }
    )


def _driver(**values: Any) -> Driver:
    good = {"licence_until": date(2030, 1, 1), "insured_until": date(2030, 1, 1)}
    return Driver(**{"name": "Camille Conduite", **good, **values})


def _trip(
    day: date = THURSDAY,
    leaves: time = time(9),
    returns: time = time(12),
    *,
    nights: int = 0,
    now: datetime = NOW,
    driver: Driver | None = None,
    used: frozenset[date] = frozenset(),
    **vehicle: Any,
) -> Trip:
    starts_at = from_local(day, leaves)
    ends_at = from_local(day + timedelta(days=nights), returns)
    return Trip(_vehicle(**vehicle), starts_at, ends_at, now, driver or _driver(), used)


def _broken(trip: Trip, moment: Moment) -> list[str]:
    return [refusal.rule for refusal in rules.broken(trip, moment)]


def test_a_good_trip_breaks_none() -> None:
    for moment in Moment:
        assert _broken(_trip(), moment) == []
        assert rules.allows(_trip(), moment)


BROKEN: list[tuple[str, Trip, str]] = [
    # Notice counts local days: on 3 December, 8 December is the first, at whatever hour.
    ("notice", _trip(date(2026, 12, 7)), "au moins 5\u00a0jours avant le départ\u00a0: à partir du mardi 8 décembre 2026"),
    ("past", _trip(date(2026, 12, 3), time(8), time(9)), "déjà passé"),
    ("horizon", _trip(date(2027, 12, 4)), "jusqu’au vendredi 3 décembre 2027"),
    ("opening_days", _trip(date(2027, 3, 7)), "du lundi au samedi\u00a0: pas le dimanche 7 mars 2027"),
    # Back on a closed day.
    ("opening_days", _trip(date(2027, 3, 6), nights=1), "dimanche 7 mars"),
    ("opening_days", _trip(opening_days=[]), "aucun jour de prêt"),
    ("opening_hours", _trip(leaves=time(6, 59)), "entre 7\u00a0h et 21\u00a0h"),
    ("opening_hours", _trip(returns=time(21, 1)), "entre 7\u00a0h et 21\u00a0h"),
    ("holidays", _trip(date(2027, 3, 29)), "Le lundi 29 mars 2027, c’est le lundi de Pâques"),
    ("holidays", _trip(date(2027, 5, 7), nights=1), "la Victoire de 1945"),
    ("length", _trip(date(2027, 3, 1), nights=3, returns=time(9, 30)), "72\u00a0h au plus\u00a0: celle-ci dure 72\u00a0h\u00a030"),
    ("retired", _trip(retired_at=NOW), "CUA Mobile n’est plus prêté"),
]  # fmt: skip
PAPERS: list[tuple[str, Trip, str]] = [
    ("insurance", _trip(insurance_until=date(2027, 3, 3)), "sera échue le jeudi 4 mars 2027"),
    ("insurance", _trip(insurance_until=None), "n’a pas été vérifiée"),
    ("inspection", _trip(inspection_until=date(2026, 12, 1)), "est échu depuis le mardi 1er décembre 2026"),
    # On the last day of the trip, not on the first.
    ("licence", _trip(nights=1, driver=_driver(licence_until=THURSDAY)), "Le permis de Camille Conduite sera échu"),
    ("licence", _trip(driver=_driver(licence_until=None)), "n’a pas été vérifié\u00a0:"),
    ("driver_insurance", _trip(driver=_driver(insured_until=date(2027, 3, 3))), "L’assurance de Camille"),
    ("driver", _trip(driver=_driver(archived_at=NOW)), "ne fait plus partie"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "trip", "words"), BROKEN)
def test_when_it_is_asked_for(name: str, trip: Trip, words: str) -> None:
    (refusal,) = rules.broken(trip, Moment.REQUEST)
    assert refusal.rule == name
    assert words in refusal.message
    assert refusal.may_be_waived == (name not in {"past", "retired"})
    assert not rules.allows(trip, Moment.REQUEST)
    # Granting judges them again, but for the notice; leaving does not.
    assert _broken(trip, Moment.APPROVAL) == {"notice": [], "past": ["ended"]}.get(name, [name])
    assert _broken(trip, Moment.DEPARTURE) == []


@pytest.mark.parametrize(("name", "trip", "words"), PAPERS)
def test_papers_are_judged_when_it_is_granted_and_when_it_leaves(
    name: str, trip: Trip, words: str
) -> None:
    assert _broken(trip, Moment.REQUEST) == []
    for moment in (Moment.APPROVAL, Moment.DEPARTURE):
        (refusal,) = rules.broken(trip, moment)
        assert (refusal.rule, refusal.may_be_waived) == (name, False)
        assert words in refusal.message


def test_papers_must_be_good_for_a_trip_that_leaves_late() -> None:
    driver = _driver(licence_until=THURSDAY)
    late = _trip(driver=driver, now=from_local(THURSDAY + timedelta(days=1), time(8)))
    assert _broken(_trip(driver=driver), Moment.DEPARTURE) == []
    assert _broken(late, Moment.DEPARTURE) == ["licence"]


def test_nobody_at_the_wheel() -> None:
    trip = Trip(_vehicle(), *days_at(THURSDAY), NOW, None)
    assert _broken(trip, Moment.REQUEST) == []
    assert _broken(trip, Moment.APPROVAL) == ["driver"]


def test_limits_are_inside() -> None:
    """The first day and the last, the first minute and the last, exactly the longest."""
    for trip in (
        _trip(date(2026, 12, 8)),
        _trip(date(2027, 12, 3)),
        _trip(leaves=time(7), returns=time(21)),
        _trip(date(2027, 3, 1), nights=3, returns=time(9)),
        _trip(date(2027, 3, 29), opens_on_holidays=True),
        _trip(date(2026, 12, 3), time(10, 30), time(11), notice_days=0),
        _trip(date(2027, 3, 6), nights=2, longest_hours=100),  # Out over a Sunday, back on Monday.
    ):
        assert _broken(trip, Moment.REQUEST) == []
    # The night when the clocks go back has an hour more.
    autumn = _trip(
        date(2027, 10, 30), time(9), time(9), nights=1, opening_days=[5, 6], longest_hours=24
    )
    assert _broken(autumn, Moment.REQUEST) == ["length"]
    easter = {"opening_days": [5, 6], "opens_on_holidays": True, "longest_hours": 24}
    spring = _trip(date(2027, 3, 27), time(9), time(10), nights=1, **easter)
    assert _broken(spring, Moment.REQUEST) == []


def test_a_quota_counts_days_over_whichever_twelve_months() -> None:
    used = frozenset({date(2026, 5, 1), date(2026, 5, 2), date(2028, 3, 3), date(2028, 3, 4)})
    assert _broken(_trip(used=used, quota_days=3), Moment.REQUEST) == []
    (refusal,) = rules.broken(_trip(used=used, quota_days=2), Moment.APPROVAL)
    assert (refusal.rule, refusal.field) == ("quota", "organisation_id")
    assert (
        "aurait le véhicule 3\u00a0jours en douze mois, pour 2\u00a0jours au plus"
        in refusal.message
    )
    # Several trips on one day are one day of use; midnight belongs to the day before.
    assert _broken(_trip(used=frozenset({THURSDAY}), quota_days=1), Moment.REQUEST) == []
    assert days_of(from_local(THURSDAY, time(9)), from_local(date(2027, 3, 5), time(0))) == {
        THURSDAY
    }
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)


DATES = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(used=st.frozensets(DATES, max_size=40), first=DATES, length=st.integers(1, 5))
def test_the_most_days_in_a_year_is_that_of_counting_them_all(
    used: frozenset[date], first: date, length: int
) -> None:
    more = {first + timedelta(days=n) for n in range(length)}
    every = used | more
    counted = []
    for offset in range(-1, 370 + length):
        end = first + timedelta(days=offset)
        window = {day for day in every if a_year_before(end) < day <= end}
        if window & more:
            counted.append(len(window))
    assert most_in_a_year(used, more) == max(counted)


def test_each_rule_has_its_name_and_words_and_staff_may_waive_those_of_the_lending() -> None:
    names = [rule.name for rule in rules.RULES]
    assert len(set(names)) == len(names)
    assert set(names) >= WAIVABLE
    papers = {"insurance", "inspection", "licence", "driver_insurance", "driver"}
    assert papers.isdisjoint(WAIVABLE)
    assert {rule.name for rule in rules.RULES if Moment.DEPARTURE in rule.moments} == papers


def days_at(day: date) -> tuple[datetime, datetime]:
    return from_local(day, time(9)), from_local(day, time(12))
