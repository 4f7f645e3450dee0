"""The calendar, the list, its file and the feeds on both engines: what is in them, at what cost."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_stop, make_vehicle
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle
from zna_network.ports.spreadsheets import SheetLimits
from zna_network.queries.listing import PageRequest
from zna_network.queries.van_calendar import BOOKING_SORTS, BookingFilter
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError
from zna_network.services.van import calendar_view, feed_calendar, feeds, listing
from zna_network.services.van.calendar_values import View
from zna_network.services.van.listing import ListFormat, Span, span_of

ARRAS, ACHICOURT = "62041", "62004"
MORNING = datetime(2026, 12, 10, 8, tzinfo=UTC)


@pytest.fixture
def van(ctx: Context) -> Vehicle:
    return make_vehicle(ctx.session, name="CUA Mobile")


@pytest.fixture
def borrower(ctx: Context) -> Organisation:
    return make_grantee(ctx.session, name="Maison de la jeunesse", acronym="MJ")


def fill(ctx: Context, count: int) -> list[Booking]:
    """A vehicle of its own for each, with two stops, all in December."""
    made = []
    for n in range(count):
        van = make_vehicle(ctx.session)
        booking = make_booking(ctx.session, van, MORNING + timedelta(hours=n))
        make_stop(ctx.session, booking, ARRAS)
        make_stop(ctx.session, booking, ACHICOURT)
        made.append(booking)
    return made


def test_a_month_holds_what_touches_it_whatever_its_days(
    ctx: Context, van: Vehicle, borrower: Organisation
) -> None:
    """Local days: 23 h 30 in London is the next day in Arras."""
    last = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)  # 23 h 30 in Arras
    over = make_booking(ctx.session, van, last, last + timedelta(hours=2), borrower)
    make_stop(ctx.session, over, ARRAS)
    make_stop(ctx.session, over, ACHICOURT)
    make_stop(ctx.session, over, ARRAS)
    january = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    after = make_booking(ctx.session, van, january, organisation=borrower)
    refused = make_booking(ctx.session, van, MORNING, state=BookingState.REFUSED)

    def days_of(day: date, wanted: BookingFilter | None = None) -> dict[date, list[int]]:
        found = calendar_view.read(ctx, View.MONTH, day, wanted or BookingFilter())
        return {
            one.day: [piece.booking.id for piece in one.pieces] for one in found.days if one.pieces
        }

    assert days_of(date(2026, 12, 1)) == {date(2026, 12, 31): [over.id]}
    assert days_of(date(2027, 1, 9)) == {date(2027, 1, 1): [over.id, after.id]}
    everything = BookingFilter(states=frozenset(BookingState))
    assert days_of(date(2026, 12, 1), everything)[date(2026, 12, 10)] == [refused.id]
    month = calendar_view.read(ctx, View.MONTH, date(2026, 12, 1), BookingFilter())
    (piece,) = month.days[-1].pieces
    assert (piece.booking.who, piece.booking.where) == ("MJ", "Arras, Achicourt")
    assert piece.booking.vehicle == "", "there is only one"


def test_a_day_says_what_can_still_be_asked_whatever_the_filters(
    ctx: Context, van: Vehicle, borrower: Organisation
) -> None:
    taken = make_booking(ctx.session, van, MORNING, state=BookingState.APPROVED)
    make_booking(ctx.session, van, MORNING + timedelta(hours=6), organisation=borrower)
    only = BookingFilter(organisation_id=borrower.id)
    day = calendar_view.read(ctx, View.DAY, date(2026, 12, 10), only)
    assert [piece.booking.who for piece in day.days[0].pieces] == ["MJ"]
    # 9 h to 12 h is approved and an hour follows; what is only asked for takes nothing.
    assert day.free[0].spans == ("de 7\u00a0h à 9\u00a0h", "de 13\u00a0h à 21\u00a0h")
    assert day.days[0].is_open
    taken.block_end = MORNING.replace(hour=23)
    taken.block_start = MORNING.replace(hour=1)
    ctx.session.commit()
    full = calendar_view.read(ctx, View.MONTH, date(2026, 12, 10), only)
    assert not next(one for one in full.days if one.day == date(2026, 12, 10)).is_open
    assert next(one for one in full.days if one.day == date(2026, 12, 11)).is_open


def test_the_list_narrows_and_sorts(ctx: Context, van: Vehicle, borrower: Organisation) -> None:
    other = make_vehicle(ctx.session, name="Autre véhicule")
    first = make_booking(ctx.session, van, MORNING, organisation=borrower)
    make_stop(ctx.session, first, ARRAS)
    second = make_booking(
        ctx.session, other, MORNING + timedelta(days=1), state=BookingState.APPROVED
    )
    make_stop(ctx.session, second, ACHICOURT)
    closed = make_booking(
        ctx.session, van, MORNING - timedelta(days=30), state=BookingState.REFUSED
    )
    shut = make_booking(
        ctx.session, van, MORNING + timedelta(days=2), state=BookingState.MAINTENANCE
    )

    def ids(words: str = "", sort: str = "", down: bool = False, **wanted: object) -> list[int]:
        request = PageRequest(sort=sort, descending=down)
        found = listing.read_list(ctx, BookingFilter(**wanted), request, words)  # type: ignore[arg-type]
        return [row.id for row in found.items]

    assert ids() == [closed.id, first.id, second.id, shut.id]
    assert ids(down=True) == [shut.id, second.id, first.id, closed.id]
    assert ids(vehicle_id=other.id) == [second.id]
    assert ids(organisation_id=borrower.id) == [first.id]
    assert ids(insee=ACHICOURT) == [second.id]
    assert ids(states=frozenset({BookingState.MAINTENANCE})) == [shut.id]
    assert ids(f"CM-{second.number:04d}") == [second.id]
    assert ids("maison jeunesse") == [first.id]
    assert ids("personne de ce nom") == []
    coming, past = (span_of(span, ctx.now) for span in (Span.COMING, Span.PAST))
    assert ids(since=coming[0], until=coming[1]) == [first.id, second.id, shut.id]
    assert ids(since=past[0], until=past[1]) == [closed.id]
    assert ids(sort="vehicle")[0] == second.id
    assert ids(sort="number", down=True)[0] == shut.id
    for sort in BOOKING_SORTS:
        assert len(ids(sort=sort)) == 4, sort
    page = listing.read_list(ctx, BookingFilter(), PageRequest(number=99, per_page=3))
    assert (page.number, page.total, len(page.items)) == (2, 4, 1)


def test_the_file_tells_the_purpose_to_the_borrower_and_to_the_cua_only(
    ctx: Context, van: Vehicle, borrower: Organisation
) -> None:
    own = make_booking(
        ctx.session, van, MORNING, organisation=borrower, purpose="=1+1", target_groups=["youth"],
        expected_people=30,
    )  # fmt: skip
    make_stop(ctx.session, own, ARRAS, was_done=True)
    make_booking(ctx.session, van, MORNING + timedelta(days=1), purpose="Autre objet")

    def lines(by: Context) -> list[list[str]]:
        made = listing.export_list(by, BookingFilter(), "", ListFormat.CSV)
        text = made.content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]

    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, borrower))
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, make_grantee(ctx.session)))
    mine, theirs = lines(grantee)
    assert mine[1:10] == [
        "CUA Mobile", "Maison de la jeunesse", "Demandée", "2026-12-10", "09:00", "2026-12-10",
        "12:00", "3", "Arras",
    ]  # fmt: skip
    assert mine[12:] == ["'=1+1", "Place de la mairie", "Jeunes", "30", "1", "0", ""]
    assert theirs[12:] == [""] * 7
    assert all(line[12:] == [""] * 7 for line in lines(partner))
    assert [line[12] for line in lines(ctx)] == ["'=1+1", "Autre objet"]
    workbook = listing.export_list(grantee, BookingFilter(), "", ListFormat.XLSX)
    sheet = ctx.ports.sheet_reader.read(workbook.content, SheetLimits(rows=9))
    assert [row.cells[12:13] for row in sheet.rows] == [["Objet"], ["'=1+1"], []]
    nobody = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, borrower, is_active=False))
    with pytest.raises(ForbiddenError):
        listing.export_list(nobody, BookingFilter(), "", ListFormat.CSV)


def test_fifty_cost_no_more_statements_than_five(ctx: Context, borrower: Organisation) -> None:
    feed = feeds.create(ctx, organisation_id=borrower.id)
    ctx.session.commit()
    token = feeds.address_of(ctx.settings, feed).rpartition("/")[2].removesuffix(".ics")
    day = date(2026, 12, 10)
    pages: dict[str, Callable[[], object]] = {
        **{
            view.value: lambda view=view: calendar_view.read(ctx, view, day, BookingFilter())
            for view in View
        },
        "list": lambda: listing.read_list(ctx, BookingFilter(), PageRequest()),
        "file": lambda: listing.export_list(ctx, BookingFilter(), "", ListFormat.CSV),
        "feed": lambda: feed_calendar.written(ctx, feed_calendar.read(ctx, token)),
        "feeds": lambda: feeds.listed(ctx),
    }
    for booking in fill(ctx, 5):
        booking.organisation = borrower
    ctx.session.commit()
    feed_calendar.read(ctx, token)  # The first reading is noted.
    few = {name: cost(ctx.session, work) for name, work in pages.items()}
    for booking in fill(ctx, 45):
        ctx.session.get_one(Booking, booking.id).organisation_id = borrower.id
        feeds.create(ctx, vehicle_id=booking.vehicle_id)
    ctx.session.commit()
    many = {name: cost(ctx.session, work) for name, work in pages.items()}
    assert many == few
    assert max(few.values()) <= 8, few
