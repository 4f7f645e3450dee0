"""Deciding: who gets the vehicle, who waits for it, who is told, and what speaks for each."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee, make_organisation
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from tests.mail_reading import text_of
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState, StopCount
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxMessage
from zna_network.models.territory import Qpv
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.van import competition, decisions, maintenance, moves, requests
from zna_network.services.van.occupancy import VehicleTakenError

S = BookingState
# Thursday 4 March 2027, 9 h in Arras.
MORNING = datetime(2027, 3, 4, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACHICOURT, BEAURAINS, ARRAS = "62004", "62099", "62041"


def _ready(ctx: Context, vehicle: object, starts_at: datetime, **values: object) -> Booking:
    """A request that nothing speaks against: an association with an account and a driver."""
    organisation = values.pop("organisation", None) or make_grantee(ctx.session)
    assert isinstance(organisation, Organisation)
    asker = make_user(ctx.session, Role.GRANTEE, organisation)
    driver = make_driver(ctx.session, organisation)
    values = {"requested_by": asker, "driver": driver, **values}
    return make_booking(ctx.session, vehicle, starts_at, organisation=organisation, **values)  # type: ignore[arg-type]


def _told(ctx: Context) -> list[str]:
    """Who was sent which mail, in order; the people on board apart."""
    ctx.session.rollback()
    kinds = select(OutboxMessage).where(OutboxMessage.kind != "van_invitation")
    mails = ctx.session.scalars(kinds.order_by(OutboxMessage.id))
    return [f"{mail.kind} {mail.recipient}" for mail in mails]


def _history(ctx: Context, booking: Booking) -> list[tuple[str, str]]:
    ctx.session.rollback()
    return [(event.act.value, event.author) for event in booking.events]


def test_one_is_granted_the_others_wait_and_come_back_when_it_is_free(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    agent = make_user(session, Role.AGENT, name="Agente Fictive")
    colleague = make_user(session, Role.ADMIN)
    chosen = _ready(ctx, vehicle, MORNING)
    loser = _ready(ctx, vehicle, MORNING + 2 * HOUR)
    # It begins when the vehicle is ready again: side by side is allowed.
    after = _ready(ctx, vehicle, chosen.block_end)
    asked = [one.requested_by.email for one in (chosen, loser, after) if one.requested_by]
    mine = replace(ctx, actor=agent, is_system=False)
    decisions.approve(mine, chosen.id, chosen.revision, "Première visite à Achicourt.")
    assert [chosen.state, loser.state, after.state] == [S.APPROVED, S.WAITING, S.REQUESTED]
    assert (chosen.decided_by, chosen.decided_at) == ("Agente Fictive", ctx.now)
    assert _told(ctx) == [f"van_waiting {asked[1]}", f"van_approved {asked[0]}"]
    assert _history(ctx, loser) == [("waiting", "Agente Fictive")]
    waiting_mail = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "van_waiting"))
    assert chosen.organisation is not None
    assert chosen.organisation.short_name in text_of(waiting_mail.one())
    decisions.approve(mine, after.id, after.revision)

    with pytest.raises(VehicleTakenError) as taken:
        decisions.approve(mine, loser.id, loser.revision)
    assert [one.booking_id for one in taken.value.in_the_way] == [chosen.id, after.id]
    assert "jeudi 4 mars 2027 de 9\u00a0h à 12\u00a0h" in taken.value.message
    # Both in its way have to leave before it is to be decided again.
    for leaver, state in ((after, S.WAITING), (chosen, S.REQUESTED)):
        requests.cancel(mine, leaver.id, "Finalement non.")
        session.rollback()
        assert loser.state is state
    assert _history(ctx, loser)[1:] == [("reconsidered", "Le réseau")]
    assert (loser.decided_by, loser.reason, loser.decided_at) == ("", "", None)
    freed = [line for line in _told(ctx) if line.startswith("van_slot_freed")]
    # Whoever freed it does not write to themselves.
    assert freed == [
        f"van_slot_freed {asked[1]}",
        f"van_slot_freed_staff {colleague.email}",
    ]
    decisions.approve(mine, loser.id, loser.revision)
    assert loser.state is S.APPROVED


def test_a_slot_that_comes_and_goes_is_written_about_three_times(ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session)
    waits = _ready(ctx, vehicle, MORNING)
    for _ in range(4):
        block = maintenance.block(ctx, vehicle.id, MORNING, MORNING + HOUR, "Révision")
        assert waits.state is S.WAITING
        assert waits.reason == "Le véhicule est indisponible sur ce créneau."
        maintenance.lift(ctx, block.id, "Terminée")
        assert (block.state, waits.state) == (S.CANCELLED, S.REQUESTED)
    assert sum(line.startswith("van_slot_freed ") for line in _told(ctx)) == 3


def test_whoever_comes_second_is_told_and_what_is_wrong_writes_nothing(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    agent = make_user(session, Role.AGENT, name="Agente Fictive")
    mine = replace(ctx, actor=agent, is_system=False)
    booking, shown = _ready(ctx, vehicle, MORNING), 1
    ended = make_booking(session, vehicle, ctx.now - DAY)
    blocked = make_booking(session, vehicle, MORNING + 9 * DAY, state=S.MAINTENANCE)
    grantee = replace(ctx, actor=booking.requested_by, is_system=False)

    def refused(error: type[DomainError], act: object, *words: object) -> str:
        with pytest.raises(error) as refusal:
            act(*words)  # type: ignore[operator]
        return refusal.value.message

    refused(ForbiddenError, decisions.approve, grantee, booking.id, shown)
    refused(ForbiddenError, competition.of, grantee, booking)
    assert "association" in refused(InvalidError, decisions.refuse, mine, booking.id, shown, "  ")
    nir = "Pour 2 55 08 14 168 025 38"
    assert "sécurité sociale" in refused(
        InvalidError, decisions.refuse, mine, booking.id, shown, nir
    )
    assert "passée" in refused(InvalidValuesError, decisions.approve, mine, ended.id, 1)
    refused(DomainError, decisions.approve, mine, blocked.id, 1)
    assert (_told(ctx), _history(ctx, booking)) == ([], [])

    decisions.refuse(mine, booking.id, shown, "Une autre sortie y va déjà.")
    said = refused(ConflictError, decisions.approve, mine, booking.id, shown)
    assert "refusée\u00a0» par Agente Fictive" in said
    assert booking.state is S.REFUSED
    # Taken up again, granted, and then nothing more is decided of it.
    decisions.restore(mine, booking.id, booking.revision, "La date a changé.")
    assert (booking.state, booking.reason) == (S.REQUESTED, "")
    decisions.approve(mine, booking.id, booking.revision)
    for act in (decisions.approve, decisions.refuse, decisions.wait, decisions.restore):
        said = refused(ConflictError, act, mine, booking.id, booking.revision, "Parce que.")
        assert "est déjà « accordée » par Agente Fictive" in said
    mails = [line.split()[0] for line in _told(ctx)]
    assert mails == ["van_refused", "van_reconsidered", "van_approved"]


def test_what_was_closed_waits_while_somebody_has_the_vehicle(ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session)
    closed = [_ready(ctx, vehicle, MORNING, state=state) for state in (S.REFUSED, S.EXPIRED)]
    held = _ready(ctx, vehicle, MORNING + HOUR, state=S.APPROVED)
    for one in closed:
        decisions.restore(ctx, one.id, one.revision, "À revoir.")
        assert one.state is S.WAITING
        with pytest.raises(VehicleTakenError):
            decisions.restore(ctx, one.id, one.revision, "Encore.")
    requests.cancel(ctx, held.id, "Panne de personnel.")
    ctx.session.rollback()
    assert {one.state for one in closed} == {S.REQUESTED}
    past = make_booking(ctx.session, vehicle, ctx.now - HOUR, state=S.EXPIRED)
    with pytest.raises(InvalidError, match="ne peut plus être reprise"):
        decisions.restore(ctx, past.id, past.revision, "Trop tard.")


def test_rules_are_judged_at_approval_and_staff_waive_some_of_them(ctx: Context) -> None:
    session = ctx.session
    vehicle = make_vehicle(session, quota_days=3, insurance_until=date(2027, 6, 30))
    organisation = make_grantee(session)
    for week in range(3):
        _ready(
            ctx,
            vehicle,
            MORNING + 7 * week * DAY,
            organisation=organisation,
            state=S.APPROVED,
        )
    over = _ready(ctx, vehicle, MORNING + DAY, organisation=organisation)
    with pytest.raises(InvalidValuesError, match="4\u00a0jours"):
        decisions.approve(ctx, over.id, over.revision)
    decisions.approve(ctx, over.id, over.revision, "Pour Beaurains.", "Annulations en chaîne.")
    assert over.events[-1].words.startswith("Pour Beaurains.\nDérogation (part")
    assert over.reason == "Pour Beaurains."

    uninsured = _ready(ctx, vehicle, datetime(2027, 7, 8, 8, tzinfo=UTC))
    nobody = _ready(ctx, vehicle, MORNING + 3 * HOUR + 4 * DAY, driver=None)
    for one in (uninsured, nobody):
        with pytest.raises(InvalidValuesError):
            decisions.approve(ctx, one.id, one.revision, "", "Je l’assume.")
        session.rollback()
        assert one.state is S.REQUESTED


def test_a_move_frees_one_slot_takes_another_and_keeps_the_hours(ctx: Context) -> None:
    """Across the change of the clocks of 28 March 2027: 10 h stays 10 h."""
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    moved = _ready(ctx, vehicle, MORNING, state=S.APPROVED)
    stop = make_stop(session, moved, ACHICOURT, starts_at=MORNING + HOUR)
    freed = _ready(ctx, vehicle, MORNING + 2 * HOUR, state=S.WAITING)
    to = MORNING + 27 * DAY - HOUR  # Wednesday 31 March, 9 h in Arras.
    aside = _ready(ctx, vehicle, to + HOUR)
    wednesday, nine, noon = date(2027, 3, 31), time(9), time(12)
    moves.move(ctx, moved.id, wednesday, nine, wednesday, noon, moved.revision, "Travaux.")
    assert (moved.starts_at, moved.ends_at, moved.block_end) == (
        to,
        to + 3 * HOUR,
        to + 4 * HOUR,
    )
    assert (stop.starts_at, stop.ends_at) == (to + HOUR, to + 3 * HOUR)
    assert [moved.state, freed.state, aside.state] == [S.APPROVED, S.REQUESTED, S.WAITING]
    kinds = [line.split()[0] for line in _told(ctx)]
    assert sorted(kinds) == ["van_moved", "van_slot_freed", "van_waiting"]
    [mail] = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "van_moved"))
    assert "elle était prévue jeudi 4 mars 2027 de 9\u00a0h à 12\u00a0h" in text_of(mail)
    # A request is moved to a free slot only; one that waits is then to be decided.
    with pytest.raises(VehicleTakenError):
        moves.move(ctx, freed.id, wednesday, noon, wednesday, time(15), freed.revision, "Là.")
    thursday = date(2027, 4, 1)
    moves.move(ctx, aside.id, thursday, nine, thursday, noon, aside.revision, "Un jour après.")
    assert aside.state is S.REQUESTED
    blocked = maintenance.block(ctx, vehicle.id, to - 6 * DAY, to - 5 * DAY, "Garage")
    friday = date(2027, 4, 2)
    moves.move(ctx, blocked.id, friday, nine, friday, noon, blocked.revision, "Garage plein.")
    assert blocked.block_end == blocked.ends_at == to + 2 * DAY + 3 * HOUR


@pytest.mark.parametrize(
    ("leaves", "returns", "field"),
    [
        ((date(2027, 3, 28), time(2, 30)), (date(2027, 3, 28), time(9)), "leaves_at"),
        ((date(2027, 10, 30), time(9)), (date(2027, 10, 31), time(2, 30)), "returns_at"),
        ((date(2027, 3, 5), time(12)), (date(2027, 3, 5), time(9)), "returns_at"),
        ((date(2027, 3, 5), time(9)), (date(2027, 3, 4), time(12)), "ends_on"),
        ((date(2026, 12, 1), time(9)), (date(2026, 12, 1), time(12)), "starts_on"),
        ((date(2027, 3, 4), time(9)), (date(2027, 3, 4), time(12)), "starts_on"),
        ((date(2027, 3, 5), time(13)), (date(2027, 3, 5), time(16)), "leaves_at"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_move_to_nowhere_is_refused_beside_its_field(
    ctx: Context, leaves: tuple[date, time], returns: tuple[date, time], field: str
) -> None:
    booking = _ready(ctx, make_vehicle(ctx.session), MORNING, state=S.APPROVED)
    make_stop(ctx.session, booking, ACHICOURT)
    with pytest.raises(InvalidError) as refusal:
        moves.move(ctx, booking.id, *leaves, *returns, booking.revision, "Pour voir.")
    assert refusal.value.field == field
    ctx.session.rollback()
    assert (booking.starts_at, booking.stops[0].starts_at) == (MORNING, MORNING)
    assert (_told(ctx), _history(ctx, booking)) == ([], [])


def test_an_unavailability_is_put_once_and_for_a_reason(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    agent = replace(ctx, actor=make_user(session, Role.AGENT), is_system=False)
    grantee = make_user(session, Role.GRANTEE, make_grantee(session))
    period, sent = (MORNING, MORNING + DAY), str(uuid4())
    for dates, reason, field in (
        ((MORNING, MORNING), "Garage", "ends"),
        (period, " ", "reason"),
        (period, "RIB FR76 3000 6000 0112 3456 7890 189", "reason"),
    ):
        with pytest.raises(InvalidError) as refusal:
            maintenance.block(agent, vehicle.id, *dates, reason)
        assert refusal.value.field == field
    with pytest.raises(ForbiddenError):
        maintenance.block(
            replace(ctx, actor=grantee, is_system=False), vehicle.id, *period, "Garage"
        )
    block = maintenance.block(agent, vehicle.id, *period, "Garage", sent)
    assert maintenance.block(agent, vehicle.id, *period, "Garage", sent).id == block.id
    with pytest.raises(ConflictError, match="déjà servi"):
        maintenance.block(agent, make_vehicle(session).id, *period, "Garage", sent)
    assert (block.block_end, block.organisation, block.stops) == (MORNING + DAY, None, [])
    # It is no request: nobody decides on it, and it is lifted once.
    booking = _ready(ctx, vehicle, MORNING)
    with pytest.raises(DomainError, match="rien à décider"):
        decisions.refuse(agent, block.id, block.revision, "Non.")
    with pytest.raises(NotFoundError):
        maintenance.lift(agent, booking.id, "")
    maintenance.lift(agent, block.id, "Réparé.")
    with pytest.raises(ConflictError, match="annulée"):
        maintenance.lift(agent, block.id, "Réparé.")
    assert _told(ctx) == []


def test_competition_shows_side_by_side_what_helps_to_choose(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session, quota_days=10)
    regular, newcomer = make_grantee(session), make_grantee(session)
    quarter = session.scalars(select(Qpv)).first()
    assert quarter is not None
    before = _ready(
        ctx, vehicle, ctx.now - 30 * DAY, organisation=regular, state=S.RETURNED,
        ends_at=ctx.now - 28 * DAY,
    )  # fmt: skip
    done = make_stop(session, before, ACHICOURT, was_done=True)
    done.counts.append(StopCount(target_group="seniors", people=4))
    missed = make_stop(session, before, BEAURAINS, was_done=False)
    long_ago = ctx.now - 400 * DAY
    _ready(ctx, vehicle, long_ago, organisation=regular, state=S.RETURNED)
    _ready(ctx, vehicle, MORNING - 7 * DAY, organisation=regular, state=S.APPROVED)
    session.commit()
    groups = ["seniors", "youth"]
    old = _ready(ctx, vehicle, MORNING, organisation=regular, target_groups=groups)
    new = _ready(ctx, vehicle, MORNING + HOUR, organisation=newcomer, target_groups=groups)
    make_stop(session, old, ACHICOURT)
    make_stop(session, new, missed.insee)
    make_stop(session, new, ARRAS, qpv=quarter)
    shown = competition.of(ctx, old)
    assert [row.booking.id for row in shown.rows] == [new.id, old.id]
    first, second = shown.rows
    assert first.suggestion == "Priorité\u00a0: première visite à Beaurains et Arras"
    assert second.suggestion == ""
    assert (first.quarters, first.new_quarters) == ((quarter.name,), (quarter.name,))
    assert second.first_visits == ()
    assert [len(row.new_groups) for row in shown.rows] == [2, 1]
    assert [len(row.unreached_groups) for row in shown.rows] == [1, 1]
    assert (second.share.used, second.share.to_come, second.share.pending) == (3, 1, 1)
    assert (second.share.remaining, first.share.remaining) == (5, 9)
    assert "public pas encore rencontré\u00a0: Jeunes" in first.reasons
    # Promised to somebody before, a commune is nobody's first visit any more.
    promised = _ready(ctx, vehicle, MORNING - 2 * DAY, state=S.APPROVED)
    make_stop(session, promised, BEAURAINS)
    make_stop(session, promised, ARRAS, qpv=quarter)
    first = competition.of(ctx, old).rows[0]
    assert (first.first_visits, first.new_quarters) == ((), ())
    assert first.suggestion == f"Priorité\u00a0: quartier prioritaire\u00a0: {quarter.name}"
    alone = competition.of(ctx, promised)
    assert [row.suggestion for row in alone.rows] == [""]


def test_a_neighbourhood_of_two_communes_is_visited_from_either(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    across = next(one for one in session.scalars(select(Qpv)) if len(one.communes) == 2)
    here, there = (commune.insee for commune in across.communes)
    asked = _ready(ctx, vehicle, MORNING)
    make_stop(session, asked, there, qpv=across)
    before = _ready(ctx, vehicle, MORNING - 2 * DAY, state=S.APPROVED)
    stop = make_stop(session, before, here, qpv=across)
    for is_done in (None, True):  # to be visited before, then visited
        stop.was_done = is_done
        session.commit()
        (row,) = competition.of(ctx, asked).rows
        assert (row.quarters, row.new_quarters) == ((across.name,), ())
        assert row.first_visits != ()  # the other commune has not seen the van


def test_competition_costs_the_same_for_two_and_for_many(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    asked = _ready(ctx, vehicle, MORNING)
    make_stop(session, asked, ACHICOURT)
    booking_id, vehicle_id = asked.id, vehicle.id

    def read() -> None:
        booking = session.get_one(Booking, booking_id)
        for row in competition.of(ctx, booking).rows:
            assert row.booking.organisation is not None
            assert row.reasons is not None

    def more(number: int) -> None:
        for _ in range(number):
            one = _ready(ctx, session.get_one(Vehicle, vehicle_id), MORNING + HOUR)
            make_stop(session, one, ACHICOURT)

    more(1)
    few = cost(session, read)
    more(8)
    assert cost(session, read) == few


def test_mails_find_somebody_to_read_them(ctx: Context) -> None:
    """Who asked for their association; else its accounts; else its address; else whoever of the
    staff asked for it; never who has gone to another association."""
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    organisation = make_organisation(session, email="accueil@association.example")
    booking = make_booking(session, vehicle, MORNING, organisation=organisation)
    agent = make_user(session, Role.AGENT)
    people = [make_user(session, Role.GRANTEE, organisation) for _ in range(2)]
    make_user(session, Role.GRANTEE, organisation, is_active=False)
    booking.requested_by = people[0]
    session.commit()
    expected = [
        [people[0].email],
        [people[1].email],
        ["accueil@association.example"],
        [agent.email],
        [],
    ]
    for rank, recipients in enumerate(expected):
        if rank in {1, 2}:
            people[rank - 1].is_active = False
        if rank == 2:
            booking.requested_by = agent
        if rank == 3:
            organisation.email = ""
        if rank == 4:
            booking.requested_by = make_user(session, Role.GRANTEE, make_grantee(session))
        session.commit()
        seen = len(_told(ctx))
        decisions.wait(ctx, booking.id, booking.revision, "Pas encore.")
        assert _told(ctx)[seen:] == [f"van_waiting {address}" for address in recipients]
        decisions.restore(ctx, booking.id, booking.revision, "Si.")
