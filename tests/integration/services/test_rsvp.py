"""Answers: from the link, by telephone, changed, at the same instant, too late."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_organisation
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.invitation import Answer, AnswerChannel, Invitation, Rsvp
from zna_network.models.meeting import MeetingState
from zna_network.services import invitation_page, invitations, invitees, rsvp
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
)
from zna_network.services.invitation_links import token_of
from zna_network.services.invitation_page import Stage
from zna_network.services.rsvp import AnswerData


@pytest.fixture
def visitor(ctx: Context) -> Context:
    """Somebody without an account."""
    return replace(ctx, actor=None, is_system=False, origin="192.0.2.1")


def _invited(ctx: Context, **values: object) -> tuple[Invitation, str]:
    meeting = make_meeting(ctx.session, visio_url="https://visio.example/1", **values)
    person = make_invitation(ctx.session, meeting, convened=True)
    return person, token_of(ctx.settings, person)


@pytest.mark.parametrize("answer", [Answer.ON_SITE, Answer.REMOTE, Answer.DECLINED])
def test_an_answer_is_recorded_with_its_history(
    ctx: Context, visitor: Context, answer: Answer
) -> None:
    person, token = _invited(ctx)
    rsvp.answer_by_link(visitor, token, AnswerData(answer, comment=" Un mot.\r\nDeux. "))
    assert person.answer is answer
    assert person.comment == "Un mot.\nDeux."
    assert (person.answered_at, person.answered_via) == (ctx.now, AnswerChannel.LINK)
    [row] = person.answers
    assert (row.answer, row.channel, row.actor_id) == (answer, AnswerChannel.LINK, None)


def test_the_last_answer_counts_and_none_is_lost(
    ctx: Context, visitor: Context, clock: FrozenClock
) -> None:
    person, token = _invited(ctx)
    for answer in (Answer.ON_SITE, Answer.DECLINED, Answer.REMOTE):
        rsvp.answer_by_link(visitor, token, AnswerData(answer))
    assert person.answer is Answer.REMOTE
    assert [row.answer for row in person.answers] == [
        Answer.ON_SITE, Answer.DECLINED, Answer.REMOTE,
    ]  # fmt: skip


def test_a_button_pressed_twice_is_one_answer(ctx: Context, visitor: Context) -> None:
    person, token = _invited(ctx)
    for _ in range(2):
        rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE))
    assert len(person.answers) == 1


def test_answers_sent_at_the_same_instant_follow_one_another(app: Flask, ctx: Context) -> None:
    person, token = _invited(ctx)
    number = person.id
    ctx.session.rollback()
    wanted = [Answer.ON_SITE, Answer.DECLINED, Answer.ON_SITE, Answer.REMOTE, Answer.DECLINED]
    acts = [
        lambda own, answer=answer, rank=rank: (
            rsvp.answer_by_link(own, token, AnswerData(answer, comment=str(rank))).id
        )
        for rank, answer in enumerate(wanted)
    ]
    assert results_at_once(app, acts) == [number] * 5
    person = ctx.session.get_one(Invitation, number)
    assert sorted(row.comment for row in person.answers) == ["0", "1", "2", "3", "4"]
    assert (person.answer, person.comment) == (
        person.answers[-1].answer, person.answers[-1].comment,
    )  # fmt: skip


def test_no_visio_no_remote_answer(ctx: Context, visitor: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting, convened=True)
    token = token_of(ctx.settings, person)
    with pytest.raises(InvalidError) as refusal:
        rsvp.answer_by_link(visitor, token, AnswerData(Answer.REMOTE))
    assert refusal.value.field == "answer"
    assert ctx.session.query(Rsvp).count() == 0


def test_a_comment_too_long_is_refused_and_nothing_is_written(
    ctx: Context, visitor: Context
) -> None:
    person, token = _invited(ctx)
    with pytest.raises(InvalidError) as refusal:
        rsvp.answer_by_link(visitor, token, AnswerData(Answer.DECLINED, comment="x" * 1001))
    assert refusal.value.field == "comment"
    assert person.answer is None


def test_an_answer_to_an_older_version_of_the_meeting_is_not_recorded(
    ctx: Context, visitor: Context
) -> None:
    person, token = _invited(ctx)
    meeting = person.meeting
    meeting.sequence = 3
    ctx.session.commit()
    with pytest.raises(ConflictError, match="vient de changer"):
        rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE, seen=2))
    assert person.answer is None
    rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE, seen=3))
    assert person.answer is Answer.ON_SITE


def test_answering_again_after_a_change_settles_it(ctx: Context, visitor: Context) -> None:
    person, token = _invited(ctx)
    person.outdated_answer = Answer.ON_SITE
    ctx.session.commit()
    rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE))
    assert person.outdated_answer is None
    assert person.answer is Answer.ON_SITE


def test_an_answer_can_be_changed_until_the_meeting_begins(
    ctx: Context, visitor: Context, clock: FrozenClock
) -> None:
    person, token = _invited(ctx)
    starts_at, ends_at = person.meeting.starts_at, person.meeting.ends_at
    clock.set(starts_at.replace(hour=12, minute=59, second=59))
    rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE))
    assert invitation_page.read(visitor, token).stage is Stage.OPEN
    clock.set(starts_at)
    with pytest.raises(LinkGoneError, match="a commencé le jeudi 17 décembre 2026 à 14\u00a0h"):
        rsvp.answer_by_link(visitor, token, AnswerData(Answer.DECLINED))
    assert invitation_page.read(visitor, token).stage is Stage.UNDER_WAY
    clock.set(ends_at)
    assert invitation_page.read(visitor, token).stage is Stage.OVER
    assert person.answer is Answer.ON_SITE


def test_a_cancelled_meeting_takes_no_answer(ctx: Context, visitor: Context) -> None:
    person, token = _invited(ctx, state=MeetingState.CANCELLED)
    with pytest.raises(LinkGoneError, match="annulée"):
        rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE))
    assert invitation_page.read(visitor, token).stage is Stage.CANCELLED
    assert person.answer is None


def test_somebody_removed_takes_no_answer(ctx: Context, visitor: Context) -> None:
    person, token = _invited(ctx)
    invitees.remove(ctx, person.meeting_id, person.id)
    with pytest.raises(LinkGoneError, match="n’est plus attendue"):
        rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE))
    assert invitation_page.read(visitor, token).stage is Stage.REMOVED


def test_an_unknown_link_is_not_found(ctx: Context, visitor: Context) -> None:
    _invited(ctx)
    for token in ("", "abc", "x" * 200, "é" * 32, "a" * 32):
        with pytest.raises(NotFoundError, match="aucune convocation"):
            rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE))
        with pytest.raises(NotFoundError):
            invitation_page.read(visitor, token)


def test_a_renewed_link_stops_the_former_one(ctx: Context, visitor: Context) -> None:
    person, token = _invited(ctx)
    invitations.renew_link(ctx, person.meeting_id, person.id, send=False)
    with pytest.raises(LinkGoneError, match="remplacé ou désactivé"):
        rsvp.answer_by_link(visitor, token, AnswerData(Answer.ON_SITE))
    rsvp.answer_by_link(visitor, token_of(ctx.settings, person), AnswerData(Answer.ON_SITE))
    assert person.answer is Answer.ON_SITE


def test_the_database_alone_gives_no_link_away(ctx: Context) -> None:
    person, token = _invited(ctx)
    stored = {str(value) for value in vars(person).values()}
    assert token not in stored
    assert len(token) == 32
    assert token == token_of(ctx.settings, person)


def test_an_agent_enters_an_answer_given_by_telephone(ctx: Context) -> None:
    person, _ = _invited(ctx)
    agent = make_user(ctx.session, Role.AGENT)
    theirs = acting_as(ctx, agent)
    data = AnswerData(Answer.DECLINED, comment="En congé")
    rsvp.enter_answer(theirs, person.meeting_id, person.id, data)
    assert person.answered_via is AnswerChannel.AGENT
    assert [row.actor_id for row in person.answers] == [agent.id]


def test_an_agent_enters_no_answer_once_the_meeting_has_begun(
    ctx: Context, clock: FrozenClock
) -> None:
    person, _ = _invited(ctx)
    clock.set(person.meeting.starts_at)
    with pytest.raises(ConflictError, match="onglet Présence"):
        rsvp.enter_answer(ctx, person.meeting_id, person.id, AnswerData(Answer.ON_SITE))


@pytest.mark.parametrize("role", [Role.PARTNER, Role.GRANTEE])
def test_only_staff_enter_answers(ctx: Context, role: Role) -> None:
    person, _ = _invited(ctx)
    user = make_user(ctx.session, role, make_organisation(ctx.session))
    theirs = acting_as(ctx, user)
    with pytest.raises(ForbiddenError):
        rsvp.enter_answer(theirs, person.meeting_id, person.id, AnswerData(Answer.ON_SITE))


def test_an_invitation_of_another_meeting_is_not_found(ctx: Context) -> None:
    person, _ = _invited(ctx)
    elsewhere = make_meeting(ctx.session)
    with pytest.raises(NotFoundError):
        rsvp.enter_answer(ctx, elsewhere.id, person.id, AnswerData(Answer.ON_SITE))
