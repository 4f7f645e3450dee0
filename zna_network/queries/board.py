"""What the live board counts: one statement for each of its sides, whatever the crowd.

Rehearsal badges count nowhere, and neither does what was undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from zna_network.models.attendee import Attendee, Badge, RegistrationChannel
from zna_network.models.door import CheckIn, Device, HeadCount, Point, PointKind, Scan, Visit
from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand
from zna_network.models.territory import TargetGroup
from zna_network.models.workshop import Room, Seat, SeatState, Session, Workshop
from zna_network.queries.quarters import quarter_of

LATEST_CONFLICTS = 8


def arrivals(
    forum_id: int,
) -> Select[int, int | None, int, TargetGroup | None, int, int, int]:
    """By quarter of an hour of the first entry, point, device and target group: badges, people
    with their companions, and how many of these people are inside."""
    quarter = quarter_of(CheckIn.entered_at).label("quarter")
    inside = case((CheckIn.is_inside, CheckIn.people), else_=0)
    keys = (quarter, CheckIn.point_id, CheckIn.device_id, Attendee.target_group)
    return (
        select(*keys, func.count(), func.sum(CheckIn.people), func.sum(inside))
        .join(Badge, Badge.id == CheckIn.badge_id)
        .outerjoin(Attendee, Attendee.id == Badge.attendee_id)
        .where(CheckIn.forum_id == forum_id, Badge.is_rehearsal.is_(False))
        .group_by(*keys)
    )


def movements(forum_id: int) -> Select[int, int]:
    """By quarter of an hour, how many people the scans brought in, less those that they let out."""
    quarter = quarter_of(Scan.happened_at).label("quarter")
    return (
        select(quarter, func.sum(Scan.effect))
        .where(
            Scan.forum_id == forum_id,
            Scan.effect != 0,
            Scan.undone_at.is_(None),
            _is_real(Scan.badge_id, forum_id),
        )
        .group_by(quarter)
    )


def counts_by_hand(forum_id: int) -> Select[int, int | None, int, int, int]:
    """By quarter of an hour, point and device: people who came in, and the balance of both ways."""
    quarter = quarter_of(HeadCount.counted_at).label("quarter")
    came = case((HeadCount.people > 0, HeadCount.people), else_=0)
    keys = (quarter, HeadCount.point_id, HeadCount.device_id)
    return (
        select(*keys, func.sum(came), func.sum(HeadCount.people))
        .where(HeadCount.forum_id == forum_id, HeadCount.undone_at.is_(None))
        .group_by(*keys)
    )


def visits(forum_id: int, lately: datetime) -> Select[PointKind, str, str | None, int, int]:
    """By stand or workshop point: its kind, name and organisation, the visits, and those since
    ``lately``."""
    counted = (
        select(
            Visit.point_id,
            func.count().label("visits"),
            func.sum(case((Visit.happened_at >= lately, 1), else_=0)).label("recent"),
        )
        .where(Visit.forum_id == forum_id, _is_real(Visit.badge_id, forum_id))
        .group_by(Visit.point_id)
        .subquery()
    )
    return (
        select(Point.kind, Point.name, Organisation.name, counted.c.visits, counted.c.recent)
        .join(counted, counted.c.point_id == Point.id)
        .outerjoin(Stand, Stand.id == Point.stand_id)
        .outerjoin(Organisation, Organisation.id == Stand.organisation_id)
        .order_by(counted.c.visits.desc(), Point.name)
    )


def sessions(
    forum_id: int, after: datetime
) -> Select[int, str, str, datetime, datetime, int, int, int]:
    """The sessions that are not over at ``after``: id, workshop, room, hours, capacity, people
    seated and people waiting."""
    seated = func.sum(case((Seat.state == SeatState.SEATED, 1), else_=0))
    waiting = func.sum(case((Seat.state == SeatState.WAITING, 1), else_=0))
    keys = (
        Session.id,
        Workshop.title,
        Room.name,
        Session.starts_at,
        Session.ends_at,
        Session.capacity,
    )
    return (
        select(*keys, seated, waiting)
        .join(Workshop, Workshop.id == Session.workshop_id)
        .join(Room, Room.id == Session.room_id)
        .outerjoin(Seat, Seat.session_id == Session.id)
        .where(
            Workshop.forum_id == forum_id,
            Session.cancelled_at.is_(None),
            Session.ends_at > after,
        )
        .group_by(*keys)
        .order_by(Session.starts_at, Session.id)
    )


def devices(forum_id: int) -> Select[Device]:
    """Those that were paired, and every one that scanned: names of doors come from them too."""
    return (
        select(Device)
        .where(Device.forum_id == forum_id)
        .options(joinedload(Device.point))
        .order_by(Device.name, Device.id)
    )


def points(forum_id: int) -> Select[Point]:
    return select(Point).where(Point.forum_id == forum_id).order_by(Point.name)


def conflicts(
    forum_id: int,
) -> Select[datetime, int, int | None, int, datetime, int | None, int, int]:
    """The latest badges that two doors admitted: when, badge number, point and device; the same
    of the other scan; and how many conflicts there are in all."""
    other = aliased(Scan)
    return (
        select(
            Scan.happened_at,
            Badge.number,
            Scan.point_id,
            Scan.device_id,
            other.happened_at,
            other.point_id,
            other.device_id,
            func.count().over(),
        )
        .join(Badge, Badge.id == Scan.badge_id)
        .join(other, other.scan_id == Scan.conflicts_with)
        .where(
            Scan.forum_id == forum_id,
            Scan.conflicts_with.is_not(None),
            Scan.undone_at.is_(None),
            Badge.is_rehearsal.is_(False),
        )
        .order_by(Scan.happened_at.desc(), Scan.scan_id)
        .limit(LATEST_CONFLICTS)
    )


def registered(forum_id: int) -> Select[int, int]:
    """People registered before they came, and how many are expected with those who come along."""
    return select(func.count(), func.coalesce(func.sum(1 + Attendee.companions), 0)).where(
        Attendee.forum_id == forum_id,
        Attendee.cancelled_at.is_(None),
        Attendee.channel != RegistrationChannel.DOOR,
    )


def rehearsal_badges(forum_id: int) -> ScalarSelect[int]:
    return select(Badge.id).where(Badge.forum_id == forum_id, Badge.is_rehearsal).scalar_subquery()


def _is_real(badge_id: InstrumentedAttribute[Any], forum_id: int) -> ColumnElement[bool]:
    return badge_id.not_in(rehearsal_badges(forum_id))
