"""The agenda of a meeting: its points, their order, the time each should begin.

Whoever changes it holds the meeting's row until the end of the transaction, so that two people
who add, move or remove points at once do so one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from zna_network.models.meeting import AgendaItem, Meeting
from zna_network.queries import meetings as queries
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.meetings import meeting_to_prepare
from zna_network.services.minutes_sections import follow_agenda
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

LONGEST_MINUTES = 480
MOST_ITEMS = 60
DECISION_LENGTH = 400


@dataclass(frozen=True)
class AgendaItemData:
    """``minutes_allotted`` is a length in minutes, none where no time is set."""

    title: str
    minutes_allotted: int | None = None
    presenter: str = ""
    description: str = ""
    decision_awaited: str = ""


@dataclass(frozen=True)
class TimedItem:
    """A point and when it should begin; none once an earlier point has no length."""

    item: AgendaItem
    starts_at: datetime | None


def add_item(ctx: Context, meeting_id: int, data: AgendaItemData) -> AgendaItem:
    """Add a point at the end."""
    with ctx.unit_of_work():
        meeting = meeting_to_prepare(ctx, meeting_id)
        items = _in_order(ctx, meeting)
        if len(items) >= MOST_ITEMS:
            raise InvalidError(f"Un ordre du jour compte {MOST_ITEMS} points au plus.")
        item = AgendaItem(meeting=meeting, position=items[-1].position + 1 if items else 1)
        _describe(item, data)
        ctx.session.add(item)
        ctx.session.flush()
        follow_agenda(ctx, meeting)
        ctx.record("agenda.item_added", item, meeting=meeting.id)
    return item


def update_item(
    ctx: Context, meeting_id: int, item_id: int, data: AgendaItemData, revision: int
) -> AgendaItem:
    """Raises ConflictError when somebody else has changed this point meanwhile."""
    with ctx.unit_of_work():
        meeting = meeting_to_prepare(ctx, meeting_id)
        item = _item(ctx, meeting, item_id)
        if item.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        _describe(item, data)
        follow_agenda(ctx, meeting)
        ctx.record("agenda.item_updated", item, meeting=meeting_id)
    return item


def remove_item(ctx: Context, meeting_id: int, item_id: int) -> None:
    """Take a point off with its attachments. One already taken off stays so: no error."""
    with ctx.unit_of_work():
        meeting = meeting_to_prepare(ctx, meeting_id)
        item = ctx.session.scalar(queries.agenda_item(meeting.id, item_id))
        if item is None:
            return
        ctx.record("agenda.item_removed", item, meeting=meeting.id)
        ctx.session.delete(item)
        follow_agenda(ctx, meeting)


def move_item(ctx: Context, meeting_id: int, item_id: int, *, up: bool) -> None:
    """Exchange a point with the one before or after it; at the end of its way it stays there."""
    with ctx.unit_of_work():
        meeting = meeting_to_prepare(ctx, meeting_id)
        order = [item.id for item in _in_order(ctx, meeting)]
        if item_id not in order:
            raise NotFoundError("Ce point n’est plus à l’ordre du jour.")
        here = order.index(item_id)
        there = here - 1 if up else here + 1
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
            _number(ctx, order)
            follow_agenda(ctx, meeting)
            ctx.record("agenda.item_moved", meeting, item=item_id)


def timed(meeting: Meeting) -> list[TimedItem]:
    """The points with the time at which each should begin."""
    at: datetime | None = meeting.starts_at
    rows = []
    for item in meeting.agenda:
        rows.append(TimedItem(item, at))
        length = item.minutes_allotted
        at = at + timedelta(minutes=length) if at and length else None
    return rows


def total_minutes(meeting: Meeting) -> int:
    return sum(item.minutes_allotted or 0 for item in meeting.agenda)


def minutes_over(meeting: Meeting) -> int:
    """By how many minutes the points exceed the meeting's length; 0 when they fit."""
    available = (meeting.ends_at - meeting.starts_at) // timedelta(minutes=1)
    return max(0, total_minutes(meeting) - available)


def _in_order(ctx: Context, meeting: Meeting) -> Sequence[AgendaItem]:
    return ctx.session.scalars(queries.agenda_order(meeting.id)).all()


def _item(ctx: Context, meeting: Meeting, item_id: int) -> AgendaItem:
    item = ctx.session.scalar(queries.agenda_item(meeting.id, item_id))
    if item is None:
        raise NotFoundError("Ce point n’est plus à l’ordre du jour.")
    return item


def _number(ctx: Context, order: Sequence[int]) -> None:
    """Write the positions without touching the revisions: moving a point must not refuse the
    text that somebody is typing in it."""
    for position, item_id in enumerate(order, start=1):
        ctx.session.execute(
            update(AgendaItem).where(AgendaItem.id == item_id).values(position=position)
        )


def _describe(item: AgendaItem, data: AgendaItemData) -> None:
    item.title = clean_line(
        data.title, field="title", limit=200, required="Donnez un titre à ce point."
    )
    item.presenter = clean_line(data.presenter, field="presenter", limit=160)
    item.description = clean_text(data.description, field="description")
    item.decision_awaited = clean_line(
        data.decision_awaited, field="decision_awaited", limit=DECISION_LENGTH
    )
    length = data.minutes_allotted
    if length is not None and not 1 <= length <= LONGEST_MINUTES:
        raise InvalidError(
            f"Indiquez une durée de 1 à {LONGEST_MINUTES} minutes, ou laissez vide.",
            field="minutes_allotted",
        )
    item.minutes_allotted = length
