"""Where visitors have been, for the staff who look for somebody or answer their questions. Those
who ask have read the people themselves: that reading is the one in the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.models.attendee import Attendee
from zna_network.models.door import PointKind, ScanKind
from zna_network.queries import attendee_presence as queries
from zna_network.services.context import Context
from zna_network.services.permissions import Permission

_WAYS = {ScanKind.ENTRY: "Entrée", ScanKind.EXIT: "Sortie"}
_VISIT = {PointKind.STAND: "Passage au stand", PointKind.SESSION: "Venue à l’atelier"}


@dataclass(frozen=True)
class Entry:
    """That somebody came: the first time, and whether they are still there."""

    entered_at: datetime
    is_inside: bool


@dataclass(frozen=True)
class Passage:
    """``is_doubtful``: two doors let the same badge in, each without knowing of the other."""

    words: str
    place: str
    happened_at: datetime
    badge_number: int
    is_doubtful: bool = False


def entries(ctx: Context, attendees: Sequence[Attendee]) -> dict[int, Entry]:
    """By visitor, those who came; one statement for all of them."""
    ctx.require(Permission.ATTENDEES_READ)
    found: dict[int, Entry] = {}
    rows = ctx.session.execute(queries.entries_of([attendee.id for attendee in attendees]))
    for attendee_id, entered_at, is_inside in rows:
        if attendee_id is None:
            continue
        first = found.get(attendee_id, Entry(entered_at, is_inside))
        found[attendee_id] = Entry(first.entered_at, first.is_inside or is_inside)
    return found


def passages(ctx: Context, attendee: Attendee) -> list[Passage]:
    """Entries, exits, stands and workshops in the order of time; nothing of somebody erased."""
    ctx.require(Permission.ATTENDEES_READ)
    if attendee.erased_at is not None:
        return []
    ways = [
        Passage(_WAYS[kind], point or device, at, number, other is not None)
        for kind, at, point, device, number, other in ctx.session.execute(
            queries.movements_of(attendee.id)
        )
    ]
    visits = [
        Passage(_VISIT[kind], point, at, number)
        for kind, at, point, number in ctx.session.execute(queries.visits_of(attendee.id))
    ]
    return sorted([*ways, *visits], key=lambda one: one.happened_at)
