"""Answers to a poll: given from the link without an account, or entered by an agent on the phone.

The poll is locked while an answer is written: answers follow one another, none is taken once the
date is chosen, and the last one to come is seen to be the last."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zna_network.models.poll import Choice, DatePoll, PollInvitee, PollState, PollVote
from zna_network.queries import polls as queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, LinkGoneError
from zna_network.services.organisation_values import Checks
from zna_network.services.polls import mails
from zna_network.services.polls.access import live_invitee, poll_to_change, readable_poll
from zna_network.services.polls.links import invitee_of
from zna_network.services.polls.poll_values import REMOVED, live_options, why_closed, words_of
from zna_network.services.sensitive_text import refuse_sensitive

COMMENT_LENGTH = 1000


@dataclass(frozen=True)
class VotesData:
    """``choices`` by the id of the date; ``suits_none`` stands for « non » to them all."""

    choices: Mapping[int, Choice] = field(default_factory=dict)
    suits_none: bool = False
    comment: str = ""


@dataclass(frozen=True)
class AnswerPage:
    """What the holder of a link is shown: the poll and their own choices, nobody else's."""

    poll: DatePoll
    invitee: PollInvitee
    choices: Mapping[int, Choice]
    why_closed: str


def read(ctx: Context, token: str) -> AnswerPage:
    """Writes nothing. Raises NotFoundError for a link that is none."""
    invitee = invitee_of(ctx, token)
    poll = ctx.session.scalars(queries.by_id(invitee.poll_id)).one()
    closed = why_closed(poll, ctx.now) if invitee.is_live else REMOVED
    return AnswerPage(poll, invitee, choices_of(invitee), closed)


def answer_by_link(ctx: Context, token: str, data: VotesData) -> PollInvitee:
    """Record what the link's holder can do. Raises LinkGoneError once it is too late,
    InvalidError beside ``option_12`` when a date has no answer."""
    with ctx.unit_of_work():
        found = invitee_of(ctx, token)
        poll = ctx.session.scalars(queries.locked(found.poll_id)).one()
        invitee = next(one for one in poll.invitees if one.id == found.id)
        if not invitee.is_live:
            raise LinkGoneError(REMOVED)
        if closed := why_closed(poll, ctx.now):
            raise LinkGoneError(closed)
        _record(ctx, poll, invitee, data, entered_by_id=None)
    return invitee


def enter_answer(ctx: Context, poll_id: int, invitee_id: int, data: VotesData) -> PollInvitee:
    """Record an answer given to an agent by telephone, after the deadline too."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        if poll.state is not PollState.OPEN:
            raise ConflictError("Ce sondage n’est pas ouvert : aucune réponse n’est encore prise.")
        invitee = live_invitee(poll, invitee_id)
        _record(ctx, poll, invitee, data, entered_by_id=ctx.actor_id)
    return invitee


def page_to_enter(ctx: Context, poll_id: int, invitee_id: int) -> AnswerPage:
    """The same page for an agent who has the person on the telephone."""
    poll = readable_poll(ctx, poll_id)
    invitee = live_invitee(poll, invitee_id)
    return AnswerPage(poll, invitee, choices_of(invitee), "")


def choices_of(invitee: PollInvitee) -> dict[int, Choice]:
    return {vote.option_id: vote.choice for vote in invitee.votes}


def _record(
    ctx: Context,
    poll: DatePoll,
    invitee: PollInvitee,
    data: VotesData,
    *,
    entered_by_id: int | None,
) -> None:
    choices, comment = _cleaned(poll, data)
    given = {vote.option_id: vote for vote in invitee.votes}
    for option_id, choice in choices.items():
        vote = given.get(option_id)
        if vote is None:
            invitee.votes.append(PollVote(option_id=option_id, choice=choice, at=ctx.now))
        elif vote.choice is not choice:
            vote.choice, vote.at = choice, ctx.now
    invitee.suits_none = all(choice is Choice.NO for choice in choices.values())
    invitee.comment = comment
    invitee.answered_at = invitee.updated_at = ctx.now
    invitee.entered_by_id = entered_by_id
    mails.tell_if_complete(ctx, poll)
    ctx.record("poll.answered", invitee, poll=poll.id, none=invitee.suits_none)


def _cleaned(poll: DatePoll, data: VotesData) -> tuple[dict[int, Choice], str]:
    """A choice for each date that is still proposed: what was said of one taken off meanwhile is
    left aside, one added meanwhile is asked about."""
    checks = Checks()
    choices: dict[int, Choice] = {}
    for option in live_options(poll):
        choice = Choice.NO if data.suits_none else data.choices.get(option.id)
        if choice is None:
            checks.refuse(
                f"Choisissez une réponse pour le {words_of(option)}.", f"option_{option.id}"
            )
        else:
            choices[option.id] = choice
    comment = checks.take(lambda: _clean_comment(data.comment), "")
    checks.finish()
    return choices, comment


def _clean_comment(typed: str) -> str:
    text = clean_text(typed, field="comment", limit=COMMENT_LENGTH)
    return refuse_sensitive(text, field="comment")
