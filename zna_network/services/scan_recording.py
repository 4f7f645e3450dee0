"""One scan judged, answered, and noted in the book that is then written at once."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from zna_network.models.attendee import RegistrationChannel
from zna_network.models.door import ScanKind, Verdict
from zna_network.services.door_state import Asker, BadgeFile
from zna_network.services.movements import TOLD_IN, Move
from zna_network.services.scan_data import ELSEWHERE, ScanData, WalkIn
from zna_network.services.scan_times import settle
from zna_network.services.scan_verdicts import conflict_of, judge

Values = dict[str, Any]


@dataclass(slots=True)
class Book:
    """What the scans of one transaction change. ``scans`` and ``visits`` are rows by key,
    ``walk_ins`` the answers of the people who came without registration, by badge."""

    received_at: datetime
    scans: dict[str, Values] = field(default_factory=dict)
    visits: dict[tuple[int, int], Values] = field(default_factory=dict)
    walk_ins: dict[int, Values] = field(default_factory=dict)
    moved: dict[int, BadgeFile] = field(default_factory=dict)


def record(book: Book, asker: Asker, badge: BadgeFile | None, scan: ScanData) -> str:
    """The answer, as the JSON text that is kept and given again."""
    instants = settle(
        scan.scanned_at,
        book.received_at,
        sent_at=scan.sent_at,
        last_skew_s=asker.last_skew_s,
        is_past=scan.decided is not None,
    )
    happened_at, kind = instants.happened_at, asker.place.kind
    verdict = judge(asker, badge, scan, happened_at, book.received_at)
    conflict = conflict_of(asker, badge, scan, verdict, happened_at)
    own = badge if badge is not None and badge.forum_id == asker.forum_id else None
    if own is not None and verdict in TOLD_IN:
        _apply(book, asker, own, scan, verdict, happened_at)
    answer = _answer(asker, own, scan, verdict, conflict)
    book.scans[scan.key] = {
        "scan_id": scan.key,
        "forum_id": asker.forum_id,
        "device_id": asker.device_id,
        "point_id": asker.place.point_id,
        "badge_id": own.badge_id if own else None,
        "kind": kind,
        "ticket_hash": scan.ticket_hash,
        "scanned_at": scan.scanned_at,
        "received_at": book.received_at,
        "happened_at": happened_at,
        "skew_s": instants.skew_s,
        "is_skewed": instants.is_skewed,
        "decided": scan.decided,
        "verdict": verdict,
        "conflicts_with": conflict.scan_id if conflict else None,
        "effect": 0,
        "answer": answer,
    }
    return answer


def _apply(
    book: Book,
    asker: Asker,
    badge: BadgeFile,
    scan: ScanData,
    verdict: Verdict,
    happened_at: datetime,
) -> None:
    place = asker.place
    if scan.walk_in is not None and not badge.is_rehearsal:
        _welcome(book, badge, scan.walk_in)
    if place.kind is ScanKind.VISIT:
        _visit(book, badge, place.point_id, scan.key, happened_at)
        return
    move = Move(
        scan.key, place.kind, verdict, happened_at, asker.device_id, place.point_id, place.name
    )
    if badge.add(move):
        book.moved[badge.badge_id] = badge


def _welcome(book: Book, badge: BadgeFile, walk_in: WalkIn) -> None:
    """Somebody without registration takes a blank badge; what was answered for one who came so
    may be answered again, since it is nobody's registration."""
    if badge.attendee_id is not None and not badge.made_at_door:
        return
    book.walk_ins[badge.badge_id] = {
        "badge_id": badge.badge_id,
        "attendee_id": badge.attendee_id,
        "commune": walk_in.commune if walk_in.commune != ELSEWHERE else None,
        "is_from_elsewhere": walk_in.commune == ELSEWHERE,
        "age_band": walk_in.age_band,
        "target_group": walk_in.target_group,
        "companions": walk_in.companions,
        "channel": RegistrationChannel.DOOR,
    }
    badge.count_people(1 + walk_in.companions)
    if badge.where is not None:
        book.moved[badge.badge_id] = badge


def _visit(
    book: Book, badge: BadgeFile, point_id: int | None, scan_id: str, happened_at: datetime
) -> None:
    known = badge.visits.get(point_id or 0)
    if point_id is None or (known is not None and known <= happened_at):
        return
    badge.visits[point_id] = happened_at
    if not badge.is_rehearsal:
        book.visits[badge.badge_id, point_id] = {
            "badge_id": badge.badge_id,
            "point_id": point_id,
            "forum_id": badge.forum_id,
            "scan_id": scan_id,
            "happened_at": happened_at,
        }


def _answer(
    asker: Asker,
    badge: BadgeFile | None,
    scan: ScanData,
    verdict: Verdict,
    conflict: Move | None,
) -> str:
    return json.dumps(
        {
            "scan_id": scan.scan_id,
            "verdict": verdict.value,
            "first_scanned_at": _first_time(asker, badge),
            "conflict": conflict
            and {
                "door": conflict.door,
                "at": timestamp(conflict.happened_at),
                "scan_id": conflict.scan_id,
            },
            "attendee": {
                "label": badge.label if badge else "",
                "badge_number": badge.number if badge else None,
            },
            "kind": asker.place.kind.value,
            "people": badge.people if badge and verdict in TOLD_IN else 0,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _first_time(asker: Asker, badge: BadgeFile | None) -> str | None:
    if badge is None:
        return None
    if asker.place.kind is ScanKind.VISIT:
        visited_at = badge.visits.get(asker.place.point_id or 0)
        return timestamp(visited_at) if visited_at else None
    return timestamp(badge.where.entered_at) if badge.where else None


def timestamp(instant: datetime) -> str:
    """RFC 3339, in UTC, to the millisecond."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
