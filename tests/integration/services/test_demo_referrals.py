"""The demonstration's referrals: told around today, by the rules, made once, naming nobody real."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from tests.world import FrozenClock
from zna_network.models.account import Role, User
from zna_network.models.case_sheet import CaseSheet, EvaluationExport
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import OrganisationKind
from zna_network.models.outbox import OutboxMessage
from zna_network.models.person import (
    Consent,
    ConsentAnswer,
    Diagnostic,
    FileOpening,
    Person,
    Purpose,
)
from zna_network.models.referral import (
    Appointment,
    AppointmentState,
    EventKind,
    Outcome,
    OutcomeResult,
    Referral,
    ReferralEvent,
    ReferralOrigin,
    ReferralState,
    Step,
)
from zna_network.models.territory import Commune, Qpv
from zna_network.services import demo_data
from zna_network.services.context import Context
from zna_network.services.demo.referral_people import INVENTED
from zna_network.services.demo.referral_stands import EACH_DAY
from zna_network.services.referrals import clock as clock_service
from zna_network.services.referrals import flow, similar_people
from zna_network.services.referrals.bilan import bilan_for_reader, published_bilan
from zna_network.services.referrals.bilan_values import Measure

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
_KINDS = {
    EventKind.CREATED, EventKind.SENT, EventKind.SEEN, EventKind.ACCEPTED, EventKind.REFUSED,
    EventKind.QUESTION, EventKind.ANSWER, EventKind.APPOINTMENT, EventKind.STEP, EventKind.OUTCOME,
    EventKind.NOTE, EventKind.REMINDED, EventKind.ESCALATED, EventKind.EXPIRED, EventKind.WITHDRAWN,
    EventKind.CONSENT, EventKind.COMMITTEE,
}  # fmt: skip


def test_half_a_year_of_referrals_around_today(ctx: Context, clock: FrozenClock) -> None:
    clock.set(NOON)
    made = demo_data.build(ctx).referrals
    session = ctx.session
    assert 290 <= made.people <= 330
    assert 400 <= made.referrals <= 480
    assert made.opened > 120
    referrals = session.scalars(
        select(Referral).options(
            selectinload(Referral.events), selectinload(Referral.outcomes),
            selectinload(Referral.rights), selectinload(Referral.appointments),
        )
    ).all()  # fmt: skip
    _the_story_is_whole(ctx, referrals)
    _each_follows_the_rules(ctx, referrals)
    _people_are_invented(ctx)
    _committees_have_looked_at_some(ctx)
    _the_bilan_looks_real(ctx)

    # Nothing is due that the worker would not have done: no storm of mails at its first turn.
    posted = session.scalar(select(func.count()).select_from(OutboxMessage))
    assert clock_service.run(replace(ctx, actor=None)) == 0
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == posted

    # The same day again: nothing. Another day: the stands of that day, and nobody else.
    assert demo_data.build(ctx).referrals == made
    clock.move(timedelta(days=1))
    later = demo_data.build(ctx, attendees=300)
    assert later.forum.attendees == 300
    more = later.referrals.referrals - made.referrals
    assert 0 < more <= EACH_DAY
    assert later.referrals.people - made.people == more


def _the_story_is_whole(ctx: Context, referrals: list[Referral]) -> None:
    """Every state, every step, every way of meeting somebody, every answer."""
    states, steps = Counter(r.state for r in referrals), Counter(r.step for r in referrals)
    assert set(states) == set(ReferralState)
    assert set(steps) == set(Step)
    assert states[ReferralState.ACCEPTED] > len(referrals) / 2
    assert {r.origin for r in referrals} == set(ReferralOrigin)
    assert {event.kind for r in referrals for event in r.events} >= _KINDS
    answers = {tuple(row) for row in ctx.session.execute(select(Consent.purpose, Consent.answer))}
    assert answers == {(p, a) for p in Purpose for a in ConsentAnswer}
    results = {o.result for r in referrals for o in r.outcomes}
    assert results == set(OutcomeResult)
    assert {a.state for r in referrals for a in r.appointments} >= {
        AppointmentState.AGREED, AppointmentState.HONOURED, AppointmentState.MISSED
    }  # fmt: skip
    count = select(func.count())
    assert ctx.session.scalar(count.select_from(Diagnostic)) or 0 > 50
    assert ctx.session.scalar(count.select_from(FileOpening)) == 3
    assert ctx.session.scalars(select(EvaluationExport.rows)).one() > 100
    today = [r for r in referrals if r.origin is ReferralOrigin.STAND]
    assert 5 < len(today) <= EACH_DAY
    assert all(r.stand_id and r.made_at.date() == NOON.date() for r in today)


def _each_follows_the_rules(ctx: Context, referrals: list[Referral]) -> None:
    for referral in referrals:
        state, at = ReferralState.OPEN, referral.made_at
        for event in referral.events:
            assert event.state is state or event.state in flow._FROM[state], referral.number
            assert at <= event.at <= ctx.now, (referral.number, event.kind)
            state, at = event.state, event.at
        last = referral.events[-1]
        assert (last.state, last.step) == (referral.state, referral.step)
        assert referral.events[0].kind is EventKind.CREATED
        assert (referral.seen_at is None) == (
            EventKind.SEEN not in {e.kind for e in referral.events}
        )
        done = flow.step_after_outcomes(referral)
        assert done is None or referral.step in {done, Step.WITHDRAWN}, referral.number
        ended = referral.step.is_end or referral.state not in {
            ReferralState.OPEN, ReferralState.ACCEPTED
        }  # fmt: skip
        assert ended == (referral.closed_at is not None)
        assert referral.receiver_id != referral.sender_id
        for outcome in referral.outcomes:
            assert outcome.right_code in {right.right_code for right in referral.rights}
            assert outcome.after[outcome.right_code] in {"has", "not_concerned"}
            assert outcome.before != outcome.after
            if outcome.amount_cents is not None and outcome.period == "monthly":
                assert 15_00 <= outcome.amount_cents <= 1_100_00
    assert len({referral.number for referral in referrals}) == max(r.number for r in referrals)


def _people_are_invented(ctx: Context) -> None:
    people = ctx.session.scalars(select(Person)).all()
    written = [person for person in people if person.note]
    assert len(written) == 300
    assert all(person.note == INVENTED for person in written)
    assert all(p.email.endswith(".example") for p in people if p.email)
    assert all(p.phone.startswith("06 39 98") for p in people if p.phone)
    # The same each time: their numbers do not come from chance.
    assert "D-" + "X" not in people[0].case_number
    assert len(similar_people.pairs(ctx)) >= 4
    classes = set(ctx.session.scalars(select(Commune.barometer_class))) | set(
        ctx.session.scalars(select(Qpv.barometer_class))
    )
    assert classes >= {None, 3, 4, 5}


def _committees_have_looked_at_some(ctx: Context) -> None:
    rows = ctx.session.execute(select(CaseSheet, Meeting).join(CaseSheet.meeting)).all()
    past = [sheet for sheet, meeting in rows if meeting.ends_at < ctx.now]
    coming = [sheet for sheet, meeting in rows if meeting.starts_at > ctx.now]
    assert len(past) >= 2
    assert all(sheet.decision and sheet.decided_on for sheet in past)
    assert len(coming) >= 3
    assert any(sheet.blocking_point for sheet in coming)
    assert not any(sheet.decision for sheet in coming)
    decided = ctx.session.scalars(
        select(ReferralEvent).where(ReferralEvent.kind == EventKind.COMMITTEE)
    ).all()
    assert {event.referral_id for event in decided} == {sheet.referral_id for sheet in past}


def _the_bilan_looks_real(ctx: Context) -> None:
    agent = ctx.session.scalars(select(User).where(User.role == Role.AGENT)).one()
    team = replace(ctx, actor=agent, is_system=False)
    bilan = bilan_for_reader(team)
    values = bilan.total.values
    assert values[Measure.MET] or 0 >= 300
    assert (values[Measure.OPENED] or 0) > 120
    assert 10_000 < (values[Measure.MONTHLY] or 0) < 90_000
    assert 15 < (values[Measure.MEDIAN] or 0) < 70
    assert not any(table.is_empty for table in bilan.tables)
    # Enough people in each lot for something to remain once the small numbers are hidden.
    shown = published_bilan(team)
    assert (shown.total.values[Measure.OPENED] or 0) > 80
    caf = ctx.session.scalar(
        select(func.count(Appointment.id)).join(Referral).join(Referral.receiver).where(
            Referral.receiver.has(kind=OrganisationKind.CAF)
        )
    )  # fmt: skip
    assert caf or 0 > 20
    assert ctx.session.scalar(select(func.count(Outcome.id))) == (
        values[Measure.OPENED] or 0
    ) + len(
        ctx.session.scalars(select(Outcome).where(Outcome.result == OutcomeResult.REFUSED)).all()
    )
