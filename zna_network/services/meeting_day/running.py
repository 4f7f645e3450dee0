"""Running the meeting: opened, from one point to the next, in a pause, closed.

Several screens may run one meeting. Each order says which state of the day it was given from; the
second of two that crossed is refused, so that two people who press « suivant » skip no point."""

from dataclasses import dataclass
from enum import StrEnum

from zna_network.models.meeting_day import ItemTiming, MeetingDay
from zna_network.models.minutes import MinutesState
from zna_network.queries import meeting_day as queries
from zna_network.queries import meetings
from zna_network.services import minutes as minutes_service
from zna_network.services.committee_access import require_prepare
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.links import link_columns
from zna_network.services.meeting_day.timing import seconds_between
from zna_network.services.minutes_access import LOCKED, held_meeting

PURPOSE = "meeting-day"
NOT_OPENED = "La séance de cette réunion n’est pas ouverte."
CLOSED = "Cette séance est close. Rouvrez-la pour continuer."
OVERTAKEN = (
    "Un autre écran a déjà changé le déroulé de la séance : le voici à jour. Rien n’a été sauté."
)
ITEM_GONE = "Ce point n’est plus à l’ordre du jour."


class Verb(StrEnum):
    NEXT = "suivant"
    PREVIOUS = "precedent"
    GO = "aller"
    PAUSE = "pause"
    RESUME = "reprendre"
    RESET = "zero"


@dataclass(frozen=True)
class Order:
    """``revision`` is the day's that the screen showed; ``item_id`` is where to go."""

    verb: Verb
    revision: int
    item_id: int | None = None


def open_day(ctx: Context, meeting_id: int) -> MeetingDay:
    """Open the screen, and begin the minutes that it writes in. Open already, it is returned."""
    with ctx.unit_of_work():
        minutes = minutes_service.start(ctx, meeting_id)
        if minutes.state is not MinutesState.DRAFT:
            raise ConflictError(LOCKED)
        day = ctx.session.scalar(queries.of_meeting(meeting_id, lock=True))
        if day is None:
            day = MeetingDay(
                meeting_id=meeting_id, opened_at=ctx.now, **link_columns(ctx.settings, PURPOSE)
            )
            ctx.session.add(day)
            ctx.session.flush()
            ctx.record("meeting_day.opened", day, meeting=meeting_id)
    return day


def run(ctx: Context, meeting_id: int, order: Order) -> MeetingDay:
    """Raises ConflictError when another screen was first, or when the day is closed."""
    with ctx.unit_of_work():
        day = _held_day(ctx, meeting_id)
        if day.closed_at is not None:
            raise ConflictError(CLOSED)
        if day.revision != order.revision:
            raise ConflictError(OVERTAKEN)
        if order.verb is Verb.PAUSE:
            _stop(ctx, day)
        elif order.verb is Verb.RESUME:
            if day.item_id is not None and day.item_since is None:
                day.item_since = ctx.now
        elif order.verb is Verb.RESET:
            ctx.session.execute(queries.forget_timings(meeting_id))
            day.item_id = day.item_since = None
        else:
            _go(ctx, day, order)
    return day


def close_day(ctx: Context, meeting_id: int) -> MeetingDay:
    """Stop the clock and end the room's code. Closed already, it stays so."""
    with ctx.unit_of_work():
        day = _held_day(ctx, meeting_id)
        if day.closed_at is None:
            _stop(ctx, day)
            day.item_id = None
            day.closed_at = ctx.now
            ctx.record("meeting_day.closed", day, meeting=meeting_id)
    return day


def reopen_day(ctx: Context, meeting_id: int) -> MeetingDay:
    """Go on after all: in a pause, with a code that nobody has yet."""
    with ctx.unit_of_work():
        day = _held_day(ctx, meeting_id)
        if day.closed_at is not None:
            day.closed_at = None
            _change_code(ctx, day)
            ctx.record("meeting_day.reopened", day, meeting=meeting_id)
    return day


def renew_code(ctx: Context, meeting_id: int) -> MeetingDay:
    """Replace a code that has left the room: the former one serves no more."""
    with ctx.unit_of_work():
        day = _held_day(ctx, meeting_id)
        if day.closed_at is not None:
            raise ConflictError(CLOSED)
        _change_code(ctx, day)
        ctx.record("meeting_day.code_renewed", day, meeting=meeting_id)
    return day


def _held_day(ctx: Context, meeting_id: int) -> MeetingDay:
    """The day, held until the end of the transaction; its agenda does not change meanwhile."""
    meeting = held_meeting(ctx, meeting_id)
    require_prepare(ctx, meeting.committee)
    day = ctx.session.scalar(queries.of_meeting(meeting_id, lock=True))
    if day is None:
        raise NotFoundError(NOT_OPENED)
    return day


def _change_code(ctx: Context, day: MeetingDay) -> None:
    fresh = link_columns(ctx.settings, PURPOSE)
    day.link_salt, day.link_hash = fresh["link_salt"], fresh["link_hash"]


def _go(ctx: Context, day: MeetingDay, order: Order) -> None:
    """To another point, whose clock begins or goes on. After the last one, to none."""
    items = [item.id for item in ctx.session.scalars(meetings.agenda_order(day.meeting_id))]
    here = items.index(day.item_id) if day.item_id in items else None
    there: int | None
    if order.verb is Verb.GO:
        if order.item_id not in items:
            raise NotFoundError(ITEM_GONE)
        there = order.item_id
    elif order.verb is Verb.NEXT:
        there = _next_left(ctx, day, items, here)
    else:
        there = items[-1 if here is None else max(0, here - 1)] if items else None
    if there is not None and there == day.item_id and day.item_since is not None:
        return
    account = _stop(ctx, day)
    if account is not None and there != day.item_id and order.verb is not Verb.PREVIOUS:
        account.ended_at = ctx.now
    day.item_id = there
    if there is not None:
        day.item_since = ctx.now
        _account(ctx, there).ended_at = None


def _next_left(ctx: Context, day: MeetingDay, items: list[int], here: int | None) -> int | None:
    """The next point not treated yet, those that were jumped over included."""
    ended = {
        account.agenda_item_id
        for account in ctx.session.scalars(queries.timings(day.meeting_id))
        if account.ended_at is not None
    }
    order = items if here is None else [*items[here + 1 :], *items[:here]]
    return next((item for item in order if item not in ended), None)


def _stop(ctx: Context, day: MeetingDay) -> ItemTiming | None:
    """Put what has run in the point's account; gives that account, none without a point."""
    if day.item_id is None:
        day.item_since = None
        return None
    account = _account(ctx, day.item_id)
    if day.item_since is not None:
        account.spent_seconds += seconds_between(day.item_since, ctx.now)
        day.item_since = None
    return account


def _account(ctx: Context, item_id: int) -> ItemTiming:
    account = ctx.session.get(ItemTiming, item_id)
    if account is None:
        account = ItemTiming(agenda_item_id=item_id, spent_seconds=0)
        ctx.session.add(account)
        ctx.session.flush()
    return account
