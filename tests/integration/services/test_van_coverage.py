"""The coverage: what counts, where, for which lot and in which period."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import combinations
from math import hypot

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from tests.factories.van import make_booking, make_stop, make_vehicle
from tests.statements import cost
from zna_network.extensions import db
from zna_network.models.booking import BookingState, StopCount
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Lot, Qpv, TargetGroup
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.van import coverage_map
from zna_network.services.van.coverage import coverage, ordered
from zna_network.services.van.coverage_export import CoverageFormat, export_coverage
from zna_network.services.van.coverage_values import Coverage, PlaceLine, Visited
from zna_network.services.van.territory_shapes import depth, shapes

# The clock of the tests says 3 December 2026, 10 h in Arras.
ACHICOURT, ARRAS, BEAURAINS, DAINVILLE, ACQ = "62004", "62041", "62099", "62263", "62007"
DAY = datetime(2026, 11, 3, 9, tzinfo=UTC)
YOUTH = TargetGroup.YOUTH.value


@pytest.fixture
def vehicle(app: Flask) -> Vehicle:
    return make_vehicle(db.session())


def _qpv(name: str) -> Qpv:
    return db.session.scalars(select(Qpv).where(Qpv.name == name)).one()


def _stop(
    vehicle: Vehicle,
    insee: str,
    starts_at: datetime = DAY,
    done: bool | None = True,
    state: BookingState = BookingState.RETURNED,
    people: dict[str, int] | None = None,
    qpv: Qpv | None = None,
) -> None:
    """All by one association: who goes there does not matter here."""
    who = db.session.scalars(select(Organisation).limit(1)).first()
    booking = make_booking(db.session(), vehicle, starts_at, organisation=who, state=state)
    counts = [StopCount(target_group=g, people=n) for g, n in (people or {}).items()]
    make_stop(
        db.session(), booking, insee, was_done=done, counts=counts, qpv_id=qpv.id if qpv else None
    )


def _line(found: Coverage, insee: str) -> PlaceLine:
    return next(one for one in found.communes if one.key == f"commune-{insee}")


def test_only_stops_that_were_made_count(ctx: Context, vehicle: Vehicle) -> None:
    _stop(vehicle, ACHICOURT, people={YOUTH: 3, "": 4})
    _stop(vehicle, ACHICOURT, DAY + timedelta(days=2), people={YOUTH: 2})
    _stop(vehicle, ARRAS, done=False, people={YOUTH: 50})
    _stop(vehicle, ARRAS, DAY + timedelta(days=1), done=None)
    _stop(vehicle, ARRAS, DAY + timedelta(days=3), state=BookingState.CANCELLED, people={"": 9})
    coming = ctx.now + timedelta(days=2)
    for day, state in enumerate((BookingState.REQUESTED, BookingState.WAITING)):
        _stop(vehicle, ARRAS, coming + timedelta(days=day), done=None, state=state)
    _stop(vehicle, BEAURAINS, coming + timedelta(days=9), None, BookingState.APPROVED)
    _stop(vehicle, BEAURAINS, coming + timedelta(days=5), None, BookingState.APPROVED)
    _stop(vehicle, ACHICOURT, coming + timedelta(days=7), None, BookingState.APPROVED)

    found = coverage(ctx)
    achicourt = _line(found, ACHICOURT)
    assert achicourt.visited is Visited.RECENTLY
    assert (achicourt.tally.stops, achicourt.tally.people) == (2, 9)
    assert achicourt.tally.groups == {YOUTH: 5, "": 4}
    assert achicourt.ever.last == DAY + timedelta(days=2)
    assert achicourt.ever.next == coming + timedelta(days=7)
    assert _line(found, ARRAS).visited is Visited.NEVER
    beaurains = _line(found, BEAURAINS)
    assert beaurains.visited is Visited.PLANNED
    assert (beaurains.tally.planned, beaurains.ever.next) == (2, coming + timedelta(days=5))
    assert (found.whole.stops, found.whole.people, found.whole.planned) == (2, 9, 3)
    assert (found.visited, found.count(Visited.PLANNED), found.count(Visited.NEVER)) == (1, 1, 44)
    assert len(found.communes) == 46
    assert coverage_map.in_words(achicourt).replace("\u00a0", " ").replace("\u202f", " ") == (
        "Achicourt, 7 873 habitants : visité depuis moins d’un an, dernier passage le jeudi "
        "5 novembre 2026, prochain le samedi 12 décembre 2026, 9 personnes rencontrées"
    )


def test_a_stop_in_a_neighbourhood_is_of_lot_3_and_of_its_commune_on_the_map(
    ctx: Context, vehicle: Vehicle
) -> None:
    """The neighbourhood of two communes is one place, wherever in it the van was."""
    two = _qpv("Cheminots Jean Jaurès Moulin Hacart")
    _stop(vehicle, ACHICOURT, qpv=two, people={"": 5})
    _stop(vehicle, ARRAS, DAY + timedelta(days=1), qpv=two, people={"": 6})
    _stop(vehicle, DAINVILLE, DAY + timedelta(days=2), people={"": 1})
    coming = ctx.now + timedelta(days=1)
    _stop(vehicle, ARRAS, coming, None, BookingState.APPROVED, qpv=_qpv("Saint-Michel Goudemand"))
    found = coverage(ctx)
    assert [(lot.lot, lot.visited, lot.planned, lot.places, lot.people) for lot in found.lots] == [
        (Lot.RURAL_AND_SUBURBAN, 1, 0, 43, 1),
        (Lot.URBAN_CENTRE, 0, 0, 3, 0),
        (Lot.PRIORITY_NEIGHBOURHOODS, 1, 1, 6, 11),
    ]
    line = next(one for one in found.qpvs if one.place.id == two.id)
    assert (line.tally.stops, line.tally.people, line.visited) == (2, 11, Visited.RECENTLY)
    assert found.qpvs_visited == 1
    assert [_line(found, insee).tally.people for insee in (ACHICOURT, ARRAS)] == [5, 6]
    assert found.whole.people == 12


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_period_narrows_the_figures_by_local_days_and_not_the_states(
    ctx: Context, vehicle: Vehicle
) -> None:
    """The last hour of 2025 UTC is the first one of 2026 in Arras."""
    _stop(vehicle, ACQ, datetime(2025, 12, 31, 22, 30, tzinfo=UTC), people={"": 1})
    _stop(vehicle, BEAURAINS, datetime(2025, 12, 31, 23, 30, tzinfo=UTC), people={"": 2})
    _stop(vehicle, DAINVILLE, datetime(2025, 12, 3, 9, tzinfo=UTC), people={"": 4})
    _stop(vehicle, ARRAS, datetime(2025, 12, 4, 9, tzinfo=UTC), people={"": 8})
    found = coverage(ctx)
    assert [one.key for one in found.periods] == ["", "12-mois", "2026", "2025"]
    assert [coverage(ctx, key).whole.people for key in ("", "12-mois", "2026", "2025", "x")] == [
        15, 11, 2, 13, 15,
    ]  # fmt: skip
    narrowed = coverage(ctx, "2026")
    assert narrowed.period.since == date(2026, 1, 1)
    for each in (found, narrowed):
        assert _line(each, ACQ).visited is Visited.RECENTLY
        assert _line(each, ARRAS).visited is Visited.RECENTLY
        assert _line(each, DAINVILLE).visited is Visited.LONG_AGO
        assert each.visited == 4


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_table_begins_with_where_nobody_has_been(ctx: Context, vehicle: Vehicle) -> None:
    _stop(vehicle, ARRAS, datetime(2026, 3, 3, 9, tzinfo=UTC), people={"": 2})
    _stop(vehicle, ACHICOURT, people={"": 1})
    _stop(vehicle, BEAURAINS, ctx.now + timedelta(days=3), None, BookingState.APPROVED)
    lines = coverage(ctx).communes
    sort, by_need = ordered(lines, "nothing")
    assert sort == "priorite"
    names = [line.name for line in by_need]
    assert names[0] == "Saint-Laurent-Blangy"  # The most people of those never visited, nor to be.
    assert names[-3:] == ["Beaurains", "Arras", "Achicourt"]
    for key, descending, first in (
        ("nom", False, "Achicourt"),
        ("population", True, "Arras"),
        ("dernier", True, "Achicourt"),
        ("prochain", False, "Beaurains"),
        ("etapes", True, "Achicourt"),
        ("personnes", True, "Arras"),
    ):
        assert ordered(lines, key, descending=descending)[1][0].name == first, key


def test_its_cost_does_not_grow_with_the_trips(ctx: Context, vehicle: Vehicle) -> None:
    session, costs, vehicle_id = db.session(), [], vehicle.id
    communes = [line.key.removeprefix("commune-") for line in coverage(ctx).communes]
    for number, first in ((2, 0), (18, 2)):
        vehicle = session.get_one(Vehicle, vehicle_id)
        for rank in range(first, first + number):
            day = DAY - timedelta(days=rank)
            insee = communes[rank % len(communes)]
            _stop(vehicle, insee, day, people={YOUTH: 1, "": 2})
            _stop(vehicle, insee, ctx.now + timedelta(days=rank + 1), None, BookingState.APPROVED)
        costs.append(cost(session, lambda: coverage_map.draw(coverage(ctx, "2026"))))
    assert costs[0] == costs[1]
    assert coverage(ctx).whole.people == 60


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_file_says_the_same_and_adds_up(ctx: Context, vehicle: Vehicle) -> None:
    _stop(vehicle, ACHICOURT, qpv=_qpv("Quatre As"), people={YOUTH: 3, "": 4})
    _stop(vehicle, ACQ, DAY + timedelta(days=1), people={YOUTH: 2})
    text = export_coverage(ctx, "", CoverageFormat.CSV).content.decode("utf-8-sig")
    lines = [line.split(";") for line in text.splitlines()]
    assert len(lines) == 1 + 46 + 6
    head = lines[0]
    people, youth = head.index("Personnes rencontrées"), head.index("dont jeunes")
    communes = [line for line in lines[1:] if line[2] == "Commune"]
    assert sum(int(line[people]) for line in communes) == 9
    assert sum(int(line[youth]) for line in communes) == 5
    quatre_as = next(line for line in lines if line[1] == "Quatre As")
    assert quatre_as[2:8] == [
        "QPV", "Achicourt", "3", "1105", "Visité depuis moins d’un an", "03/11/2026",
    ]  # fmt: skip
    made = export_coverage(ctx, "2026", CoverageFormat.XLSX)
    sheet = load_workbook(BytesIO(made.content)).active
    assert sheet.max_row == 1 + 46 + 6
    assert sum(row[people] for row in sheet.iter_rows(min_row=2, max_row=47, values_only=True)) == 9
    assert made.filename == "couverture-cua-mobile-2026-12-03.xlsx"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_each_neighbourhood_is_drawn_in_its_commune_and_apart_from_the_others(
    ctx: Context,
) -> None:
    """No outline is given: inside the commune, or on the border of the two, within the closer map."""
    drawn = coverage_map.draw(coverage(ctx))
    assert [mark.line.number for mark in drawn.marks] == [1, 2, 3, 4, 5, 6]
    for mark in drawn.marks:
        communes = [commune.insee for commune in mark.line.place.communes]
        depths = [depth(shapes().of[insee].outline, mark.x, mark.y) for insee in communes]
        assert max(depths) > 15 or (len(communes) == 2 and max(depths) > -1), mark.line.name
        assert 0 < mark.x - drawn.centre.x < drawn.centre.width
        assert 0 < mark.y - drawn.centre.y < drawn.centre.height
    for one, other in combinations(drawn.marks, 2):
        assert hypot(one.x - other.x, one.y - other.y) > 34, (one.line.name, other.line.name)
