"""Actions that their owners follow from a link: told, answering, reminded. On both engines."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_minutes
from tests.factories.organisations import make_grantee
from tests.races import race, results_at_once
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.action_reply import ActionReply, ReplyKind, ReplyState
from zna_network.models.minutes import ActionItem, ActionState, Minutes
from zna_network.models.minutes_review import ActionReminder
from zna_network.models.outbox import OutboxMessage
from zna_network.queries.action_follow_up import count_waiting
from zna_network.queries.committees import Reach
from zna_network.services import (
    action_answers,
    action_following,
    action_forgetting,
    action_links,
    action_reminders,
    actions,
    minutes,
)
from zna_network.services.action_answers import OwnerAnswer
from zna_network.services.action_following import FollowUpData
from zna_network.services.actions import ActionData
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    DomainError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
    TooManyAttemptsError,
)

OWNER = "camille@exemple.example"
DUE = date(2027, 1, 15)
DONE = OwnerAnswer(ReplyKind.DONE, "Courriers partis le 12.")
CANNOT = OwnerAnswer(ReplyKind.CANNOT, "Je change de poste.")
LATER = OwnerAnswer(ReplyKind.OTHER_DATE, "Congés", date(2027, 2, 1))


def _mails(ctx: Context, kind: str) -> list[OutboxMessage]:
    wanted = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(ctx.session.scalars(wanted))


def _words(mail: OutboxMessage) -> str:
    body = message_from_bytes(mail.content or b"", policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def _validate(ctx: Context, draft: Minutes) -> None:
    minutes.validate(ctx, draft.meeting_id, minutes.reading(ctx, draft).seal)


def _action(ctx: Context, **values: object) -> tuple[ActionItem, str]:
    """An action of validated minutes, that its owner was told of; with its token. The committee is
    led by an association with one account, beside one agent's."""
    leader = make_grantee(ctx.session)
    make_user(ctx.session, Role.GRANTEE, leader, email="pilote@association.example")
    make_user(ctx.session, Role.AGENT, email="agent@cua.example")
    committee = make_committee(ctx.session, name="Comité du lot 2", led_by=leader)
    draft = make_minutes(ctx.session, make_meeting(ctx.session, committee))
    told = {"owner": "Camille Modèle", "owner_email": OWNER, "due_on": DUE, **values}
    action = make_action(ctx.session, draft.meeting, **told)
    _validate(ctx, draft)
    return action, action_links.token_of(ctx.settings, action)


def test_owners_are_told_once_when_the_minutes_are_validated(ctx: Context) -> None:
    draft = make_minutes(ctx.session)
    meeting_id = draft.meeting_id
    for text in ("Écrire aux bailleurs", "Réserver la salle"):
        actions.create_action(
            ctx, meeting_id, ActionData(text, "Camille Modèle", DUE, owner_email=" Camille@Exemple.example ")
        )  # fmt: skip
    silent = actions.create_action(ctx, meeting_id, ActionData("Sans adresse", "La CUA"))
    with pytest.raises(InvalidError) as refusal:
        actions.create_action(ctx, meeting_id, ActionData("X", "Y", owner_email="pas une adresse"))
    assert refusal.value.field == "owner_email"
    assert _mails(ctx, "action_given") == []
    _validate(ctx, draft)
    [mail] = _mails(ctx, "action_given")
    assert mail.recipient == OWNER
    words = _words(mail)
    found = list(ctx.session.scalars(select(ActionItem).order_by(ActionItem.id)))
    for action in found[:2]:
        assert action.text in words
        assert action_links.link_of(ctx.settings, action) in words
        assert action.told_at == ctx.now
    assert "Sans adresse" not in words
    assert silent.told_at is None
    # Validated again: who has nothing new is not told again.
    minutes.reopen(ctx, meeting_id, "Une coquille")
    changed = ActionData(
        "Réserver la salle", "Camille Modèle", DUE + timedelta(days=9), owner_email=OWNER
    )
    actions.update_action(ctx, meeting_id, found[1].id, changed, found[1].revision)
    _validate(ctx, draft)
    [_, again] = _mails(ctx, "action_given")
    assert "Réserver la salle" in _words(again)
    assert "Écrire aux bailleurs" not in _words(again)


def test_an_owner_closes_their_action_and_those_who_follow_it_are_told(
    ctx: Context, clock: FrozenClock
) -> None:
    action, token = _action(ctx)
    assert action_answers.read(ctx, token).reply is None
    with pytest.raises(InvalidError) as refusal:
        action_answers.answer(
            ctx, token, OwnerAnswer(ReplyKind.DONE, "Son numéro : 2 80 05 62 041 001 23")
        )
    assert refusal.value.field == "words"
    action_answers.answer(ctx, token, OwnerAnswer(ReplyKind.DONE, DONE.words, seen=action.revision))
    assert (action.state, action.outcome) == (ActionState.DONE, DONE.words)
    assert action.closed_by == "Camille Modèle (par le lien)"
    told = _mails(ctx, "action_news")
    assert {mail.recipient for mail in told} == {"agent@cua.example", "pilote@association.example"}
    assert DONE.words in _words(told[0])
    assert f"/instances/actions/{action.id}" in _words(told[0])
    action_answers.answer(ctx, token, DONE)  # the button pressed again
    assert len(_mails(ctx, "action_news")) == 2
    with pytest.raises(ConflictError, match="déjà notée"):
        action_answers.answer(ctx, token, CANNOT)
    # Opened again, the owner is told, and the link works again; dropped, it ends.
    actions.reopen_action(ctx, action.id)
    assert "de nouveau à faire" in _words(_mails(ctx, "action_given")[-1])
    assert action.closed_by == ""
    action_answers.answer(ctx, token, DONE)
    actions.reopen_action(ctx, action.id)
    actions.close_action(ctx, action.id, ActionState.DROPPED, "Sans objet")
    with pytest.raises(LinkGoneError):
        action_answers.answer(ctx, token, DONE)
    # Half a year later, where they were written to and what they said are forgotten.
    assert action_forgetting.count_due(ctx) == 0
    clock.move(timedelta(days=action_forgetting.KEPT_DAYS + 1))
    assert (action_forgetting.count_due(ctx), action_forgetting.run(ctx)) == (1, 1)
    ctx.session.expire_all()
    assert (action.owner_email, action.outcome) == ("", "Sans objet")
    assert ctx.session.query(ActionReply).count() == 0
    assert action_forgetting.run(ctx) == 0
    for wrong in ("x", "é" * 20, token[:-1] + "9"):
        with pytest.raises(NotFoundError):
            action_answers.read(ctx, wrong)


def test_another_day_is_proposed_then_accepted_or_not(ctx: Context, clock: FrozenClock) -> None:
    action, token = _action(ctx)
    seen = action.revision
    for day, words in ((None, "Indiquez"), (date(2026, 12, 1), "à venir"), (DUE, "déjà"), (date(2031, 1, 1), "deux ans")):  # fmt: skip
        with pytest.raises(InvalidError, match=words) as refusal:
            action_answers.answer(ctx, token, OwnerAnswer(ReplyKind.OTHER_DATE, proposed_on=day))
        assert refusal.value.field == "proposed_on"
    reply = action_answers.answer(ctx, token, LATER)
    leader = action.meeting.committee.led_by_id
    readers = (
        Reach(everything=True),
        Reach(organisation_id=leader),
        Reach(organisation_id=0),
        Reach(),
    )
    assert [ctx.session.scalar(count_waiting(reader)) for reader in readers] == [1, 1, 0, 0]
    with pytest.raises(ConflictError, match="a changé"):
        action_answers.answer(ctx, token, OwnerAnswer(ReplyKind.DONE, seen=seen))
    with pytest.raises(InvalidError):
        action_following.settle_reply(ctx, action.id, reply.id, accepts=False, words=" ")
    action_following.settle_reply(ctx, action.id, reply.id, accepts=True)
    assert action.due_on == LATER.proposed_on
    assert "1 février 2027" in _words(_mails(ctx, "action_answered")[-1]).replace("1er", "1")
    with pytest.raises(ConflictError, match="déjà répondu"):
        action_following.settle_reply(ctx, action.id, reply.id, accepts=True)
    # They speak again: what they said before awaits nobody any more.
    first = action_answers.answer(ctx, token, OwnerAnswer(ReplyKind.OTHER_DATE, proposed_on=DUE))
    second = action_answers.answer(ctx, token, CANNOT)
    assert (first.state, second.state) == (ReplyState.OVERTAKEN, ReplyState.WAITING)
    with pytest.raises(ConflictError):
        action_following.settle_reply(ctx, action.id, first.id, accepts=True)
    action_following.settle_reply(ctx, action.id, second.id, accepts=True, words="Merci")
    assert "vous n’avez plus rien à faire" in _words(_mails(ctx, "action_answered")[-1])
    assert action.owner_email == ""
    with pytest.raises(NotFoundError):
        action_answers.read(ctx, token)
    # Somebody else takes it: told at once, with a link of their own.
    given = FollowUpData("Noor Fictif", "noor@exemple.example", date(2027, 3, 1))
    with pytest.raises(ConflictError):
        action_following.follow_up(ctx, action.id, given, action.revision - 1)
    action_following.follow_up(ctx, action.id, given, action.revision)
    mail = _mails(ctx, "action_given")[-1]
    assert mail.recipient == given.owner_email
    assert action_links.token_of(ctx.settings, action) in _words(mail)
    with pytest.raises(ConflictError, match="vient de partir"):
        action_following.send_again(ctx, action.id)
    clock.move(timedelta(hours=1))
    action_following.send_again(ctx, action.id)
    clock.move(timedelta(days=2))
    other = action_links.token_of(ctx.settings, action)
    for number in range(action_answers.MOST_A_DAY):
        action_answers.answer(ctx, other, OwnerAnswer(ReplyKind.CANNOT, f"Essai {number}"))
    with pytest.raises(TooManyAttemptsError):
        action_answers.answer(ctx, other, DONE)


def test_an_action_of_a_draft_is_followed_in_the_minutes(ctx: Context) -> None:
    draft = make_minutes(ctx.session)
    action = make_action(ctx.session, draft.meeting, owner_email=OWNER)
    assert not action_following.read(ctx, action.id).is_published
    with pytest.raises(ConflictError, match="pas encore validé"):
        action_following.follow_up(ctx, action.id, FollowUpData("Noor"), action.revision)
    with pytest.raises(ConflictError, match="pas encore validé"):
        action_following.send_again(ctx, action.id)
    action.due_on = date(2026, 12, 3)
    ctx.session.commit()
    assert action_reminders.run(ctx) == 0, "nobody was told of it"


def test_reminders_before_on_the_day_and_three_times_late(ctx: Context, clock: FrozenClock) -> None:
    action, token = _action(ctx)
    other = make_action(ctx.session, action.meeting, owner_email=OWNER, due_on=DUE, told_at=ctx.now)
    make_action(ctx.session, action.meeting, owner_email="", due_on=DUE, told_at=ctx.now)
    sent: list[tuple[date, int]] = []
    day = datetime(2027, 1, 1, 7, 59, tzinfo=UTC)  # 8:59 in Arras
    while day.date() < date(2027, 5, 1):
        for shift in (timedelta(0), timedelta(minutes=2)):
            clock.set(day + shift)
            if number := action_reminders.run(ctx):
                assert shift, "not before nine"
                sent.append((day.date(), number))
        day += timedelta(days=1)
        if day.month == 4:  # Summer time.
            day = day.replace(hour=6)
    late = [DUE + timedelta(days=days) for days in (-7, 0, 14, 28, 42)]
    assert sent == [(one, 1) for one in late], "one mail for both actions"
    mails = _mails(ctx, "action_reminder")
    assert action.text in _words(mails[0])
    assert other.text in _words(mails[0])
    assert "En retard de 14 jours" in _words(mails[2])
    assert ctx.session.query(ActionReminder).count() == 10
    # Another day begins anew; while something awaits an answer, nobody is reminded.
    reply = action_answers.answer(
        ctx, token, OwnerAnswer(ReplyKind.OTHER_DATE, proposed_on=date(2027, 6, 1))
    )
    clock.set(datetime(2027, 5, 25, 9, 0, tzinfo=UTC))
    assert action_reminders.run(ctx) == 0
    clock.set(datetime(2027, 5, 20, 9, 0, tzinfo=UTC))
    action_following.settle_reply(ctx, action.id, reply.id, accepts=True)
    clock.set(datetime(2027, 5, 25, 9, 0, tzinfo=UTC))
    assert action_reminders.run(ctx) == 1
    assert other.text not in _words(_mails(ctx, "action_reminder")[-1])


def test_together_an_action_is_closed_once_and_reminded_of_once(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    action, token = _action(ctx)
    number = action.id
    clock.set(datetime(2027, 1, 15, 9, 0, tzinfo=UTC))
    assert sum(results_at_once(app, [action_reminders.run] * 4)) == 1
    assert len(_mails(ctx, "action_reminder")) == 1
    pressed = [lambda c: action_answers.answer(c, token, LATER)] * 3
    assert not [r for r in results_at_once(app, pressed) if isinstance(r, DomainError)]
    assert ctx.session.query(ActionReply).count() == 1
    reply_id = ctx.session.scalars(select(ActionReply.id)).one()
    settled = [
        lambda c: action_following.settle_reply(c, number, reply_id, accepts=True),
        lambda c: action_following.settle_reply(c, number, reply_id, accepts=False, words="Non"),
    ]
    assert race(app, settled) == ["ConflictError", "won"]
    closed = [
        lambda c: action_answers.answer(c, token, DONE),
        lambda c: actions.close_action(c, number, ActionState.DROPPED, "Sans objet"),
        lambda c: actions.close_action(c, number, ActionState.DONE, ""),
    ]
    results = results_at_once(app, closed)
    assert sum(isinstance(result, DomainError) for result in results) == 2
    db.session.expire_all()
    assert not action.is_open
    assert ctx.session.query(ActionReply).filter_by(state=ReplyState.WAITING).count() == 0
