"""What the attendance list shows: each line as it stands, or as it was just sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zna_network.blueprints.attendance.forms import PersonForm
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import MinutesState, Presence
from zna_network.queries import minutes as minutes_queries
from zna_network.services import committee_access
from zna_network.services.attendance import Tick
from zna_network.services.attendance_lines import AttendanceLine, counts, lines
from zna_network.services.context import Context


@dataclass(frozen=True)
class ShownLine:
    """``chosen`` and ``by`` fill the controls; ``message`` says what is to be looked at again."""

    line: AttendanceLine
    chosen: Presence
    by: str
    message: str = ""


def show_page(
    ctx: Context,
    meeting: Meeting,
    person_form: PersonForm,
    *,
    sent: Iterable[Tick] = (),
    messages: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """``sent`` are the ticks that were refused, kept as they were; ``messages`` by line key."""
    state = ctx.session.scalar(minutes_queries.of_meeting(meeting.id))
    is_locked = state is not None and state.state is not MinutesState.DRAFT
    found = lines(ctx, meeting)
    kept = {tick.key: tick for tick in sent}
    told = messages or {}
    return {
        "meeting": meeting,
        "committee": meeting.committee,
        "shown": [_shown(line, kept.get(line.key), told.get(line.key, "")) for line in found],
        "counts": counts(found),
        "to_tick": sum(line.needs_ticking for line in found),
        "presences": list(Presence),
        "is_locked": is_locked,
        "may_tick": not is_locked and not meeting.is_cancelled,
        "may_prepare": committee_access.may_prepare(ctx, meeting.committee),
        "person_form": person_form,
        "has_messages": bool(told),
    }


def _shown(line: AttendanceLine, tick: Tick | None, message: str) -> ShownLine:
    if tick is None:
        return ShownLine(line, line.presence, line.represented_by, message)
    return ShownLine(line, tick.presence, tick.represented_by, message)


def overtaken(found: Iterable[AttendanceLine]) -> dict[str, str]:
    """What to say beside each line that somebody else has ticked otherwise."""
    return {
        line.key: f"Entre-temps, quelqu’un a pointé « {line.presence.label} ». "
        "Votre choix est gardé ici : enregistrez pour le mettre à la place."
        for line in found
    }
