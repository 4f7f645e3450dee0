"""Where visitors have been, by the badges that they have or had. What was undone did not happen;
what is not shown is not read: the answers given at the door hold first names."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select

from zna_network.models.attendee import Badge
from zna_network.models.door import (
    CheckIn,
    Device,
    Point,
    PointKind,
    Scan,
    ScanKind,
    Verdict,
    Visit,
)


def entries_of(attendee_ids: Collection[int]) -> Select[int | None, datetime, bool]:
    """Of those who came, for each badge: whose, its first entry, whether it is inside."""
    return (
        select(Badge.attendee_id, CheckIn.entered_at, CheckIn.is_inside)
        .join(CheckIn, CheckIn.badge_id == Badge.id)
        .where(Badge.attendee_id.in_(attendee_ids))
        .order_by(CheckIn.entered_at)
    )


def movements_of(
    attendee_id: int,
) -> Select[ScanKind, datetime, str | None, str, int, str | None]:
    """Ways in and out that were let: kind, instant, point, device, badge, and the scan that it
    contradicts if any."""
    return (
        select(
            Scan.kind,
            Scan.happened_at,
            Point.name,
            Device.name,
            Badge.number,
            Scan.conflicts_with,
        )
        .join(Badge, Badge.id == Scan.badge_id)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Point, Point.id == Scan.point_id)
        .where(
            Badge.attendee_id == attendee_id,
            Scan.kind.in_([ScanKind.ENTRY, ScanKind.EXIT]),
            Scan.verdict == Verdict.ADMITTED,
            Scan.undone_at.is_(None),
        )
        .order_by(Scan.happened_at, Scan.scan_id)
    )


def visits_of(attendee_id: int) -> Select[PointKind, datetime, str, int]:
    """Stands and workshops: kind, first passage, name, badge."""
    return (
        select(Point.kind, Visit.happened_at, Point.name, Badge.number)
        .select_from(Visit)
        .join(Badge, Badge.id == Visit.badge_id)
        .join(Point, Point.id == Visit.point_id)
        .where(Badge.attendee_id == attendee_id)
        .order_by(Visit.happened_at, Point.id)
    )
