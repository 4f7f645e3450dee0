"""Reading the points of control, and what they stand for."""

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import joinedload

from zna_network.models.door import Device, HeadCount, Point, PointKind, Scan
from zna_network.models.stand import Stand, StandState
from zna_network.models.workshop import Session, Workshop

_KINDS = (PointKind.ENTRY, PointKind.EXIT, PointKind.STAND, PointKind.SESSION)


def of_forum(forum_id: int) -> Select[Point]:
    """As one looks for them: entries, exits, stands by their number, sessions by their hour."""
    return (
        select(Point)
        .outerjoin(Stand, Stand.id == Point.stand_id)
        .outerjoin(Session, Session.id == Point.session_id)
        .where(Point.forum_id == forum_id)
        .order_by(
            case({kind.value: rank for rank, kind in enumerate(_KINDS)}, value=Point.kind),
            Stand.number,
            Session.starts_at,
            Point.name,
            Point.id,
        )
    )


def confirmed_stands(forum_id: int) -> Select[Stand]:
    return (
        select(Stand)
        .where(Stand.forum_id == forum_id, Stand.state == StandState.CONFIRMED)
        .options(joinedload(Stand.organisation))
        .order_by(Stand.number)
    )


def live_sessions(forum_id: int) -> Select[Session]:
    return (
        select(Session)
        .join(Workshop, Workshop.id == Session.workshop_id)
        .where(Workshop.forum_id == forum_id, Session.cancelled_at.is_(None))
        .options(joinedload(Session.workshop))
        .order_by(Session.starts_at, Session.id)
    )


def is_used(point_id: int) -> Select[bool]:
    """Whether anything was scanned or counted there, or a phone is set up there."""
    return select(
        or_(
            select(Scan.scan_id).where(Scan.point_id == point_id).exists(),
            select(HeadCount.count_id).where(HeadCount.point_id == point_id).exists(),
            select(Device.id).where(Device.point_id == point_id).exists(),
        )
    )
