"""Many phones at the same instant, on both engines: one entry, one row, one answer."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.door import Phone, open_door, scan_of
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.door import CheckIn, Scan, Verdict
from zna_network.services import checkins, devices, head_counts
from zna_network.services.checkin_batches import check_in_all
from zna_network.services.context import Context
from zna_network.services.errors import DomainError
from zna_network.services.head_counts import CountData

TOGETHER = 20


def test_twenty_phones_one_badge(app: Flask, ctx: Context, clock: FrozenClock) -> None:
    """Their clocks differ by a little, and say nothing of who comes first."""
    door = open_door(ctx)
    tokens = [door.phone(f"Téléphone {n}").token for n in range(TOGETHER)]
    ticket = door.tickets(1)[0]
    clock.move(timedelta(minutes=1))
    scans = [scan_of(ticket, clock.now() - timedelta(milliseconds=n)) for n in range(TOGETHER)]
    acts = [
        lambda ctx, token=token, scan=scan: checkins.check_in(ctx, token, scan)
        for token, scan in zip(tokens, scans, strict=True)
    ]
    verdicts = Counter(json.loads(answer)["verdict"] for answer in results_at_once(app, acts))
    assert verdicts == {"admitted": 1, "already_admitted": TOGETHER - 1}
    assert ctx.session.scalar(select(func.count()).select_from(Scan)) == TOGETHER
    assert door.inside() == 1 == door.effects()
    # Told beforehand, without network: all came in by what they were told, one entry counts.
    ticket = door.tickets(1)[0]
    scans = [
        scan_of(ticket, clock.now() - timedelta(seconds=n), decided=Verdict.ADMITTED)
        for n in range(TOGETHER)
    ]
    acts = [
        lambda ctx, token=token, scan=scan: check_in_all(ctx, token, [scan])
        for token, scan in zip(tokens, scans, strict=True)
    ]
    answers = [json.loads(answer) for (answer,) in results_at_once(app, acts)]
    assert {answer["verdict"] for answer in answers} == {"admitted"}
    assert sum(answer["conflict"] is None for answer in answers) == 1
    assert door.inside() == 2 == door.effects()


def test_one_scan_sent_twenty_times_at_once(app: Flask, ctx: Context, clock: FrozenClock) -> None:
    door = open_door(ctx)
    token = door.phone().token
    ticket = door.tickets(1)[0]
    for sent in (ticket, "un code inconnu"):
        scan = scan_of(sent, clock.now())
        one = [lambda ctx, scan=scan: checkins.check_in(ctx, token, scan)] * (TOGETHER // 2)
        many = [lambda ctx, scan=scan: check_in_all(ctx, token, [scan, scan])[1]] * (TOGETHER // 2)
        assert len(set(results_at_once(app, [*one, *many]))) == 1
    assert ctx.session.scalar(select(func.count()).select_from(Scan)) == 2
    assert door.inside() == 1
    count = CountData(str(uuid4()), 3, clock.now())
    results_at_once(app, [lambda ctx: head_counts.count(ctx, token, count)] * 8)
    assert door.inside() == 4


def test_batches_that_cross_do_not_wait_for_each_other(app: Flask, ctx: Context) -> None:
    """Two phones drain the same badges in opposite orders, while others scan them one by one."""
    door = open_door(ctx)
    tickets = door.tickets(40)
    one, other, third = (door.phone(name) for name in "ABC")
    told = {"decided": Verdict.ADMITTED}
    forth = [scan_of(ticket, one.instant(-9), **told) for ticket in tickets]
    back = [scan_of(ticket, other.instant(-8), **told) for ticket in reversed(tickets)]
    singles = [scan_of(ticket, third.instant(-7)) for ticket in tickets[::5]]
    acts: list[Any] = [
        lambda ctx: check_in_all(ctx, one.token, forth),
        lambda ctx: check_in_all(ctx, other.token, back),
        lambda ctx: [checkins.check_in(ctx, third.token, scan) for scan in singles],
    ] * 2
    assert not [r for r in results_at_once(app, acts) if isinstance(r, DomainError)]
    assert door.inside() == len(tickets) == door.effects()
    assert ctx.session.scalar(select(func.count()).select_from(Scan)) == 2 * 40 + 8


def test_a_pairing_code_serves_once(app: Flask, ctx: Context) -> None:
    door = open_door(ctx)
    device = devices.create_device(ctx, door.forum.id, devices.DeviceData("Porte A"))
    code = devices.pairing_code(ctx, device) or ""
    results = results_at_once(app, [lambda ctx: devices.pair(ctx, code).token] * 8)
    assert sum(isinstance(result, str) for result in results) == 1


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["in", "out", "undo", "again", "batch"]),
        st.integers(0, 2),  # the badge
        st.integers(0, 2),  # the phone
        st.integers(-60, 0),  # minutes from now at which it happened
        st.sampled_from([None, Verdict.ADMITTED, Verdict.ALREADY_ADMITTED]),
    ),
    max_size=14,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_ACTS)
def test_whatever_happens_the_sums_agree(
    ctx: Context, clock: FrozenClock, acts: list[tuple[str, int, int, int, Verdict | None]]
) -> None:
    door = open_door(ctx)
    tickets = door.tickets(3)
    phones = [door.phone(name) for name in "ABC"]
    sent = []
    for what, badge, who, at, decided in acts:
        clock.move(timedelta(seconds=1))
        phone = phones[who]
        if what in {"in", "out", "batch"}:
            point = door.out_point if what == "out" else door.in_point
            scan = scan_of(tickets[badge], phone.instant(at), point=point.code, decided=decided)
            answer = phone.send_all([scan])[0] if what == "batch" else phone.send(scan)
            sent.append((phone, scan, answer))
        elif sent:
            phone, scan, answer = sent[badge % len(sent)]
            if what == "again":
                assert phone.send(scan) == answer
            else:
                _undo(phone, scan.scan_id, scan.scanned_at)
        _check_sums(ctx, door.forum.id)


def _undo(phone: Phone, scan_id: str, scanned_at: Any) -> None:
    minutes = (scanned_at - phone.ctx.now) / timedelta(minutes=1)
    phone.undo(scan_id, minutes)


def _check_sums(ctx: Context, forum_id: int) -> None:
    """Badge by badge: the effects of its scans, in the order in which they happened, never take
    out more than came in, and add up to what its CheckIn says."""
    ctx.session.expire_all()
    entries = {
        entry.badge_id: entry
        for entry in ctx.session.scalars(select(CheckIn).where(CheckIn.forum_id == forum_id))
    }
    totals: Counter[int] = Counter()
    scans = ctx.session.scalars(
        select(Scan)
        .where(Scan.forum_id == forum_id, Scan.undone_at.is_(None), Scan.badge_id.is_not(None))
        .order_by(Scan.happened_at, Scan.received_at)
    ).all()
    for scan in scans:
        totals[scan.badge_id] += scan.effect
        assert totals[scan.badge_id] in {0, 1}
    for badge_id, total in totals.items():
        entry = entries.pop(badge_id, None)
        assert total == (entry.people if entry is not None and entry.is_inside else 0)
    assert not entries
