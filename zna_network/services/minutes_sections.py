"""The sections of the minutes, which follow the agenda while the minutes are a draft."""

from datetime import datetime

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Minutes, MinutesSection, MinutesState
from zna_network.queries import meetings
from zna_network.queries import minutes as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError

MISCELLANEOUS = "Points divers"
_STEP = 10


def follow_agenda(ctx: Context, meeting: Meeting) -> None:
    """Give each point of the agenda its section, in its order and under its title. To be called
    inside the unit of work that changes the agenda; does nothing before the minutes are begun nor
    once they are validated.

    The section of a point that has left the agenda keeps its place and its text."""
    minutes = ctx.session.scalar(queries.of_meeting(meeting.id, lock=True))
    if minutes is not None and minutes.state is MinutesState.DRAFT:
        place_sections(ctx, minutes)


def place_sections(ctx: Context, minutes: Minutes) -> None:
    """The same, for a draft already held."""
    ctx.session.flush()
    existing = {
        section.agenda_item_id: section
        for section in ctx.session.scalars(queries.sections(minutes.id))
        if section.agenda_item_id is not None
    }
    for rank, item in enumerate(ctx.session.scalars(meetings.agenda_order(minutes.meeting_id)), 1):
        section = existing.get(item.id)
        if section is None:
            ctx.session.add(_new_section(ctx, minutes, rank * _STEP, item.title, item.id))
        elif (section.position, section.title) != (rank * _STEP, item.title):
            ctx.session.execute(queries.place_section(section.id, rank * _STEP, item.title))
    ctx.session.flush()


def add_miscellaneous(ctx: Context, minutes: Minutes) -> None:
    last = MinutesSection.LAST_POSITION
    ctx.session.add(_new_section(ctx, minutes, last, MISCELLANEOUS))


def _new_section(
    ctx: Context, minutes: Minutes, position: int, title: str, agenda_item_id: int | None = None
) -> MinutesSection:
    return MinutesSection(
        minutes_id=minutes.id,
        agenda_item_id=agenda_item_id,
        position=position,
        title=title,
        updated_at=ctx.now,
    )


def shown_sections(ctx: Context, minutes: Minutes) -> list[MinutesSection]:
    """The sections in order, but for those of points removed before anything was written."""
    if not any(section.was_removed for section in minutes.sections):
        return list(minutes.sections)
    written = set(ctx.session.scalars(queries.written_sections(minutes.id)))
    return [s for s in minutes.sections if not s.was_removed or s.id in written]


def carried_over_since(minutes: Minutes) -> datetime:
    """An action of an earlier meeting is spoken of when it was open then: at the meeting, or when
    its minutes were begun, if that came first."""
    return min(minutes.meeting.starts_at, minutes.created_at)


def own_section(ctx: Context, minutes: Minutes, section_id: int | None) -> int | None:
    """The section, if it is one of these minutes. Raises InvalidError otherwise."""
    if section_id is None:
        return None
    if ctx.session.scalar(queries.section(minutes.meeting_id, section_id)) is None:
        raise InvalidError("Ce point n’est plus dans le compte-rendu.", field="section_id")
    return section_id
