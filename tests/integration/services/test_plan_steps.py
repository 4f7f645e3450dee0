"""The retro-planning: its steps, those proposed from a date, their reminders, and two at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.grants import make_entry, make_step
from tests.factories.organisations import make_grantee, make_organisation
from tests.mail_reading import html_of, mails, text_of
from tests.races import race, results_at_once
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.planning import PlanStep, PlanStepReminder, StepState
from zna_network.queries import plan_steps as queries
from zna_network.queries.listing import PageRequest, paginate
from zna_network.queries.plan_steps import Shown, StepFilter
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.planning import step_reminders, step_templates, steps
from zna_network.services.planning.home_lines import plan_lines
from zna_network.services.planning.step_templates import PlanTemplate, suited_to
from zna_network.services.planning.step_values import StepData

DATA = StepData("Réserver la salle", date(2027, 1, 15), deliverable="Accord de la mairie")


def _nine(month: int, day: int) -> datetime:
    """Nine o’clock in Arras, in the winter of 2027."""
    return datetime(2027, month, day, 8, tzinfo=UTC)


def test_a_step_is_its_grantees_and_the_cuas(ctx: Context) -> None:
    mine, theirs = make_grantee(ctx.session), make_grantee(ctx.session)
    user = make_user(ctx.session, Role.GRANTEE, mine)
    grantee, entry = acting_as(ctx, user), make_entry(ctx.session)
    data = replace(DATA, owner_id=str(user.id), entry_id=str(entry.id))
    step = steps.create_step(grantee, mine.id, data)
    assert (step.owner, step.owner_id, step.entry_id) == (user.name, user.id, entry.id)
    changed = replace(data, state="done", owner="La présidente", owner_id="")
    steps.update_step(grantee, step.id, changed, step.revision)
    assert (step.state, step.closed_at, step.owner_id) == (StepState.DONE, ctx.now, None)
    wrong = StepData("", None, owner_id=str(make_user(ctx.session, Role.GRANTEE, theirs).id), entry_id="99999", state="?", note="1 85 05 62 041 123 45")  # fmt: skip
    with pytest.raises(InvalidValuesError) as refusal:
        steps.update_step(grantee, step.id, wrong, step.revision)
    assert {p.field for p in refusal.value.problems} == {
        "label", "due_on", "owner_id", "entry_id", "state", "note",
    }  # fmt: skip
    assert ctx.session.get_one(PlanStep, step.id).label == "Réserver la salle"

    other = make_step(ctx.session, theirs)
    for refused in (
        lambda: steps.create_step(grantee, theirs.id, DATA),
        lambda: steps.update_step(grantee, other.id, DATA, 1),
        lambda: steps.change_state(grantee, other.id, StepState.DONE, 1),
        lambda: steps.remove_step(grantee, other.id, 1),
        lambda: steps.step_to_read(grantee, other.id),
        lambda: steps.plan(grantee, theirs.id),
        lambda: steps.overview(grantee),
        lambda: step_templates.proposal(grantee, theirs.id, PlanTemplate.ANY, date(2027, 3, 1)),
        lambda: step_templates.create_chosen(grantee, theirs.id, "", [DATA]),
    ):
        with pytest.raises(ForbiddenError):
            refused()
    with pytest.raises(NotFoundError):
        steps.create_step(ctx, make_organisation(ctx.session).id, DATA)
    steps.remove_step(grantee, step.id, step.revision)
    assert plan_lines(acting_as(ctx, make_user(ctx.session, Role.PARTNER, mine))) is None


def test_of_two_people_at_once_the_second_is_told(app: Flask, ctx: Context) -> None:
    step = make_step(ctx.session)
    step_id, seen = step.id, step.revision
    done, dropped = StepState.DONE, StepState.DROPPED
    assert race(
        app,
        [
            lambda c: steps.change_state(c, step_id, done, seen),
            lambda c: steps.change_state(c, step_id, dropped, seen),
            lambda c: steps.update_step(c, step_id, DATA, seen),
        ],
    ) == ["ConflictError", "ConflictError", "won"]
    # A click sent twice is one; an old page changes nothing.
    step = make_step(ctx.session)
    step_id, seen = step.id, step.revision
    assert race(app, [lambda c: steps.change_state(c, step_id, done, seen)] * 2) == ["won", "won"]
    with pytest.raises(ConflictError):
        steps.remove_step(ctx, step_id, seen)
    reopened = steps.change_state(ctx, step_id, StepState.TO_DO, seen + 1)
    assert (reopened.closed_at, reopened.is_late(date(2027, 1, 16))) == (None, True)


def test_a_template_counts_back_to_working_days_and_is_made_once(app: Flask, ctx: Context) -> None:
    grantee, entry = (
        make_grantee(ctx.session),
        make_entry(ctx.session, label="Forum d’accès aux droits"),
    )
    assert suited_to(entry.label) is PlanTemplate.FORUM
    assert suited_to("Fin de la mission; justification des dépenses") is PlanTemplate.REPORT
    assert suited_to("Comité technique partenarial") is PlanTemplate.COMMITTEE
    assert suited_to("Passage en conseil communautaire") is PlanTemplate.ANY
    target = date(2027, 2, 16)  # A Tuesday; sixty days before is a Friday, 18 December.
    proposed = step_templates.proposal(ctx, grantee.id, PlanTemplate.FORUM, target, entry.id)
    by_label = {step.label: step for step in proposed}
    booking = by_label["Réserver la salle et le matériel"]
    assert (booking.when, booking.due_on, booking.is_to_keep) == ("J−60", date(2026, 12, 18), True)
    assert by_label["Confirmer les intervenants et les horaires de vos ateliers"].due_on == date(
        2026, 12, 31
    )  # Not 2 January, a Saturday, nor New Year.
    assert any(step.is_past for step in proposed)
    assert [s.due_on for s in proposed] == sorted(s.due_on for s in proposed)

    kept = [StepData(p.label, p.due_on, p.owner, "", p.deliverable, entry_id=str(entry.id)) for p in proposed if p.is_to_keep]  # fmt: skip
    grantee_id, entry_id = grantee.id, str(entry.id)
    made = results_at_once(
        app, [lambda c: len(step_templates.create_chosen(c, grantee_id, entry_id, kept))] * 2
    )
    assert sorted(made) == [0, len(kept)]
    again = step_templates.proposal(ctx, grantee_id, PlanTemplate.FORUM, target, entry.id)
    assert not any(step.is_to_keep for step in again)
    with pytest.raises(InvalidError, match="au moins une étape"):
        step_templates.create_chosen(ctx, grantee_id, entry_id, [])
    broken = [StepData("Nouvelle", target), StepData("", target)]
    with pytest.raises(InvalidValuesError):
        step_templates.create_chosen(ctx, grantee_id, entry_id, broken)
    with pytest.raises(InvalidError, match="année"):
        step_templates.proposal(ctx, grantee_id, PlanTemplate.ANY, date(9999, 1, 1))
    [group] = steps.plan(ctx, grantee_id)
    assert (group.entry, group.open_count) == (entry, len(kept))


def test_owners_are_reminded_once_before_on_the_day_and_after(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    grantee = make_grantee(ctx.session, name="Passerelles")
    one, two = (make_user(ctx.session, Role.GRANTEE, grantee) for _ in range(2))
    make_user(ctx.session, Role.PARTNER, grantee)
    entry = make_entry(ctx.session, label="Le forum")
    owned = make_step(
        ctx.session, grantee, label="Réserver la salle", owner_account=one, entry=entry
    )
    shared = make_step(ctx.session, grantee, label="Inviter les partenaires")
    make_step(ctx.session, grantee, label="Faite", state=StepState.DONE, closed_at=ctx.now)
    clock.set(_nine(1, 8) - timedelta(seconds=1))
    assert step_reminders.run(ctx) == 0
    clock.set(_nine(1, 8))
    assert sum(results_at_once(app, [step_reminders.run] * 3)) == 2
    told = {mail.recipient: mail for mail in mails(ctx.session, "plan_step_reminder")}
    assert set(told) == {one.email, two.email}
    for said in (
        "Réserver la salle",
        "Inviter les partenaires",
        "dans 7\u00a0jours",
        "Le forum",
        f"/instances/retroplannings/{grantee.id}",
    ):
        assert said in text_of(told[one.email]), said
        assert said in html_of(told[one.email]), said
    assert "Réserver la salle" not in text_of(told[two.email])
    assert sum(results_at_once(app, [step_reminders.run] * 2)) == 0

    # Moved: reminded of again at its new date. Its owner has gone: the others are told.
    one.is_active = False
    owned.due_on = date(2027, 1, 18)
    ctx.session.commit()
    clock.set(_nine(1, 15))
    assert step_reminders.run(ctx) == 1
    on_the_day = mails(ctx.session, "plan_step_reminder")[-1]
    assert on_the_day.recipient == two.email
    assert "aujourd’hui" in text_of(on_the_day)
    assert "dans 3\u00a0jours" in text_of(on_the_day)
    steps.change_state(ctx, owned.id, StepState.DONE, owned.revision)
    clock.set(_nine(1, 22))
    assert sum(results_at_once(app, [step_reminders.run] * 2)) == 1
    late = mails(ctx.session, "plan_step_reminder")[-1]
    assert late.subject == "Rétroplanning : Inviter les partenaires, en retard de 7 jours"
    kinds = select(PlanStepReminder.kind).where(
        PlanStepReminder.step_id == shared.id, PlanStepReminder.email == two.email
    )
    assert sorted(ctx.session.scalars(kinds)) == ["j", "j+7", "j-7"]
    # One that was written down late is not told of at once; a month late, the page alone says it.
    make_step(ctx.session, grantee, due_on=date(2027, 1, 25), created_at=ctx.now)
    assert step_reminders.run(ctx) == 0
    clock.set(_nine(3, 1))
    assert step_reminders.run(ctx) == 0


def test_what_is_due_between_two_days_and_lists_that_cost_the_same(ctx: Context) -> None:
    mine, theirs = make_grantee(ctx.session), make_grantee(ctx.session)
    first = make_step(
        ctx.session, mine, due_on=date(2027, 1, 1), state=StepState.DONE, closed_at=ctx.now
    )
    last = make_step(ctx.session, theirs, due_on=date(2027, 1, 31))
    make_step(ctx.session, mine, due_on=date(2027, 2, 1), entry=make_entry(ctx.session))
    make_step(
        ctx.session, mine, due_on=date(2027, 1, 5), state=StepState.DROPPED, closed_at=ctx.now
    )
    january = date(2027, 1, 1), date(2027, 1, 31)
    assert list(ctx.session.scalars(queries.between(*january, None))) == [first, last]
    assert list(ctx.session.scalars(queries.between(*january, mine.id))) == [first]

    wanted = StepFilter(date(2027, 2, 2), Shown.LATE)
    ids = (mine.id, theirs.id)

    def work() -> None:
        steps.overview(ctx)
        steps.plan(ctx, ids[0])
        page = paginate(
            ctx.session, queries.listed(wanted), PageRequest(per_page=100), queries.STEP_SORTS
        )
        assert all(step.organisation and step.is_late(wanted.today) for step in page.items)

    few = cost(ctx.session, work)
    for _ in range(50):
        make_step(ctx.session, make_grantee(ctx.session), entry=make_entry(ctx.session))
        make_step(ctx.session, ctx.session.get(type(mine), ids[0]), entry=make_entry(ctx.session))
    assert cost(ctx.session, work) == few
    counted = ctx.session.execute(queries.counts(wanted)).one()
    assert tuple(counted) == (102, 102, 1, 104)
    lines = {line.organisation.id: line for line in steps.overview(ctx)}
    assert (lines[ids[0]].still_open, lines[ids[0]].done, lines[ids[0]].total) == (51, 1, 52)
    assert lines[ids[0]].next_on == date(2027, 1, 15)
    for key in queries.STEP_SORTS:
        page = paginate(
            ctx.session, queries.listed(wanted), PageRequest(sort=key), queries.STEP_SORTS
        )
        assert page.total == 102
