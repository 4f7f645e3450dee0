"""What the live board counts, on either engine."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee, make_badge
from tests.factories.door import (
    make_device,
    make_entry,
    make_head_count,
    make_point,
    make_scan,
    make_visit,
)
from tests.factories.forums import make_forum
from tests.factories.organisations import make_organisation
from tests.factories.workshops import make_seat, make_session, make_workshop
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.door import PointKind, Verdict
from zna_network.models.forum import Forum
from zna_network.models.stand import Stand, StandState
from zna_network.models.territory import TargetGroup
from zna_network.services.board import read_board
from zna_network.services.board_devices import DeviceState
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, NotFoundError
from zna_network.services.forum_choice import by_slug

NINE_THIRTY = datetime(2026, 12, 16, 8, 30, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NINE_THIRTY + timedelta(minutes=minutes)


def make_stand(session: Session, forum: Forum, name: str) -> Stand:
    now = FrozenClock().now()
    stand = Stand(
        forum=forum, organisation=make_organisation(session, name=name), number=1,
        state=StandState.CONFIRMED, link_salt=name, link_hash=name, uid=name,
        created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(stand)
    session.commit()
    return stand


def test_board_counts_people_inside_arrivals_doors_and_groups(
    ctx: Context, clock: FrozenClock
) -> None:
    session = ctx.session
    forum = make_forum(session, gauge=20)
    other = make_forum(session)
    door_a = make_device(session, forum, make_point(session, forum, name="Porte A"))
    door_b = make_device(session, forum, name="Téléphone de réserve")
    young = make_attendee(session, forum, target_group=TargetGroup.YOUTH)
    make_entry(session, door_a, make_badge(session, forum, young), entered_at=at(2), people=3)
    make_entry(session, door_a, entered_at=at(16))
    left = make_entry(session, door_b, entered_at=at(20), is_inside=False, moved_at=at(40))
    make_scan(session, door_b, left.badge, happened_at=at(40), effect=-1)
    make_head_count(session, door_b, 4, at(21))
    make_head_count(session, door_b, -1, at(50))
    make_head_count(session, door_b, 9, at(22), undone_at=at(23))
    undone = make_badge(session, forum)
    make_scan(session, door_a, undone, happened_at=at(3), undone_at=at(4))
    rehearsal = make_badge(session, forum, is_rehearsal=True)
    make_entry(session, door_a, rehearsal, entered_at=at(3), people=5)
    make_entry(session, make_device(session, other), entered_at=at(3))
    clock.set(at(50))

    board = read_board(ctx, forum.slug)

    assert (board.inside, board.came, board.by_hand, board.badges) == (7, 9, 4, 3)
    assert {d.label: d.count for d in board.doors} == {"Porte A": 4, "Téléphone de réserve": 5}
    assert {g.label: g.count for g in board.groups}["Jeunes"] == 1
    assert {g.label: g.count for g in board.groups}["Non renseigné"] == 2
    assert [(q.arrivals, q.inside) for q in board.quarters[:4]] == [(3, 3), (6, 9), (0, 8), (0, 7)]
    assert board.quarters[0].starts_at == NINE_THIRTY
    assert len(board.quarters) == 30
    assert board.quarters[4].inside is None
    assert board.registered == 1


def test_board_tells_stands_sessions_devices_and_conflicts(
    ctx: Context, clock: FrozenClock
) -> None:
    session = ctx.session
    forum = make_forum(session)
    caf = make_stand(session, forum, "CAF d’exemple")
    stand_point = make_point(session, forum, kind=PointKind.STAND, stand_id=caf.id, name="Stand 1")
    badges = [make_badge(session, forum) for _ in range(3)]
    for badge, minutes in zip(badges, (10, 70, 80), strict=True):
        make_visit(session, stand_point, badge, at(minutes))
    workshop = make_workshop(session, forum)
    to_come = make_session(session, workshop, starts=time(11), ends=time(12), capacity=2)
    over = make_session(session, workshop, starts=time(9, 30), ends=time(10))
    for number in (1, 2, None):
        make_seat(session, to_come, make_attendee(session, forum), number)
    door_a = make_point(session, forum, name="Porte A")
    heard = make_device(session, forum, door_a, name="Un", last_seen_at=at(89), waiting=2)
    silent = make_device(session, forum, name="Deux", last_seen_at=at(80), last_skew_s=-300)
    make_device(session, forum, name="Jamais appairé", token_hash=None)
    first = make_scan(session, heard, badges[0], happened_at=at(5))
    make_scan(
        session, silent, badges[0], happened_at=at(6), effect=0,
        verdict=Verdict.ALREADY_ADMITTED, conflicts_with=first.scan_id,
    )  # fmt: skip
    clock.set(at(90))

    board = read_board(ctx, forum.slug)

    assert [(s.name, s.visits, s.lately) for s in board.stands] == [("CAF d’exemple", 3, 2)]
    assert over.ends_at < ctx.now
    assert [(s.seated, s.waiting, s.free) for s in board.sessions] == [(2, 1, 0)]
    states = {d.name: (d.state, d.waiting, d.skew_s) for d in board.devices}
    assert states == {
        "Un": (DeviceState.WAITING, 2, 0),
        "Deux": (DeviceState.SILENT, 0, -300),
    }
    (conflict,) = board.conflicts
    assert (conflict.badge_number, conflict.door, conflict.other_door) == (1, "Deux", "Porte A")
    assert [alert.key for alert in board.alerts] == ["conflict-1", f"silent-{silent.id}"]
    silent.put_away_at = at(85)
    ctx.session.commit()
    board = read_board(ctx, forum.slug)
    assert {d.name: d.state for d in board.devices}["Deux"] is DeviceState.PUT_AWAY
    assert [alert.key for alert in board.alerts] == ["conflict-1"]
    silent.put_away_at = None
    ctx.session.commit()
    clock.set(at(60 * 24))
    assert {d.state for d in read_board(ctx, forum.slug).devices} == {DeviceState.RESTING}


@pytest.mark.parametrize(("people", "key"), [(8, ""), (9, "gauge-near"), (10, "gauge-full")])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_board_warns_when_the_hall_is_nearly_full(
    ctx: Context, clock: FrozenClock, people: int, key: str
) -> None:
    forum = make_forum(ctx.session, gauge=10)
    make_head_count(ctx.session, make_device(ctx.session, forum, last_seen_at=at(0)), people)
    clock.set(at(1))
    assert [alert.key for alert in read_board(ctx, forum.slug).alerts] == ([key] if key else [])


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_board_is_for_those_who_organise_and_hides_small_groups_from_grantees(
    ctx: Context, clock: FrozenClock
) -> None:
    session = ctx.session
    forum = make_forum(session)
    device = make_device(session, forum)
    for group, number in ((TargetGroup.YOUTH, 2), (TargetGroup.SENIORS, 6), (None, 9)):
        for _ in range(number):
            attendee = make_attendee(session, forum, target_group=group)
            make_entry(session, device, make_badge(session, forum, attendee))
    clock.set(at(10))
    grantee = make_user(session, Role.GRANTEE, make_organisation(session))

    seen = {g.label: g.count for g in read_board(acting_as(ctx, grantee), forum.slug).groups}

    assert (seen["Jeunes"], seen["Seniors"], seen["Non renseigné"]) == (None, None, 5)
    partner = make_user(session, Role.PARTNER, make_organisation(session))
    with pytest.raises(ForbiddenError):
        read_board(acting_as(ctx, partner), forum.slug)
    with pytest.raises(NotFoundError):
        read_board(ctx, "inconnu")


def test_board_costs_the_same_whatever_the_crowd(ctx: Context) -> None:
    session = ctx.session
    slug, costs = make_forum(session).slug, []
    for number in (1, 12):
        forum = by_slug(ctx, slug)
        for _ in range(number):
            device = make_device(session, forum, make_point(session, forum))
            entry = make_entry(session, device)
            make_visit(session, device.point, entry.badge)
            make_scan(session, device, entry.badge, conflicts_with=entry.first_scan_id, effect=0)
        costs.append(cost(session, lambda: read_board(ctx, slug)))
    assert costs[0] == costs[1] <= 11
