"""Who is inside: the movements of one badge, in the order in which they happened, folded.

Pure: no database here. Whatever the order in which the doors' scans arrive, the same movements
give the same whereabouts, and the effects of all of them add up to the people inside."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from zna_network.models.door import ScanKind, Verdict

TOLD_IN = frozenset({Verdict.ADMITTED, Verdict.ALREADY_ADMITTED})


@dataclass(frozen=True, slots=True)
class Move:
    """An entry or an exit. ``door`` is how people call the place where it was made."""

    scan_id: str
    kind: ScanKind
    verdict: Verdict
    happened_at: datetime
    device_id: int
    point_id: int | None = None
    door: str = ""
    effect: int = 0


@dataclass(frozen=True, slots=True)
class Entered:
    """What a CheckIn row holds, the number of people aside."""

    is_inside: bool
    entries: int
    entered_at: datetime
    moved_at: datetime
    first_scan_id: str
    last_scan_id: str
    device_id: int
    point_id: int | None


def step(where: Entered | None, move: Move) -> tuple[Entered | None, int]:
    """Where the badge is after ``move``, and 1 (in), -1 (out) or 0."""
    if where is None:
        # Told « already in » with no entry before it: the entry that admitted it is yet to come.
        if move.kind is ScanKind.EXIT or move.verdict is not Verdict.ADMITTED:
            return None, 0
        return _first(move), 1
    if where.is_inside == (move.kind is ScanKind.ENTRY):
        return where, 0
    comes_in = not where.is_inside
    moved = replace(
        where,
        is_inside=comes_in,
        entries=where.entries + comes_in,
        moved_at=move.happened_at,
        last_scan_id=move.scan_id,
    )
    return moved, 1 if comes_in else -1


def _first(move: Move) -> Entered:
    return Entered(
        is_inside=True,
        entries=1,
        entered_at=move.happened_at,
        moved_at=move.happened_at,
        first_scan_id=move.scan_id,
        last_scan_id=move.scan_id,
        device_id=move.device_id,
        point_id=move.point_id,
    )


def fold(moves: Iterable[Move], people: int) -> tuple[Entered | None, list[Move]]:
    """Where the badge is in the end, and the moves with the effects that they then have."""
    where: Entered | None = None
    settled = []
    for move in moves:
        where, direction = step(where, move)
        effect = direction * people
        settled.append(move if move.effect == effect else replace(move, effect=effect))
    return where, settled


def before(moves: Sequence[Move], instant: datetime) -> Sequence[Move]:
    """Those that happened by ``instant``; ``moves`` are in order."""
    return moves[: bisect_right(moves, instant, key=lambda move: move.happened_at)]


def inserted(moves: Sequence[Move], move: Move) -> list[Move]:
    """``moves`` with one more at its place: after those of the same instant."""
    rank = len(before(moves, move.happened_at))
    return [*moves[:rank], move, *moves[rank:]]


def other_admission(moves: Sequence[Move], instant: datetime, device_id: int) -> Move | None:
    """The first admission, by another device, of the stay that an entry at ``instant`` is part
    of: since the last exit before it, until the first one after."""
    rank = len(before(moves, instant))
    start, end = rank, rank
    while start > 0 and moves[start - 1].kind is ScanKind.ENTRY:
        start -= 1
    while end < len(moves) and moves[end].kind is ScanKind.ENTRY:
        end += 1
    return next(
        (
            move
            for move in moves[start:end]
            if move.verdict is Verdict.ADMITTED and move.device_id != device_id
        ),
        None,
    )
