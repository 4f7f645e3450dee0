"""Decisions of a meeting, on both engines."""

from dataclasses import replace
from datetime import date

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.minutes import make_decision, make_minutes
from tests.factories.organisations import make_organisation
from zna_network.models.account import Role
from zna_network.models.minutes import Decision, MinutesState
from zna_network.services import decisions
from zna_network.services.context import Context
from zna_network.services.decisions import DecisionData
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError

DAY = date(2026, 12, 17)
DATA = DecisionData("La permanence passe à deux jours.", DAY, "CUA")


def test_writes_changes_and_takes_off_a_decision(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    meeting_id, section = minutes.meeting_id, minutes.sections[1]
    made = decisions.create_decision(ctx, meeting_id, replace(DATA, section_id=section.id))
    assert (made.text, made.owner, made.decided_on, made.section_id) == (
        DATA.text, "CUA", DAY, section.id,
    )  # fmt: skip
    decisions.update_decision(ctx, meeting_id, made.id, replace(DATA, owner="CAF"), 1)
    assert (made.owner, made.section_id, made.revision) == ("CAF", None, 2)
    decisions.remove_decision(ctx, meeting_id, made.id, 2)
    assert ctx.session.query(Decision).count() == 0


def test_refuses_a_decision_badly_written(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    for data, field in (
        (replace(DATA, text="  \n"), "text"),
        (replace(DATA, text="x" * 2001), "text"),
        (replace(DATA, owner="x" * 201), "owner"),
        (replace(DATA, section_id=999_999), "section_id"),
    ):
        with pytest.raises(InvalidError) as refusal:
            decisions.create_decision(ctx, minutes.meeting_id, data)
        assert refusal.value.field == field
        assert ctx.session.query(Decision).count() == 0


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    made = make_decision(ctx.session, minutes.meeting)
    decisions.update_decision(ctx, minutes.meeting_id, made.id, DATA, 1)
    with pytest.raises(ConflictError):
        decisions.update_decision(ctx, minutes.meeting_id, made.id, replace(DATA, text="Autre"), 1)
    with pytest.raises(ConflictError):
        decisions.remove_decision(ctx, minutes.meeting_id, made.id, 1)
    assert made.text == DATA.text


def test_a_decision_of_another_meeting_is_out_of_reach(ctx: Context) -> None:
    here, elsewhere = make_minutes(ctx.session), make_minutes(ctx.session)
    made = make_decision(ctx.session, elsewhere.meeting)
    with pytest.raises(NotFoundError):
        decisions.update_decision(ctx, here.meeting_id, made.id, DATA, 1)
    with pytest.raises(NotFoundError):
        decisions.remove_decision(ctx, here.meeting_id, made.id, 1)


def test_validated_minutes_refuse_every_change(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, state=MinutesState.VALIDATED)
    made = make_decision(ctx.session, minutes.meeting)
    for change in (
        lambda: decisions.create_decision(ctx, minutes.meeting_id, DATA),
        lambda: decisions.update_decision(ctx, minutes.meeting_id, made.id, DATA, 1),
        lambda: decisions.remove_decision(ctx, minutes.meeting_id, made.id, 1),
    ):
        with pytest.raises(ConflictError, match="validé"):
            change()
    assert ctx.session.query(Decision).one().text == made.text != DATA.text


def test_only_those_who_write_the_minutes_decide(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    partner = make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session))
    with pytest.raises(ForbiddenError):
        decisions.create_decision(acting_as(ctx, partner), minutes.meeting_id, DATA)
