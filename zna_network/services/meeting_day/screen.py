"""Everything that the screen of a meeting shows, read at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.models.meeting import Meeting
from zna_network.models.meeting_day import MeetingDay
from zna_network.models.minutes import (
    ActionItem,
    Decision,
    Minutes,
    MinutesSection,
    MinutesState,
)
from zna_network.queries import meeting_day as queries
from zna_network.queries import minutes as minutes_queries
from zna_network.services.attendance_lines import AttendanceLine, lines
from zna_network.services.committee_access import readable_meeting, require_prepare
from zna_network.services.context import Context
from zna_network.services.folding import fold
from zna_network.services.meeting_day import window
from zna_network.services.meeting_day.arrivals import WAYS, is_there
from zna_network.services.meeting_day.timing import DayClock, clock_of
from zna_network.services.minutes_sections import carried_over_since, shown_sections

NEXT_SHOWN = 3


@dataclass(frozen=True)
class Group:
    """The people of one organisation: how many are there, of those on whom one counts."""

    organisation: str
    there: int
    expected: int


@dataclass(frozen=True)
class Screen:
    """``day`` and ``minutes`` are none before the meeting is opened. ``takes_presence`` says
    whether the room's code serves now."""

    meeting: Meeting
    day: MeetingDay | None
    minutes: Minutes | None
    clock: DayClock
    sections: Sequence[MinutesSection]
    people: Sequence[AttendanceLine]
    decisions: Sequence[Decision]
    actions: Sequence[ActionItem]
    carried: Sequence[ActionItem]
    upcoming: Sequence[Meeting]
    takes_presence: bool

    @property
    def is_open(self) -> bool:
        return self.day is not None and self.day.closed_at is None

    @property
    def is_draft(self) -> bool:
        return self.minutes is not None and self.minutes.state is MinutesState.DRAFT

    @property
    def presence_from(self) -> datetime:
        return window.opens_at(self.meeting)

    @property
    def there(self) -> int:
        return sum(is_there(line) for line in self.people)

    @property
    def expected(self) -> int:
        return sum(_is_counted_on(line) for line in self.people)

    @property
    def groups(self) -> list[Group]:
        return groups_of(self.people)

    @property
    def to_confirm(self) -> list[AttendanceLine]:
        return [line for line in self.people if line.row is not None and line.row.to_confirm]

    @property
    def awaited(self) -> list[AttendanceLine]:
        """Those who are not there yet, whoever they are: anybody may come after all."""
        return [line for line in self.people if not is_there(line)]

    @property
    def arrived(self) -> list[AttendanceLine]:
        return [line for line in self.people if is_there(line)]

    def section_shown(self, wanted: int | None = None) -> MinutesSection | None:
        """The one asked for; otherwise the current point's, or the first."""
        by_id = {section.id: section for section in self.sections}
        if wanted in by_id:
            return by_id[wanted]
        current = self.clock.current
        at = {section.agenda_item_id: section for section in self.sections}
        if current is not None and current.item.id in at:
            return at[current.item.id]
        return self.sections[0] if self.sections else None

    def entries_of(self, section: MinutesSection) -> tuple[list[Decision], list[ActionItem]]:
        return (
            [entry for entry in self.decisions if entry.section_id == section.id],
            [entry for entry in self.actions if entry.section_id == section.id],
        )


def read_screen(ctx: Context, meeting_id: int) -> Screen:
    """For those who prepare the meeting. A constant number of queries."""
    meeting = readable_meeting(ctx, meeting_id, with_agenda=True)
    require_prepare(ctx, meeting.committee)
    day = ctx.session.scalar(queries.of_meeting(meeting_id))
    minutes = ctx.session.scalar(minutes_queries.with_everything(meeting_id))
    all_of = ctx.session.scalars
    since = carried_over_since(minutes) if minutes else ctx.now
    return Screen(
        meeting=meeting,
        day=day,
        minutes=minutes,
        clock=clock_of(ctx, meeting, day),
        sections=shown_sections(ctx, minutes) if minutes else [],
        people=lines(ctx, meeting),
        decisions=all_of(minutes_queries.decisions_of(meeting_id)).all(),
        actions=all_of(minutes_queries.actions_of(meeting_id)).all(),
        carried=all_of(minutes_queries.carried_over(meeting, since)).all(),
        upcoming=all_of(
            queries.upcoming(meeting.committee_id, meeting.starts_at, NEXT_SHOWN)
        ).all(),
        takes_presence=day is not None and window.is_open(meeting, day, ctx.now),
    )


def groups_of(people: Iterable[AttendanceLine]) -> list[Group]:
    """One line an organisation that somebody is there for, or expected from."""
    counted: dict[str, list[int]] = {}
    for line in people:
        of_it = counted.setdefault(line.organisation or "Sans organisme", [0, 0])
        of_it[0] += is_there(line)
        of_it[1] += _is_counted_on(line)
    found = [Group(name, there, expected) for name, (there, expected) in counted.items()]
    return sorted(
        (group for group in found if group.there or group.expected),
        key=lambda group: fold(group.organisation),
    )


def _is_counted_on(line: AttendanceLine) -> bool:
    """There, or announced as coming."""
    return line.presence in WAYS
