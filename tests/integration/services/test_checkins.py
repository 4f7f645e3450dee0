"""What the door answers and remembers, on both engines."""

import dataclasses
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.door import Door, open_door, scan_of
from tests.factories.attendees import make_attendee
from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_organisation
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.attendee import AgeBand, Attendee, RegistrationChannel
from zna_network.models.door import Point, PointKind, Scan, Verdict, Visit
from zna_network.models.territory import TargetGroup
from zna_network.services import badges, checkins, devices, door_manifest
from zna_network.services.badges import hash_of_ticket
from zna_network.services.context import Context
from zna_network.services.door_state import DeviceRefusedError
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.points import keep_up_with_forum
from zna_network.services.scan_data import ScanData, WalkIn


@pytest.fixture
def door(ctx: Context) -> Door:
    return open_door(ctx)


def test_one_entry_a_badge_and_the_first_answer_again(
    ctx: Context, door: Door, clock: FrozenClock
) -> None:
    phone, other = door.phone("A"), door.phone("B")
    ticket = door.tickets(1)[0]
    scan = scan_of(ticket, clock.now(), point=phone.point)
    first = checkins.check_in(ctx, phone.token, scan)
    assert '"verdict":"admitted"' in first
    clock.move(timedelta(minutes=1))
    again = other.scan(f"  {ticket.lower()}\n")
    assert (again["verdict"], again["first_scanned_at"]) == (
        "already_admitted", "2026-12-03T09:00:00.000Z",
    )  # fmt: skip
    badges.revoke(ctx, door.entries()[0].badge_id)
    assert other.verdict(ticket) == "revoked"
    # Whatever has happened since, and however its identifier is spelt.
    spelt = dataclasses.replace(scan, scan_id=scan.scan_id.upper(), ticket="autre")
    for token in (phone.token, other.token):
        assert checkins.check_in(ctx, token, spelt) == first
    (entry,) = door.entries()
    assert (entry.entries, entry.first_scan_id, door.inside(), door.effects()) == (
        1, scan.scan_id, 1, 1,
    )  # fmt: skip


def test_a_badge_issued_again_takes_its_bearer_s_whereabouts_along(
    ctx: Context, door: Door
) -> None:
    family = make_attendee(ctx.session, door.forum, companions=3)
    lost = badges.issue(ctx, door.forum, family)
    way_in, way_out = door.phone("A"), door.phone("S", door.out_point)
    assert way_in.verdict(door.ticket(lost)) == "admitted"
    since = ctx.now
    ticket = door.ticket(badges.reissue(ctx, lost.id))
    known = door_manifest.changes(ctx, way_in.token, since)["entries"]
    assert [(entry[0], entry[3]) for entry in known] == [(hash_of_ticket(ticket)[:24], True)]
    assert way_in.verdict(door.ticket(lost), 1) == "revoked"
    assert way_in.verdict(ticket, 2) == "already_admitted"
    assert door.inside() == door.effects() == 4
    assert way_out.verdict(ticket, 3) == "admitted"
    assert door.inside() == door.effects() == 0


def test_out_and_in_again_with_those_who_came_along(ctx: Context, door: Door) -> None:
    family = make_attendee(ctx.session, door.forum, companions=3)
    ticket = door.ticket(badges.issue(ctx, door.forum, family))
    way_in, way_out = door.phone("A"), door.phone("S", door.out_point)
    assert way_in.scan(ticket, 0)["people"] == 4
    assert door.inside() == 4
    assert [way_out.verdict(ticket, m) for m in (1, 2)] == ["admitted", "already_admitted"]
    assert door.inside() == 0
    assert way_in.verdict(ticket, 3) == "admitted"
    assert (door.inside(), door.effects(), door.entries()[0].entries) == (4, 4, 2)
    # Somebody whose badge is revoked meanwhile may still go out.
    badges.revoke(ctx, door.entries()[0].badge_id)
    assert way_out.verdict(ticket, 4) == "admitted"
    assert way_in.verdict(ticket, 5) == "revoked"
    assert door.inside() == door.effects() == 0
    # A badge that no entry has seen goes out all the same, and nobody is missing for it.
    assert way_out.verdict(door.tickets(1)[0]) == "admitted"
    assert door.inside() == 0


def test_a_late_scan_undoes_nothing_of_what_came_after(
    ctx: Context, door: Door, clock: FrozenClock
) -> None:
    way_in, way_out = door.phone("A"), door.phone("S", door.out_point)
    first, second, third = door.tickets(3)
    clock.move(timedelta(hours=1))
    told = {"decided": Verdict.ADMITTED}
    # The exit came first, since the phone at the entry had no network.
    way_out.scan(first, -10, **told)
    way_in.scan(first, -40, **told)
    assert (door.inside(), door.entries()[0].is_inside) == (0, False)
    # Out at -20 and in again at -10: the exit, sent last, is not the last movement.
    way_in.scan(second, -40, **told)
    way_in.scan(second, -10, **told)
    way_out.scan(second, -20, **told)
    assert door.inside() == 1
    # The same without a decision: what is asked late is judged at its place.
    way_in.scan(third, -30)
    way_out.scan(third, -10)
    assert way_in.verdict(third, -20) == "already_admitted"
    assert door.inside() == 1 == door.effects()
    entry = next(e for e in door.entries() if e.is_inside)
    assert (entry.entries, entry.moved_at) == (2, clock.now() - timedelta(minutes=10))


def test_two_doors_without_network_admit_the_same_badge(
    ctx: Context, door: Door, clock: FrozenClock
) -> None:
    a, b = door.phone("A"), door.phone("B")
    ticket = door.tickets(1)[0]
    clock.move(timedelta(hours=1))
    told = {"decided": Verdict.ADMITTED}
    later = a.scan(ticket, -20, **told)
    earlier = b.scan(ticket, -30, **told)
    assert (later["conflict"], later["verdict"], earlier["verdict"]) == (
        None,
        "admitted",
        "admitted",
    )
    assert earlier["conflict"] == {
        "door": "Porte A", "at": "2026-12-03T09:40:00.000Z", "scan_id": later["scan_id"],
    }  # fmt: skip
    assert earlier["first_scanned_at"] == "2026-12-03T09:30:00.000Z"
    (entry,) = door.entries()
    assert (door.inside(), door.effects(), entry.entries, entry.first_scan_id) == (
        1, 1, 1, earlier["scan_id"],
    )  # fmt: skip
    effects = {
        row.scan_id: row.effect for row in ctx.session.execute(select(Scan.scan_id, Scan.effect))
    }
    assert effects == {earlier["scan_id"]: 1, later["scan_id"]: 0}
    # The same device, told twice, is nobody's conflict with itself; refused on the phone is kept.
    assert b.scan(ticket, -25, **told)["conflict"]["scan_id"] == later["scan_id"]
    assert a.scan(ticket, -5, decided=Verdict.ALREADY_ADMITTED)["verdict"] == "already_admitted"
    alone = door.tickets(1)[0]
    assert [a.scan(alone, m, **told)["conflict"] for m in (-9, -8)] == [None, None]
    assert a.verdict(alone, -7, decided=Verdict.UNKNOWN) == "unknown"
    assert door.inside() == 2 == door.effects()


def test_badges_that_do_not_open_this_door_today(
    ctx: Context, door: Door, clock: FrozenClock
) -> None:
    phone, out = door.phone(), door.phone("S", door.out_point)
    ticket, revoked = door.tickets(2)
    badges.revoke(ctx, badges.locked(ctx, 2).id)
    last_year = make_forum(ctx.session, held_on=date(2025, 12, 4))
    (old,) = badges.issue_blank(ctx, last_year.id, 1)
    assert phone.verdict("https://exemple.example/un-autre-code") == "unknown"
    assert phone.verdict(ticket[:-4]) == "unknown"
    stranger = phone.scan(door.ticket(old))
    assert (stranger["verdict"], stranger["attendee"]) == (
        "not_today", {"label": "", "badge_number": None},
    )  # fmt: skip
    assert (phone.verdict(revoked), out.verdict(revoked)) == ("revoked", "revoked")
    assert phone.verdict(None, badge_number=1) == "admitted"
    assert phone.verdict(None, badge_number=99) == "unknown"
    # What a phone let in without network stands, but for a badge that is not of this forum.
    told = {"decided": Verdict.ADMITTED}
    assert phone.verdict(revoked, **told) == "admitted"
    assert phone.verdict(door.ticket(old), **told) == "not_today"
    assert door.inside() == 2 == door.effects()


def test_the_forums_own_day(ctx: Context, clock: FrozenClock) -> None:
    door = open_door(ctx, held_on=date(2026, 12, 4))
    phone = door.phone()
    ticket = door.tickets(1)[0]
    (rehearsal,) = door.tickets(1, is_rehearsal=True)
    assert phone.verdict(ticket) == "not_today"
    # To practise the day before: admitted like another, and counted nowhere.
    assert [phone.verdict(rehearsal, m) for m in (0, 1)] == ["admitted", "already_admitted"]
    clock.move(timedelta(days=1))
    assert phone.verdict(rehearsal) == "admitted"
    assert (door.inside(), door.effects(), door.entries()) == (0, 0, [])
    assert phone.verdict(ticket) == "admitted"
    # Handed in the day after: judged on its own day, by a phone that was paired again for that.
    clock.move(timedelta(days=1))
    with pytest.raises(DeviceRefusedError):
        phone.verdict(ticket)
    again = door.phone()
    late, other_day = door.tickets(2)
    assert again.verdict(late, -24 * 60, decided=Verdict.ADMITTED) == "admitted"
    assert again.verdict(other_day, 0, decided=Verdict.ADMITTED) == "not_today"
    assert again.verdict(other_day) == "not_today"
    assert door.inside() == 2 == door.effects()
    clock.move(timedelta(days=7))
    with pytest.raises(ConflictError):
        door.phone()


def test_a_clock_off_by_hours_is_corrected_and_flagged(
    ctx: Context, door: Door, clock: FrozenClock
) -> None:
    wrong, right, out = door.phone("A"), door.phone("B"), door.phone("S", door.out_point)
    ticket, other, plain = door.tickets(3)
    clock.move(timedelta(hours=1))
    ahead = {"sent_at": clock.now() + timedelta(hours=3), "decided": Verdict.ADMITTED}
    # Scanned thirty minutes ago, by a clock three hours ahead; gone twenty minutes ago.
    out.scan(ticket, -20, decided=Verdict.ADMITTED)
    wrong.scan(ticket, 180 - 30, **ahead)
    assert door.inside() == 0
    # In the future by a clock that nobody has measured: not after it was received.
    right.scan(other, 600)
    right.scan(plain, 1)
    scans = {s.ticket_hash: s for s in ctx.session.scalars(select(Scan).order_by(Scan.scanned_at))}
    skewed = scans[badges.hash_of_ticket(ticket)]
    assert (skewed.skew_s, skewed.is_skewed) == (10800, True)
    assert skewed.happened_at == clock.now() - timedelta(minutes=30)
    assert skewed.scanned_at == clock.now() + timedelta(minutes=150)
    future = scans[badges.hash_of_ticket(other)]
    assert (future.happened_at, future.is_skewed) == (clock.now(), True)
    assert not scans[badges.hash_of_ticket(plain)].is_skewed


def test_walk_ins_take_blank_badges(ctx: Context, door: Door) -> None:
    phone = door.phone()
    blank = door.tickets(1)[0]
    named = badges.issue(ctx, door.forum, make_attendee(ctx.session, door.forum))
    given = WalkIn("62041", AgeBand.FROM_40, TargetGroup.SENIORS, companions=2)
    assert phone.scan(blank, walk_in=given)["people"] == 3
    assert phone.scan(door.ticket(named), walk_in=given)["people"] == 1
    came = ctx.session.scalar(select(Attendee).where(Attendee.name == ""))
    assert came is not None
    assert (came.commune_insee, came.age_band, came.companions, came.channel) == (
        "62041", AgeBand.FROM_40, 2, RegistrationChannel.DOOR,
    )  # fmt: skip
    assert [badge.number for badge in came.badges] == [1]
    # Said again, better: the people follow, and so does what the first scan brought in.
    assert phone.scan(blank, 1, walk_in=WalkIn("other", companions=4))["people"] == 5
    ctx.session.expire_all()
    assert (came.is_from_elsewhere, came.commune_insee, came.age_band) == (True, None, None)
    assert phone.scan(door.tickets(1)[0], walk_in=WalkIn("75056"))["verdict"] == "admitted"
    assert ctx.session.scalar(select(Attendee).order_by(Attendee.id.desc())).is_from_elsewhere
    assert door.inside() == 7 == door.effects()


def test_a_scan_is_taken_back_for_a_quarter_of_an_hour(
    ctx: Context, door: Door, clock: FrozenClock
) -> None:
    a, b, out = door.phone("A"), door.phone("B"), door.phone("S", door.out_point)
    ticket, other = door.tickets(2)
    mistaken = a.scan(ticket, 0)["scan_id"]
    with pytest.raises(NotFoundError):
        b.undo(mistaken)
    with pytest.raises(ConflictError):
        a.undo(mistaken, 16)
    for _ in range(2):
        a.undo(mistaken.upper(), 15)
        assert (door.inside(), door.effects(), door.entries()) == (0, 0, [])
    # Its answer stays what it was; the badge may come in.
    assert b.verdict(ticket, 1) == "admitted"
    # Taken back in the middle: what remains is put in order again.
    entered, left = a.scan(other, 2)["scan_id"], out.scan(other, 3)["scan_id"]
    a.scan(other, 4)
    out.undo(left, 5)
    assert door.inside() == 2 == door.effects()
    a.undo(entered, 5)
    assert (door.inside(), door.effects(), len(door.entries())) == (2, 2, 2)


def stand_point(ctx: Context, door: Door) -> Point:
    """That of a confirmed stand, which comes by itself."""
    organisation = make_organisation(ctx.session, name="CAF du Pas-de-Calais")
    make_stand(ctx.session, door.forum, organisation)
    return next(p for p in keep_up_with_forum(ctx, door.forum.id) if p.kind is PointKind.STAND)


def test_visits_at_stands(ctx: Context, door: Door, clock: FrozenClock) -> None:
    point = stand_point(ctx, door)
    phone, other = door.phone("Stand", point), door.phone("Stand 2", point)
    ticket = door.tickets(1)[0]
    (rehearsal,) = door.tickets(1, is_rehearsal=True)
    clock.move(timedelta(hours=1))
    first = phone.scan(ticket, -10)
    assert (first["verdict"], first["kind"]) == ("admitted", "visit")
    assert phone.verdict(rehearsal) == "admitted"
    again = other.scan(ticket, -5)
    assert (again["verdict"], again["first_scanned_at"]) == (
        "already_admitted", "2026-12-03T09:50:00.000Z",
    )  # fmt: skip
    # An earlier one, late, is the first; nobody has come in for all that.
    earlier = other.scan(ticket, -30, decided=Verdict.ADMITTED)
    assert earlier["first_scanned_at"] == "2026-12-03T09:30:00.000Z"
    assert [v.scan_id for v in ctx.session.scalars(select(Visit))] == [earlier["scan_id"]]
    clock.move(timedelta(minutes=1))
    other.undo(earlier["scan_id"], -20)
    ctx.session.expire_all()
    assert [v.scan_id for v in ctx.session.scalars(select(Visit))] == [first["scan_id"]]
    assert (door.inside(), door.entries()) == (0, [])


def test_a_batch_judges_each_scan_in_order(ctx: Context, door: Door, clock: FrozenClock) -> None:
    phone = door.phone("A")
    tickets = door.tickets(4)
    clock.move(timedelta(hours=1))
    now = clock.now()
    known = scan_of(tickets[0], now, point=phone.point)
    phone.send(known)
    twice = scan_of(tickets[1], now - timedelta(minutes=9), decided=Verdict.ADMITTED)
    bad = InvalidError("Mauvaise lecture.", field="scanned_at")
    sent = [
        known,
        twice,
        bad,
        scan_of("inconnu", now),
        twice,
        scan_of(tickets[1], now - timedelta(minutes=5), point=door.out_point.code),
        scan_of(tickets[1], now - timedelta(minutes=2)),
        scan_of(tickets[2], now, point="parti"),
        scan_of(tickets[2], now, point="parti", decided=Verdict.ADMITTED),
        scan_of(None, now, badge_number=4, walk_in=WalkIn(companions=1)),
        # Before its own movements of this very batch: put at its place among them.
        scan_of(tickets[1], now - timedelta(minutes=7), decided=Verdict.ALREADY_ADMITTED),
    ]
    answers = phone.send_all(sent)
    assert answers[2] is bad
    assert isinstance(answers[7], InvalidError)
    assert answers[7].field == "point"
    assert answers[4] == answers[1]
    assert [a["verdict"] for a in answers if isinstance(a, dict)] == [
        "admitted", "admitted", "unknown", "admitted", "admitted", "admitted", "admitted",
        "admitted", "already_admitted",
    ]  # fmt: skip
    assert door.inside() == 5 == door.effects()
    # Sent again after a cut: the same answers, and nothing counted twice.
    again = phone.send_all(sent)
    assert [a for a in again if isinstance(a, dict)] == [a for a in answers if isinstance(a, dict)]
    assert door.inside() == 5 == door.effects()
    with pytest.raises(InvalidError):
        phone.send_all([known] * 501)
    assert phone.send_all([]) == []


def test_statements_are_few_and_constant(ctx: Context, door: Door, clock: FrozenClock) -> None:
    """BEGIN and COMMIT aside: what the door asks, what is known; the entry, the scan."""
    phone, out = door.phone("A"), door.phone("S", door.out_point)
    tickets = door.tickets(60)

    def make(rank: int, at: float = -9) -> ScanData:
        return scan_of(tickets[rank], phone.instant(at), point=phone.point)

    for warm in (phone, out):  # Heard just now: not noted at each request.
        warm.scan("rien")
    first = make(0)
    costs = {
        "admitted": cost(ctx.session, lambda: phone.send(first)),
        "replay": cost(ctx.session, lambda: phone.send(first)),
        "already_admitted": cost(ctx.session, lambda: phone.send(make(0, -8))),
        "unknown": cost(ctx.session, lambda: phone.scan("rien")),
        "exit": cost(ctx.session, lambda: out.scan(tickets[0], -7)),
        "late": cost(ctx.session, lambda: phone.scan(tickets[0], -10, decided=Verdict.ADMITTED)),
        "by_number": cost(ctx.session, lambda: phone.scan(None, badge_number=2)),
    }
    # PostgreSQL writes an entry and its scan in one statement.
    entry = 3 if ctx.session.get_bind().dialect.name == "postgresql" else 4
    assert costs == {
        "admitted": entry, "replay": 2, "already_admitted": 3, "unknown": 3, "exit": entry,
        "late": 6, "by_number": entry,
    }  # fmt: skip
    few = cost(ctx.session, lambda: phone.send_all([make(n) for n in range(2, 6)]))
    many = cost(ctx.session, lambda: phone.send_all([make(n) for n in range(6, 60)]))
    assert few == many == 9


def test_devices_that_are_refused(ctx: Context, door: Door, clock: FrozenClock) -> None:
    phone = door.phone("A")
    ticket = door.tickets(1)[0]
    for token in ("", "inconnu", phone.token[:-1]):
        with pytest.raises(DeviceRefusedError):
            dataclasses.replace(phone, token=token).scan(ticket)
    scan = scan_of(ticket, clock.now())
    phone.send(scan)
    elsewhere = open_door(ctx, slug="autre-forum").phone("B")
    assert elsewhere.verdict(ticket) == "not_today"
    with pytest.raises(ConflictError):
        elsewhere.send(scan)
    assert isinstance(elsewhere.send_all([scan])[0], ConflictError)
    with pytest.raises(InvalidError):
        dataclasses.replace(phone, point="ailleurs").scan(ticket)
    devices.revoke_device(ctx, ctx.session.scalars(select(Scan.device_id)).first() or 0)
    for act in (lambda: phone.scan(ticket), lambda: phone.send_all([scan])):
        with pytest.raises(DeviceRefusedError):
            act()
    assert door.inside() == 1
