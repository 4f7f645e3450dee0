"""CUA Mobile in the demonstration: four months of trips, which leave a third of the territory never
visited, and weeks to come with what is granted, what competes and what waits.

Made by the use cases at the instants when things would have happened. Of what is over, no mail
leaves: it was asked for and granted without the mails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from zna_network.models.account import Role, User
from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.models.handover import GuestAnswer
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver, Vehicle
from zna_network.queries import demo_van as queries
from zna_network.queries.demo import first_contact_of
from zna_network.services.context import Context
from zna_network.services.demo import van_days, van_fleet, van_trips
from zna_network.services.demo.partners import GRANTEES
from zna_network.services.demo.past import at
from zna_network.services.demo.van_days import Calendar
from zna_network.services.demo.van_trips import Plan
from zna_network.services.unit_of_work import take_turns
from zna_network.services.van import (
    decisions,
    drafts,
    guest_answers,
    guest_list,
    handovers,
    maintenance,
    reports,
    requests,
    states,
)
from zna_network.services.van.access import author_of
from zna_network.services.van.guest_answers import AnswerData

PAST_DAYS, PAST_TRIPS = 120, 24
# Who borrows, in turn: the associations do not take an equal share, which shows when they compete.
_TURNS = (0, 1, 0, 2, 0, 1)
_ON_BOARD = ("CAF du Pas-de-Calais", "CPAM de l’Artois")


@dataclass(frozen=True)
class VanSummary:
    trips: int
    to_come: int
    to_decide: int


@dataclass(frozen=True)
class Borrower:
    """An association, its account, and those of its people who drive."""

    ctx: Context
    organisation: Organisation
    drivers: Sequence[Driver]


@dataclass(frozen=True)
class Scene:
    """``ctx`` acts as the demonstration's agent."""

    ctx: Context
    vehicle: Vehicle
    borrowers: Sequence[Borrower]
    partners: Sequence[Organisation]
    calendar: Calendar
    random: Random


def build(
    ctx: Context, organisations: dict[str, Organisation], users: Sequence[User]
) -> VanSummary:
    with ctx.unit_of_work():
        take_turns(ctx.session, "demo-van")
        if ctx.session.scalar(queries.vehicle_named(van_fleet.NAME)) is None:
            _tell(ctx, organisations, users)
        return VanSummary(*ctx.session.execute(queries.totals(ctx.now)).one())


def _tell(ctx: Context, organisations: dict[str, Organisation], users: Sequence[User]) -> None:
    vehicle = van_fleet.vehicle(at(ctx, ctx.now - timedelta(days=200)))
    borrowers = [
        Borrower(
            replace(ctx, actor=user),
            organisation,
            van_fleet.drivers(at(ctx, ctx.now - timedelta(days=180)), organisation, rank),
        )
        for rank, (organisation, user) in enumerate(_associations(organisations, users))
    ]
    partners = [organisations[name] for name in _ON_BOARD]
    days = Calendar(ctx.now)
    scene = Scene(ctx, vehicle, borrowers, partners, days, Random(2026))  # noqa: S311 - a story
    mileage = _tell_what_is_over(scene)
    _tell_today(scene, mileage)
    _tell_what_is_to_come(scene)


def _associations(
    organisations: dict[str, Organisation], users: Sequence[User]
) -> list[tuple[Organisation, User]]:
    by_organisation = {u.organisation_id: u for u in users if u.role is Role.GRANTEE}
    grantees = [organisations[partner.name] for partner, _lots in GRANTEES]
    return [(one, by_organisation[one.id]) for one in grantees]


def _tell_what_is_over(scene: Scene) -> int:
    """Gives what the counter says at the end."""
    days = scene.calendar.open_days_before(PAST_DAYS)
    step = len(days) // PAST_TRIPS
    places = van_trips.Places(scene.ctx, scene.random)
    mileage = 18_240
    for rank, day in enumerate(days[: step * PAST_TRIPS : step]):
        who = scene.borrowers[_TURNS[rank % len(_TURNS)]]
        plan = places.plan(day)
        booking = _granted_before(scene, who, plan, rank)
        mileage = _handed_over(scene, who, booking, plan, mileage)
        if rank < PAST_TRIPS - 1:  # The last one has still to be reported.
            then = at(who.ctx, plan.ends_at + timedelta(hours=3))
            reports.record(then, booking.id, plan.report(booking.stops, scene.random), 0)
    return mileage


def _granted_before(scene: Scene, who: Borrower, plan: Plan, rank: int) -> Booking:
    asked = plan.starts_at - timedelta(days=15)
    driver = who.drivers[rank % len(who.drivers)]
    booking = drafts.new_booking(
        at(who.ctx, asked),
        scene.vehicle,
        who.organisation,
        plan.values(scene.ctx, scene.vehicle, driver),
        van_trips.client_id("past", rank),
        waits=False,
    )
    granted = at(scene.ctx, asked + timedelta(days=2))
    booking.decided_at, booking.decided_by = granted.now, author_of(scene.ctx)
    states.record(granted, booking, BookingAct.APPROVED, state=BookingState.APPROVED)
    return booking


def _handed_over(scene: Scene, who: Borrower, booking: Booking, plan: Plan, mileage: int) -> int:
    """Out and back; gives what the counter says then."""
    out, back = van_trips.handovers_of(scene.vehicle, booking, plan, mileage)
    handovers.record(at(who.ctx, out.at), booking.id, out)
    handovers.record(at(who.ctx, back.at), booking.id, back)
    return back.mileage or mileage


def _tell_today(scene: Scene, mileage: int) -> None:
    """On the road, when the demonstration is made on a day and at an hour when it would be."""
    if not scene.calendar.is_under_way:
        return
    who = scene.borrowers[1]
    plan = van_trips.Places(scene.ctx, scene.random).plan(scene.calendar.today)
    booking = _granted_before(scene, who, plan, rank=1000)
    out, _back = van_trips.handovers_of(scene.vehicle, booking, plan, mileage)
    handovers.record(at(who.ctx, out.at), booking.id, out)


def _tell_what_is_to_come(scene: Scene) -> None:
    places = van_trips.Places(scene.ctx, scene.random, with_new=True)
    days = scene.calendar.open_days_after(7, 60)
    for rank, who_rank in enumerate((0, 1, 2, 0, 1)):
        booking = _ask(scene, who_rank, places.plan(days[rank * 4]), 20 - rank, f"granted-{rank}")
        _grant(scene, booking, 17 - rank)
    _block(scene, days[6])
    wanted = days[10]
    for who_rank, ago in ((0, 2), (1, 1)):  # Two for one day: somebody has to choose.
        _ask(scene, who_rank, places.plan(wanted), ago, f"competing-{who_rank}")
    _ask(scene, 2, places.plan(days[4]), 1, "waiting", waits=True)
    refused = _ask(scene, 0, places.plan(days[14]), 6, "refused")
    then = at(scene.ctx, scene.ctx.now - timedelta(days=5))
    decisions.refuse(
        then,
        refused.id,
        refused.revision,
        "Le service prépare ce jour-là le forum d’accès aux droits. Proposez la semaine suivante.",
    )


def _ask(
    scene: Scene, who_rank: int, plan: Plan, days_ago: int, name: str, *, waits: bool = False
) -> Booking:
    who = scene.borrowers[who_rank]
    then = at(who.ctx, scene.ctx.now - timedelta(days=days_ago))
    data = plan.request(scene.vehicle, who.organisation, who.drivers[0], name)
    return requests.create(then, replace(data, waits=waits))


def _grant(scene: Scene, booking: Booking, days_ago: int) -> None:
    """And people of two partners are invited on board; one has answered."""
    then = at(scene.ctx, scene.ctx.now - timedelta(days=days_ago))
    decisions.approve(then, booking.id, booking.revision)
    found = [scene.ctx.session.scalar(first_contact_of(one.id)) for one in scene.partners]
    invited = guest_list.invite(then, booking.id, [one.id for one in found if one is not None])
    later = at(scene.ctx, then.now + timedelta(days=1))
    yes = AnswerData(GuestAnswer.ACCEPTED.value)
    guest_answers.enter_answer(later, booking.id, invited[0].id, yes)


def _block(scene: Scene, day: date) -> None:
    starts_at = van_days.instant(day, time(8))
    maintenance.block(
        at(scene.ctx, _days_ago(scene, 9)),
        scene.vehicle.id,
        starts_at,
        starts_at + timedelta(hours=9),
        "Contrôle technique et révision au garage de la Communauté urbaine.",
    )


def _days_ago(scene: Scene, days: int) -> datetime:
    return scene.ctx.now - timedelta(days=days)
