"""The dates of a poll: each is put or taken off by itself, so that two agents at once lose nothing
of what the other did."""

import secrets
from collections.abc import Sequence

from zna_network.models.poll import DatePoll, PollOption, PollState
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.meeting_times import Slot, instants_of
from zna_network.services.organisation_values import Checks
from zna_network.services.polls import holds, mails
from zna_network.services.polls.access import poll_to_change
from zna_network.services.polls.poll_values import (
    MOST_OPTIONS,
    live_invitees,
    live_options,
    words_of,
)


def add_options(ctx: Context, poll_id: int, slots: Sequence[Slot]) -> list[PollOption]:
    """Propose more dates, all or none. An open poll tells everybody, those who have answered
    included. Raises InvalidValuesError beside ``day_0``, ``starts_1``… at fault."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        if not slots:
            raise InvalidError("Indiquez au moins une date.", field="day_0")
        added = put_dates(ctx, poll, slots)
        poll.updated_at = ctx.now
        ctx.session.flush()
        if poll.state is PollState.OPEN:
            invitees = live_invitees(poll)
            mails.ask(ctx, poll, invitees)
            holds.offer(ctx, poll, added, invitees)
        ctx.record("poll.dates_added", poll, number=len(added))
    return added


def remove_option(ctx: Context, poll_id: int, option_id: int) -> PollOption:
    """Take a date off; what was said of it is kept and counts no more. Its hold leaves the
    calendars. An open poll keeps a date at least."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        option = next((o for o in live_options(poll) if o.id == option_id), None)
        if option is None:
            raise ConflictError("Cette date n’est déjà plus proposée.")
        if poll.state is PollState.OPEN and len(live_options(poll)) == 1:
            raise ConflictError(
                "C’est la dernière date : ajoutez-en une autre, ou abandonnez le sondage."
            )
        option.removed_at = poll.updated_at = ctx.now
        holds.withdraw(ctx, poll, [option], live_invitees(poll))
        ctx.record("poll.date_removed", poll, option=option.id)
    return option


def put_dates(ctx: Context, poll: DatePoll, slots: Sequence[Slot]) -> list[PollOption]:
    """Put these dates in a poll that is locked or new. Raises InvalidValuesError, each field with
    the rank of its date, as ``day_2``."""
    checks = Checks()
    added: list[PollOption] = []
    if len(live_options(poll)) + len(slots) > MOST_OPTIONS:
        checks.refuse(f"Un sondage propose {MOST_OPTIONS} dates au plus.", "day_0")
    for rank, slot in enumerate(slots):
        try:
            added.append(_put(ctx, poll, slot))
        except InvalidError as error:
            checks.refuse(error.message, f"{error.field or 'day'}_{rank}")
    checks.finish()
    return added


def _put(ctx: Context, poll: DatePoll, slot: Slot) -> PollOption:
    starts_at, ends_at = instants_of(slot)
    if starts_at <= ctx.now:
        raise InvalidError("Cette date est passée : choisissez-en une à venir.", field="day")
    if poll.deadline is not None and starts_at < poll.deadline:
        raise InvalidError("Cette date vient avant l’échéance du sondage.", field="day")
    same = (starts_at, ends_at)
    for other in live_options(poll):
        if (other.starts_at, other.ends_at) == same:
            raise InvalidError(f"Déjà proposé : {words_of(other)}.", field="day")
    domain = sender(ctx.settings).email.rpartition("@")[2]
    uid = f"{secrets.token_hex(16)}@{domain}"
    option = PollOption(starts_at=starts_at, ends_at=ends_at, uid=uid, sequence=0)
    poll.options.append(option)
    return option
