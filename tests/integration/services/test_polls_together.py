"""A poll when two people, or two workers, act at the same instant: real threads, both engines."""

from datetime import date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.polls import make_invitee, make_poll
from tests.mail_reading import mails
from tests.races import Act, race, results_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.poll import Choice, DatePoll, PollInvitee, PollOption, PollState
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, LinkGoneError
from zna_network.services.french_time import from_local
from zna_network.services.invitees import Person
from zna_network.services.meeting_times import Slot
from zna_network.services.polls import answers, closing, invitees, links, options, polls, reminders
from zna_network.services.polls.answers import VotesData
from zna_network.services.polls.closing import ClosingData
from zna_network.services.polls.poll_values import PollData


def _yes(poll: DatePoll) -> VotesData:
    return VotesData({option.id: Choice.YES for option in poll.options})


def test_two_agents_who_choose_at_once_make_one_meeting(app: Flask, ctx: Context) -> None:
    poll = make_poll(ctx.session, with_holds=True)
    for _ in range(3):
        make_invitee(ctx.session, poll, "yyy")
    number, dates = poll.id, [option.id for option in poll.options]
    ctx.session.rollback()
    acts = [
        lambda own, chosen=chosen: closing.close_poll(own, number, ClosingData(chosen, "Arras"))
        for chosen in dates
    ]
    assert race(app, acts) == ["ConflictError", "ConflictError", "won"]
    [meeting] = ctx.session.scalars(select(Meeting))
    assert ctx.session.get(DatePoll, number).meeting_id == meeting.id
    assert ctx.session.scalar(select(func.count(Invitation.id))) == 3
    assert len(mails(ctx.session, "meeting_invitation")) == 3


def test_an_answer_and_the_choice_of_the_date_follow_one_another(app: Flask, ctx: Context) -> None:
    """The answer counts if it came first, and is told that it is too late otherwise: never half."""
    poll = make_poll(ctx.session)
    people = [make_invitee(ctx.session, poll) for _ in range(4)]
    tokens = [links.token_of(ctx.settings, person) for person in people]
    number, chosen, data = poll.id, poll.options[0].id, _yes(poll)
    ctx.session.rollback()
    results = results_at_once(
        app,
        [
            lambda own: closing.close_poll(own, number, ClosingData(chosen, "Arras")),
            *(
                lambda own, token=token: answers.answer_by_link(own, token, data)
                for token in tokens
            ),
        ],
    )
    assert not isinstance(results[0], ConflictError)
    fresh = ctx.session.scalars(select(PollInvitee).order_by(PollInvitee.id)).all()
    for result, person in zip(results[1:], fresh, strict=True):
        is_late = isinstance(result, LinkGoneError)
        assert (person.answered_at is None) is is_late
        assert len(person.votes) == (0 if is_late else 3)


def test_two_who_prepare_it_at_once_lose_nothing(app: Flask, ctx: Context) -> None:
    """Dates and people put at the same instant are all there; the same ones, once."""
    poll = make_poll(ctx.session, state=PollState.DRAFT)
    number, revision = poll.id, poll.revision
    ctx.session.rollback()

    def date_on(day: int) -> Act:
        slot = Slot(date(2027, 2, day), time(14), time(16))
        return lambda own: options.add_options(own, number, [slot])

    def person(name: str) -> Act:
        data = Person(name, email=f"{name.lower()}@exemple.example")
        return lambda own: invitees.add_person(own, number, data)

    def retitle(title: str) -> Act:
        data = PollData(date(2026, 12, 17), time(18), title=title)
        return lambda own: polls.update_poll(own, number, data, revision)

    acts = [date_on(4), date_on(11), date_on(4), person("Noor"), person("Sacha"), person("Noor")]
    assert race(app, acts).count("won") == 4
    assert ctx.session.scalar(select(func.count(PollOption.id))) == 5
    names = ctx.session.scalars(select(PollInvitee.name).order_by(PollInvitee.name)).all()
    assert names == ["Noor", "Sacha"]
    revision = ctx.session.get(DatePoll, number).revision
    ctx.session.rollback()
    assert race(app, [retitle("Une"), retitle("Autre")]) == ["ConflictError", "won"]
    opened = [lambda own: polls.open_poll(own, number)] * 2
    assert race(app, opened) == ["ConflictError", "won"]
    assert len(mails(ctx.session, "poll_invitation")) == 2


def test_the_last_two_to_answer_tell_who_asks_once(app: Flask, ctx: Context) -> None:
    maker = make_user(ctx.session, Role.AGENT)
    poll = make_poll(ctx.session, created_by=maker)
    people = [make_invitee(ctx.session, poll) for _ in range(3)]
    tokens = [links.token_of(ctx.settings, person) for person in people]
    data = _yes(poll)
    ctx.session.rollback()
    acts = [
        lambda own, token=token: answers.answer_by_link(own, token, data)
        for token in [*tokens, tokens[0]]
    ]
    assert race(app, acts) == ["won"] * 4
    [told] = mails(ctx.session, "poll_complete")
    assert told.recipient == maker.email


def test_workers_remind_once_and_of_the_end_once(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    make_user(ctx.session, Role.AGENT)
    poll = make_poll(ctx.session)
    for _ in range(3):
        make_invitee(ctx.session, poll)
    number = poll.id
    ctx.session.rollback()
    clock.set(_at(-2, 9))
    assert sum(results_at_once(app, [reminders.run] * 3)) == 3
    assert len(mails(ctx.session, "poll_reminder")) == 3
    clock.set(_at(0, 8))
    by_hand = results_at_once(app, [lambda own: reminders.remind(own, number)] * 2)
    assert sorted(by_hand) == [0, 3]
    clock.set(_at(0, 19))
    assert sum(results_at_once(app, [reminders.run] * 3)) == 1
    assert len(mails(ctx.session, "poll_deadline")) == 1


def _at(days: int, hour: int) -> datetime:
    """That many days from the deadline's (17 December 2026), at this hour in Arras."""
    return from_local(date(2026, 12, 17) + timedelta(days=days), time(hour))
