"""Ticking who came to a meeting, and adding those who were not expected."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Attendance, MinutesState, Presence
from zna_network.queries import attendance as queries
from zna_network.queries import minutes as minutes_queries
from zna_network.services.addresses import clean_email
from zna_network.services.attendance_lines import AttendanceLine, lines
from zna_network.services.clean_values import clean_line
from zna_network.services.committee_access import require_prepare
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.minutes_access import held_meeting
from zna_network.services.unit_of_work import take_turns

CANCELLED = "Cette réunion est annulée : il n’y a pas de présence à pointer."
LOCKED = (
    "Le compte-rendu est validé : la présence ne change plus. Rouvrez-le d’abord pour la corriger."
)


@dataclass(frozen=True)
class Tick:
    """What a form says of one line. ``seen`` and ``seen_by`` are what the page showed before:
    a line left as it was is not written, so that a page open for long undoes nothing."""

    key: str
    presence: Presence
    represented_by: str = ""
    revision: int = 0
    seen: Presence | None = None
    seen_by: str = ""

    @property
    def is_touched(self) -> bool:
        return (self.presence, self.represented_by) != (self.seen, self.seen_by)


class AttendanceConflictError(ConflictError):
    """Somebody else ticked the same people otherwise; ``lines`` are these people's, as they now
    stand. Nothing was written."""

    def __init__(self, found: Sequence[AttendanceLine]) -> None:
        super().__init__(
            "Quelqu’un d’autre a pointé les mêmes personnes entre-temps : voyez les lignes "
            "signalées. Rien n’a été écrasé."
        )
        self.lines = tuple(found)


@dataclass(frozen=True)
class PersonData:
    """Somebody who came unannounced."""

    name: str
    function: str = ""
    organisation: str = ""
    email: str = ""
    presence: Presence = Presence.PRESENT


def tick(ctx: Context, meeting_id: int, ticks: Sequence[Tick]) -> list[AttendanceLine]:
    """Write the lines that were changed, and those that nobody had spoken for; all or none.

    Returns the whole list as it stands. Raises AttendanceConflictError."""
    with ctx.unit_of_work():
        meeting = _open_list(ctx, meeting_id)
        now = {line.key: line for line in lines(ctx, meeting)}
        wanted = [_cleaned(given) for given in ticks]
        changes = [
            (_line_of(now, given), given) for given in wanted if _counts(now.get(given.key), given)
        ]
        conflicts = [line for line, given in changes if _is_overtaken(line, given)]
        if conflicts:
            raise AttendanceConflictError(conflicts)
        for line, given in changes:
            _write(ctx, meeting, line, given)
        if changes:
            ctx.record("attendance.ticked", meeting, lines=len(changes))
        ctx.session.flush()
        return lines(ctx, meeting)


def add_person(ctx: Context, meeting_id: int, data: PersonData) -> Attendance:
    """Add somebody unannounced. Refuses a person who is on the list already."""
    with ctx.unit_of_work():
        meeting = _open_list(ctx, meeting_id)
        row = Attendance(
            meeting_id=meeting.id,
            name=clean_line(
                data.name, field="name", limit=170, required="Indiquez le nom de la personne."
            ),
            function=clean_line(data.function, field="function", limit=160),
            organisation_name=clean_line(data.organisation, field="organisation", limit=200),
            email=clean_email(data.email) if data.email.strip() else "",
            presence=data.presence,
        )
        listed = {(fold(line.name), fold(line.organisation)) for line in lines(ctx, meeting)}
        if (fold(row.name), fold(row.organisation_name)) in listed:
            raise InvalidError(f"{row.name} est déjà dans la liste.", field="name")
        ctx.session.add(row)
        ctx.session.flush()
        ctx.record("attendance.person_added", meeting, attendance=row.id)
    return row


def remove_person(ctx: Context, meeting_id: int, attendance_id: int) -> None:
    """Take away somebody added by mistake; an invited person is ticked, not removed."""
    with ctx.unit_of_work():
        meeting = _open_list(ctx, meeting_id)
        row = ctx.session.scalar(queries.unannounced(meeting.id, attendance_id))
        if row is None:
            raise NotFoundError("Cette personne n’est plus dans la liste.")
        ctx.record("attendance.person_removed", meeting, attendance=row.id)
        ctx.session.delete(row)


def confirm_person(ctx: Context, meeting_id: int, attendance_id: int) -> None:
    """Somebody who gave their own name at the door is known to be who they said."""
    with ctx.unit_of_work():
        meeting = _open_list(ctx, meeting_id)
        row = ctx.session.scalar(queries.unannounced(meeting.id, attendance_id))
        if row is None:
            raise NotFoundError("Cette personne n’est plus dans la liste.")
        row.to_confirm = False
        ctx.record("attendance.person_confirmed", meeting, attendance=row.id)


def _open_list(ctx: Context, meeting_id: int) -> Meeting:
    """The meeting, its list held, for somebody who may tick it."""
    meeting = held_meeting(ctx, meeting_id)
    require_prepare(ctx, meeting.committee)
    hold_list(ctx, meeting)
    return meeting


def hold_list(ctx: Context, meeting: Meeting) -> None:
    """Keep the list of a meeting already held until the end of the transaction. Refuses one that
    is cancelled, and one whose minutes are validated."""
    if meeting.is_cancelled:
        raise ConflictError(CANCELLED)
    take_turns(ctx.session, f"attendance:{meeting.id}")
    minutes = ctx.session.scalar(minutes_queries.of_meeting(meeting.id, lock=True))
    if minutes is not None and minutes.state is not MinutesState.DRAFT:
        raise ConflictError(LOCKED)


def _cleaned(given: Tick) -> Tick:
    """Only somebody represented has a representative."""
    by = ""
    if given.presence is Presence.REPRESENTED:
        by = clean_line(given.represented_by, field=f"by-{given.key}", limit=170)
    return Tick(given.key, given.presence, by, given.revision, given.seen, given.seen_by)


def _counts(line: AttendanceLine | None, given: Tick) -> bool:
    """Whether there is something to write: a change, or a first word about somebody."""
    return given.is_touched or (line is not None and line.needs_ticking)


def _line_of(now: dict[str, AttendanceLine], given: Tick) -> AttendanceLine:
    if given.key not in now:
        raise InvalidError(
            "Une personne que vous avez pointée n’est plus dans la liste : rechargez la page.",
            field=f"presence-{given.key}",
        )
    return now[given.key]


def _is_overtaken(line: AttendanceLine, given: Tick) -> bool:
    """Somebody else has ticked this person since the page was shown, and otherwise."""
    differs = (line.presence, line.represented_by) != (given.presence, given.represented_by)
    return line.row is not None and line.revision != given.revision and differs


def _write(ctx: Context, meeting: Meeting, line: AttendanceLine, given: Tick) -> None:
    row = row_of(ctx, meeting, line)
    row.presence = given.presence
    row.represented_by = given.represented_by
    row.to_confirm = False


def row_of(ctx: Context, meeting: Meeting, line: AttendanceLine) -> Attendance:
    """The line's row, a new one where nobody has spoken for the person yet: its presence is then
    to be written."""
    row = line.row
    if row is None:
        row = Attendance(
            meeting_id=meeting.id,
            invitation=line.invitation,
            name=line.name,
            function=line.function,
            organisation_name=line.organisation[:200],
        )
        ctx.session.add(row)
    return row
