"""Actions, from the meeting that decides them until they are closed, on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_minutes
from tests.factories.organisations import make_organisation
from tests.races import refusals_at_once
from zna_network.models.account import Role
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionItem, ActionState, MinutesState
from zna_network.queries.minutes import open_actions_before
from zna_network.services import actions
from zna_network.services.actions import ActionData
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError

DUE = date(2027, 1, 15)
DATA = ActionData("Relancer les bailleurs", "Mme Fictive", DUE)


def test_writes_changes_and_takes_off_an_action(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    meeting_id, section = minutes.meeting_id, minutes.sections[0]
    owner = make_organisation(ctx.session, name="Caisse d’exemple")
    data = replace(DATA, organisation="caisse d'exemple", section_id=section.id)
    made = actions.create_action(ctx, meeting_id, data)
    assert (made.owner, made.due_on, made.organisation, made.section_id, made.state) == (
        "Mme Fictive", DUE, owner, section.id, ActionState.OPEN,
    )  # fmt: skip
    actions.update_action(ctx, meeting_id, made.id, replace(DATA, due_on=None), 1)
    assert (made.due_on, made.organisation, made.section_id) == (None, None, None)
    actions.remove_action(ctx, meeting_id, made.id, made.revision)
    assert ctx.session.query(ActionItem).count() == 0


def test_refuses_an_action_badly_written(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    for data, field in (
        (replace(DATA, text=" "), "text"),
        (replace(DATA, owner=" "), "owner"),
        (replace(DATA, owner="x" * 201), "owner"),
        (replace(DATA, organisation="Organisme qui n’existe pas"), "organisation"),
        (replace(DATA, section_id=999_999), "section_id"),
    ):
        with pytest.raises(InvalidError) as refusal:
            actions.create_action(ctx, minutes.meeting_id, data)
        assert refusal.value.field == field
        assert ctx.session.query(ActionItem).count() == 0


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    made = make_action(ctx.session, minutes.meeting)
    actions.update_action(ctx, minutes.meeting_id, made.id, DATA, 1)
    with pytest.raises(ConflictError):
        actions.update_action(ctx, minutes.meeting_id, made.id, replace(DATA, text="Autre"), 1)
    with pytest.raises(ConflictError):
        actions.remove_action(ctx, minutes.meeting_id, made.id, 1)
    elsewhere = make_minutes(ctx.session)
    with pytest.raises(NotFoundError):
        actions.remove_action(ctx, elsewhere.meeting_id, made.id, 2)
    assert made.text == DATA.text


def test_validated_minutes_keep_their_actions_which_can_still_be_closed(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, state=MinutesState.SENT)
    made = make_action(ctx.session, minutes.meeting)
    with pytest.raises(ConflictError, match="validé"):
        actions.create_action(ctx, minutes.meeting_id, DATA)
    with pytest.raises(ConflictError, match="validé"):
        actions.update_action(ctx, minutes.meeting_id, made.id, DATA, 1)
    with pytest.raises(ConflictError, match="validé"):
        actions.remove_action(ctx, minutes.meeting_id, made.id, 1)
    actions.close_action(ctx, made.id, ActionState.DONE, "")
    assert (made.state, made.closed_at) == (ActionState.DONE, ctx.now)


def test_dropping_an_action_says_why(ctx: Context) -> None:
    action = make_action(ctx.session, make_meeting(ctx.session))
    with pytest.raises(InvalidError, match="pourquoi") as refusal:
        actions.close_action(ctx, action.id, ActionState.DROPPED, " ")
    assert refusal.value.field == "outcome"
    with pytest.raises(InvalidError):
        actions.close_action(ctx, action.id, ActionState.OPEN, "")
    assert action.is_open
    actions.close_action(ctx, action.id, ActionState.DROPPED, "Sans objet")
    assert (action.state, action.outcome) == (ActionState.DROPPED, "Sans objet")


def test_a_closed_action_can_be_opened_again(ctx: Context) -> None:
    action = make_action(ctx.session, make_meeting(ctx.session))
    with pytest.raises(ConflictError):
        actions.reopen_action(ctx, action.id)
    actions.close_action(ctx, action.id, ActionState.DONE, "Fait en mairie")
    with pytest.raises(ConflictError, match="faite"):
        actions.close_action(ctx, action.id, ActionState.DROPPED, "Autre avis")
    actions.reopen_action(ctx, action.id)
    assert (action.state, action.closed_at, action.outcome) == (
        ActionState.OPEN, None, "Fait en mairie",
    )  # fmt: skip
    with pytest.raises(NotFoundError):
        actions.close_action(ctx, 999_999, ActionState.DONE, "")


def test_people_who_close_one_action_at_once_close_it_once(app: Flask, ctx: Context) -> None:
    action_id = make_action(ctx.session, make_meeting(ctx.session)).id
    outcomes = [f"Issue {number}" for number in range(4)]
    jobs = [
        lambda c, o=outcome: actions.close_action(c, action_id, ActionState.DONE, o)
        for outcome in outcomes
    ]
    assert [type(refusal) for refusal in refusals_at_once(app, jobs)] == [ConflictError] * 3


def test_open_actions_come_back_at_later_meetings_until_closed(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    now = make_meeting(ctx.session, committee)
    before, after = (
        make_meeting(
            ctx.session, committee,
            starts_at=now.starts_at + shift, ends_at=now.ends_at + shift,
        )
        for shift in (timedelta(days=-30), timedelta(days=30))
    )  # fmt: skip
    late = make_action(ctx.session, before, due_on=date(2026, 12, 1))
    undated = make_action(ctx.session, before, due_on=None)
    make_action(ctx.session, before, state=ActionState.DONE)
    make_action(ctx.session, make_meeting(ctx.session))
    own = make_action(ctx.session, now)

    def open_at(meeting: Meeting) -> list[ActionItem]:
        return list(ctx.session.scalars(open_actions_before(meeting, with_drafts=True)))

    assert open_at(now) == [late, undated]
    assert open_at(before) == []
    assert open_at(after) == [late, own, undated]
    actions.close_action(ctx, late.id, ActionState.DONE, "")
    assert open_at(now) == [undated]


def test_only_those_who_write_the_minutes_follow_the_actions(ctx: Context) -> None:
    leading, sitting = (make_organisation(ctx.session) for _ in range(2))
    committee = make_committee(ctx.session, led_by=leading)
    action = make_action(ctx.session, make_meeting(ctx.session, committee))
    stranger = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, sitting))
    with pytest.raises(ForbiddenError):
        actions.close_action(stranger, action.id, ActionState.DONE, "")
    with pytest.raises(ForbiddenError):
        actions.reopen_action(stranger, action.id)
    leader = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, leading))
    assert actions.may_follow(leader, action)
    assert not actions.may_follow(stranger, action)
    actions.close_action(leader, action.id, ActionState.DONE, "")
    assert not action.is_open
