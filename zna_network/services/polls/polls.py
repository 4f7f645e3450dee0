"""Date polls: preparing one, opening it, giving more time, giving it up. Closing one on a date is
``closing``'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from zna_network.models.poll import DatePoll, PollInvitee, PollState
from zna_network.services import committee_access
from zna_network.services.clean_values import clean_text
from zna_network.services.committees import committee_at_work
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import long_datetime
from zna_network.services.meeting_times import Slot
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.polls import holds, mails
from zna_network.services.polls.access import poll_to_change
from zna_network.services.polls.options import put_dates
from zna_network.services.polls.poll_values import (
    PollData,
    clean_deadline,
    describe,
    live_invitees,
    live_options,
    missing,
    title_of,
    words_of,
)
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

FEWEST_OPTIONS = 2


@dataclass(frozen=True)
class Opened:
    """What left with the opening: ``without_email`` are to be asked by telephone."""

    poll: DatePoll
    sent: int
    without_email: list[PollInvitee]


def create_poll(
    ctx: Context, committee_id: int, data: PollData, slots: Sequence[Slot] = ()
) -> DatePoll:
    """A poll in preparation, with its first dates. Raises InvalidError beside the field at fault,
    ``day_2`` and the like for the dates."""
    with ctx.unit_of_work():
        committee = committee_at_work(ctx, committee_id)
        committee_access.require_prepare(ctx, committee)
        poll = DatePoll(
            committee=committee,
            state=PollState.DRAFT,
            with_holds=False,
            created_by_id=ctx.actor_id,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        _fill(ctx, poll, data, slots)
        ctx.session.add(poll)
        ctx.session.flush()
        ctx.record("poll.created", poll, committee=committee.id)
    return poll


def _fill(ctx: Context, poll: DatePoll, data: PollData, slots: Sequence[Slot]) -> None:
    """Everything that is wrong is told at once, of the poll and of its dates."""
    problems: list[InvalidError] = []
    for write in (
        lambda: describe(poll, data, ctx.now),
        lambda: put_dates(ctx, poll, slots),
    ):
        try:
            write()
        except InvalidValuesError as refused:
            problems += refused.problems
    if problems:
        raise InvalidValuesError(problems)


def update_poll(ctx: Context, poll_id: int, data: PollData, revision: int) -> DatePoll:
    """Raises ConflictError when somebody else has changed it, or once it is over."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        if poll.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        describe(poll, data, ctx.now)
        poll.updated_at = ctx.now
        ctx.record("poll.updated", poll)
    return poll


def open_poll(ctx: Context, poll_id: int) -> Opened:
    """Ask everybody: one mail each, with the holds where they are wanted, all or none.

    Raises ConflictError when it is open already, InvalidError when something is missing."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        if poll.state is PollState.OPEN:
            raise ConflictError("Ce sondage est déjà ouvert : les messages sont partis.")
        _check_ready(ctx, poll)
        poll.state = PollState.OPEN
        poll.opened_at = poll.updated_at = ctx.now
        invitees = live_invitees(poll)
        sent = mails.ask(ctx, poll, invitees)
        holds.offer(ctx, poll, live_options(poll), invitees)
        ctx.record("poll.opened", poll, number=sent)
    return Opened(poll, sent, [one for one in invitees if not one.email])


def extend(ctx: Context, poll_id: int, day: date, hour: time) -> DatePoll:
    """Give more time (or less), and tell those who have not answered."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        if poll.state is not PollState.OPEN:
            raise ConflictError("Ce sondage n’est pas ouvert : changez son échéance en l’éditant.")
        deadline = clean_deadline(day, hour, ctx.now)
        if deadline == poll.deadline:
            raise InvalidError("C’est déjà l’échéance du sondage.", field="deadline_day")
        poll.deadline = deadline
        _check_before_dates(poll)
        poll.updated_at = ctx.now
        for invitee in missing(poll):
            mails.tell(ctx, poll, invitee, "poll_reminder", is_extended=True)
        ctx.record("poll.extended", poll, deadline=deadline.isoformat())
    return poll


def cancel_poll(ctx: Context, poll_id: int, reason: str) -> DatePoll:
    """Give it up for good; those who were asked are told why, and their calendars emptied."""
    clean = clean_text(reason, field="reason", limit=1000)
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        was_open = poll.state is PollState.OPEN
        if was_open and not clean:
            raise InvalidError(
                "Indiquez le motif : il sera envoyé à qui a été sollicité.", field="reason"
            )
        invitees = live_invitees(poll)
        poll.state, poll.reason = PollState.CANCELLED, clean
        poll.closed_at = poll.updated_at = ctx.now
        poll.closed_by_id = ctx.actor_id
        if was_open:
            _tell_given_up(ctx, poll, invitees)
        ctx.record("poll.cancelled", poll)
    return poll


def _tell_given_up(ctx: Context, poll: DatePoll, invitees: list[PollInvitee]) -> None:
    asked = [one for one in invitees if one.email and one.sent_at is not None]
    reached = mails.reached_by_poll(ctx, asked)
    for invitee in asked:
        if invitee.id in reached:
            mails.tell(ctx, poll, invitee, "poll_cancelled", reason=poll.reason, supersedes=True)
        else:
            mails.drop_unsent(ctx, [invitee])
    holds.withdraw(ctx, poll, live_options(poll), invitees)


def _check_ready(ctx: Context, poll: DatePoll) -> None:
    options = live_options(poll)
    if len(options) < FEWEST_OPTIONS:
        raise InvalidError("Proposez au moins deux dates avant d’ouvrir le sondage.")
    if not live_invitees(poll):
        raise InvalidError("Ajoutez d’abord les personnes à solliciter.")
    if poll.deadline <= ctx.now:
        raise InvalidError("L’échéance est passée : choisissez-en une à venir.")
    _check_before_dates(poll)


def _check_before_dates(poll: DatePoll) -> None:
    """Who answers after a date has passed answers about nothing."""
    first = min(live_options(poll), key=lambda option: option.starts_at, default=None)
    if first is not None and poll.deadline > first.starts_at:
        raise InvalidError(
            f"L’échéance ({long_datetime(poll.deadline)}) vient après une date proposée : "
            f"{words_of(first)}.",
            field="deadline_day",
        )


def name_of(poll: DatePoll) -> str:
    """« Comité technique d’Arras : prochaine réunion », where one line must say it all."""
    return f"{poll.committee.name} : {title_of(poll)}"
