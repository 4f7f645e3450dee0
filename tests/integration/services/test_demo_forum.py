"""The demonstration forum: in full swing at any hour, moved to each day, never emptied."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.organisations import make_organisation
from tests.world import FrozenClock
from zna_network.models.attendee import Attendee, Badge, RegistrationChannel
from zna_network.models.door import CheckIn, Device, HeadCount, Scan, Verdict, Visit
from zna_network.models.forum import Forum, ForumState, ForumTask, Shift
from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand, StandSquare, StandState
from zna_network.models.workshop import Seat, SeatState, Session, TakenSlot
from zna_network.services.badges import hash_of_ticket, ticket_of
from zna_network.services.context import Context
from zna_network.services.demo import forum as demo
from zna_network.services.demo.forum_day import day_of
from zna_network.services.demo.partners import ASSOCIATIONS, GRANTEES, NETWORK
from zna_network.services.french_time import local_date

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def organisations(ctx: Context) -> dict[str, Organisation]:
    partners = [*NETWORK, *(partner for partner, _ in GRANTEES), *ASSOCIATIONS]
    return {
        p.name: make_organisation(ctx.session, name=p.name, email=f"accueil@{p.domain}")
        for p in partners
    }


def test_the_forum_is_in_full_swing_then_moves_to_another_day_with_its_people(
    ctx: Context, clock: FrozenClock, organisations: dict[str, Organisation]
) -> None:
    clock.set(NOON)
    made = demo.build(ctx, organisations)
    assert (made.stands, made.sessions, made.attendees) == (20, 12, 250)
    forum = made.forum
    assert (forum.held_on, forum.state) == (date(2026, 12, 3), ForumState.PUBLISHED)
    _everything_hangs_together(ctx, forum)
    badges = _badges(ctx, forum)
    tickets = {hash_of_ticket(ticket_of(ctx.settings, badge)) for badge in badges}
    assert tickets == {badge.ticket_hash for badge in badges}
    # Somebody who tries the door has people to let in, from the first badge on.
    assert not ctx.session.scalars(
        select(CheckIn).join(Badge).where(CheckIn.forum_id == forum.id, Badge.number <= 50)
    ).all()

    # The same day again: nothing is undone, and the forum grows where it is asked to.
    first = ctx.session.scalars(select(Badge).where(Badge.number == 1)).first()
    assert first is not None
    _let_in(ctx, forum, first)
    clock.move(timedelta(minutes=90))
    again = demo.build(ctx, organisations, attendees=400)
    assert (again.moved, again.attendees, again.entered) == (False, 400, made.entered + 1)
    assert demo.build(ctx, organisations, attendees=10).attendees == 400

    # Another day, in the night: the same people, and the door begins again.
    clock.set(datetime(2026, 12, 5, 1, 40, tzinfo=UTC))
    later = demo.build(ctx, organisations)
    assert (later.moved, later.attendees, later.forum.held_on) == (True, 400, date(2026, 12, 5))
    assert later.entered > 100
    _everything_hangs_together(ctx, later.forum)
    assert {badge.ticket_hash for badge in badges} <= {b.ticket_hash for b in _badges(ctx, forum)}
    task = ctx.session.scalars(select(ForumTask).order_by(ForumTask.id)).first()
    assert task is not None
    assert task.due_on == date(2026, 12, 5) - timedelta(days=75)

    others = {f.state: f for f in ctx.session.scalars(select(Forum)) if f.id != forum.id}
    assert others[ForumState.DRAFT].held_on is None
    assert others[ForumState.CLOSED].held_on == date(2025, 12, 4)


def _badges(ctx: Context, forum: Forum) -> list[Badge]:
    return list(ctx.session.scalars(select(Badge).where(Badge.forum_id == forum.id)))


def _let_in(ctx: Context, forum: Forum, badge: Badge) -> None:
    """As somebody at the door would."""
    device = ctx.session.scalars(select(Device).where(Device.forum_id == forum.id)).first()
    assert device is not None
    scan_id = "7a1f4c9e-0000-4000-8000-000000000001"
    ctx.session.add(
        CheckIn(
            badge_id=badge.id, forum_id=forum.id, entered_at=ctx.now, moved_at=ctx.now,
            first_scan_id=scan_id, last_scan_id=scan_id, device_id=device.id,
        )
    )  # fmt: skip
    ctx.session.commit()


def _everything_hangs_together(ctx: Context, forum: Forum) -> None:
    session, now = ctx.session, ctx.now
    inside = session.scalar(
        select(func.sum(CheckIn.people)).where(CheckIn.forum_id == forum.id, CheckIn.is_inside)
    )
    assert inside == session.scalar(select(func.sum(Scan.effect)).where(Scan.forum_id == forum.id))
    assert 80 < (inside or 0) < forum.gauge
    scans = session.scalars(select(Scan).where(Scan.forum_id == forum.id)).all()
    assert all(scan.happened_at <= now for scan in scans)
    assert all(local_date(scan.happened_at) == forum.held_on for scan in scans)
    assert {scan.verdict for scan in scans} == {
        Verdict.ADMITTED, Verdict.REVOKED, Verdict.UNKNOWN
    }  # fmt: skip
    (conflict,) = [scan for scan in scans if scan.conflicts_with]
    assert conflict.conflicts_with in {scan.scan_id for scan in scans}
    assert session.scalar(select(func.count()).select_from(Visit)) or 0 > 100
    counted = session.scalars(select(HeadCount.people).where(HeadCount.forum_id == forum.id)).all()
    assert min(counted) < 0 < sum(counted)
    silent = [
        device
        for device in session.scalars(select(Device).where(Device.forum_id == forum.id))
        if device.last_seen_at and now - device.last_seen_at >= timedelta(minutes=20)
    ]
    assert [device.waiting for device in silent] == [7]

    placed = session.scalars(
        select(Stand).where(Stand.forum_id == forum.id, Stand.state == StandState.CONFIRMED)
    ).all()
    squares = session.scalars(select(StandSquare).where(StandSquare.forum_id == forum.id)).all()
    assert len(squares) == sum(stand.width * stand.height for stand in placed)
    assert all(s.column < forum.plan_columns and s.row < forum.plan_rows for s in squares)

    sessions = session.scalars(select(Session)).all()
    assert {local_date(s.starts_at) for s in sessions} == {forum.held_on}
    seats = session.scalars(select(Seat)).all()
    assert {s.session_id for s in seats if s.state is SeatState.WAITING}
    assert session.scalar(select(func.count()).select_from(TakenSlot)) == sum(
        2 * (s.ends_at - s.starts_at) // timedelta(minutes=5) for s in sessions
    )
    shifts = session.scalars(select(Shift).where(Shift.forum_id == forum.id)).all()
    assert any(len(shift.people) < shift.needed for shift in shifts)
    walk_ins = session.scalars(
        select(Attendee).where(
            Attendee.forum_id == forum.id, Attendee.channel == RegistrationChannel.DOOR
        )
    ).all()
    assert len(walk_ins) == 14
    assert not any(person.name for person in walk_ins)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_at_any_hour_of_any_day_the_hours_hold_the_present(engine_name: str) -> None:
    """Every half an hour of the two days when the clocks change, and of an ordinary one."""
    for first in (date(2026, 10, 25), date(2027, 3, 28), date(2026, 12, 3)):
        midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
        for half in range(48):
            now = midnight + timedelta(minutes=30 * half + 7)
            day = day_of(now)
            assert day.opens_at < day.closes_at
            assert local_date(now) == day.held_on
            assert day.opening <= now <= day.closing
