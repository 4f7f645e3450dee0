"""Scans, entries and visits as the door server would have left them, to be written in bulk."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import insert

from zna_network.models.attendee import Badge
from zna_network.models.door import (
    CheckIn,
    Device,
    HeadCount,
    Point,
    PointKind,
    Scan,
    ScanKind,
    Verdict,
    Visit,
)
from zna_network.models.forum import Forum
from zna_network.queries import demo_forum as queries
from zna_network.services.badges import hash_of_ticket
from zna_network.services.context import Context
from zna_network.services.scan_recording import timestamp


@dataclass(frozen=True)
class Doors:
    """The points and phones of a forum, by code and by point."""

    points: dict[str, Point]
    devices: dict[int, Device]

    @classmethod
    def of(cls, ctx: Context, forum: Forum) -> "Doors":
        points = {point.code: point for point in ctx.session.scalars(queries.points_of(forum.id))}
        devices = {
            device.point_id: device
            for device in ctx.session.scalars(queries.devices_of(forum.id))
            if device.point_id is not None
        }
        return cls(points, devices)

    def device_at(self, point: Point) -> Device:
        """The phone of this point; stands and sessions without their own share the last one."""
        return self.devices.get(point.id) or next(reversed(self.devices.values()))

    def of_kind(self, kind: PointKind) -> list[Point]:
        return [point for point in self.points.values() if point.kind is kind]


@dataclass
class Ledger:
    """What is to be written, each list in one insert."""

    forum: Forum
    doors: Doors
    scans: list[dict[str, Any]] = field(default_factory=list)
    check_ins: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    head_counts: list[dict[str, Any]] = field(default_factory=list)

    def write(self, ctx: Context) -> None:
        for model, rows in (
            (Scan, self.scans),
            (CheckIn, self.check_ins),
            (Visit, self.visits),
            (HeadCount, self.head_counts),
        ):
            if rows:
                ctx.session.execute(insert(model), rows)

    def scan(
        self, badge: Badge, point: Point, at: datetime, *, people: int = 1, effect: int = 0
    ) -> dict[str, Any]:
        """One accepted scan, received a second after it happened."""
        return self._note(point, at, badge, badge.ticket_hash, Verdict.ADMITTED, people, effect)

    def refused(self, point: Point, at: datetime, badge: Badge | None) -> dict[str, Any]:
        """A scan of a revoked badge, or of something that is no badge of ours."""
        verdict = Verdict.REVOKED if badge else Verdict.UNKNOWN
        ticket = badge.ticket_hash if badge else hash_of_ticket(f"NOT OURS {len(self.scans)}")
        return self._note(point, at, badge, ticket, verdict, 0, 0)

    def visit(self, badge: Badge, point: Point, at: datetime) -> None:
        scan = self.scan(badge, point, at)
        self.visits.append(
            {
                "badge_id": badge.id,
                "point_id": point.id,
                "forum_id": self.forum.id,
                "scan_id": scan["scan_id"],
                "happened_at": at,
            }
        )

    def count(self, point: Point, at: datetime, people: int) -> None:
        self.head_counts.append(
            {
                "count_id": self._id("count", len(self.head_counts)),
                "forum_id": self.forum.id,
                "device_id": self.doors.device_at(point).id,
                "point_id": point.id,
                "people": people,
                "counted_at": at,
                "received_at": at + timedelta(seconds=1),
            }
        )

    def conflict(self, first: dict[str, Any], badge: Badge, point: Point, at: datetime) -> None:
        """Another door let the same badge in while it was offline: both scans are kept, one
        entry counts, and the answer names the first door."""
        second = self.scan(badge, point, at, people=0)
        answer = json.loads(second["answer"])
        door = next(p.name for p in self.doors.points.values() if p.id == first["point_id"])
        at_first = timestamp(first["happened_at"])
        answer["conflict"] = {"door": door, "at": at_first, "scan_id": first["scan_id"]}
        answer["first_scanned_at"] = at_first
        second.update(
            decided=Verdict.ADMITTED,
            conflicts_with=first["scan_id"],
            answer=json.dumps(answer, ensure_ascii=False),
        )
        first["decided"] = Verdict.ADMITTED

    def _note(
        self,
        point: Point,
        at: datetime,
        badge: Badge | None,
        ticket_hash: str,
        verdict: Verdict,
        people: int,
        effect: int,
    ) -> dict[str, Any]:
        device = self.doors.device_at(point)
        scan_id = self._id("scan", len(self.scans))
        row = {
            "scan_id": scan_id,
            "forum_id": self.forum.id,
            "device_id": device.id,
            "point_id": point.id,
            "badge_id": badge.id if badge else None,
            "kind": ScanKind.at(point.kind),
            "ticket_hash": ticket_hash,
            "scanned_at": at + timedelta(seconds=device.last_skew_s),
            "received_at": at + timedelta(seconds=1),
            "happened_at": at,
            "skew_s": device.last_skew_s,
            "decided": None,
            "verdict": verdict,
            "conflicts_with": None,
            "effect": effect,
            "answer": _answer(scan_id, verdict, at, badge, point, people),
        }
        self.scans.append(row)
        return row

    def _id(self, kind: str, rank: int) -> str:
        """The same identifier for the same moment of the same day."""
        return str(uuid5(NAMESPACE_URL, f"{self.forum.uid}:{self.forum.held_on}:{kind}:{rank}"))


def _answer(
    scan_id: str, verdict: Verdict, at: datetime, badge: Badge | None, point: Point, people: int
) -> str:
    answer = {
        "scan_id": scan_id,
        "verdict": verdict.value,
        "first_scanned_at": timestamp(at) if verdict is Verdict.ADMITTED else None,
        "conflict": None,
        "attendee": {
            "label": badge.label if badge else "",
            "badge_number": badge.number if badge else None,
        },
        "kind": ScanKind.at(point.kind).value,
        "people": people,
    }
    return json.dumps(answer, ensure_ascii=False)
