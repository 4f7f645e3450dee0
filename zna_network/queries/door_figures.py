"""What the door's screens count: who is inside, who was admitted twice, which phones are there."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, load_only

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.door import CheckIn, Device, HeadCount, Point, Scan, Verdict
from zna_network.models.forum import Forum
from zna_network.queries.door import AnySelect


def inside(forum_id: int) -> Select[int]:
    """The people in the hall: on badges, with those who came with them, and counted by hand."""
    on_badges = (
        select(func.coalesce(func.sum(CheckIn.people), 0))
        .where(CheckIn.forum_id == forum_id, CheckIn.is_inside)
        .scalar_subquery()
    )
    by_hand = (
        select(func.coalesce(func.sum(HeadCount.people), 0))
        .where(HeadCount.forum_id == forum_id, HeadCount.undone_at.is_(None))
        .scalar_subquery()
    )
    return select(on_badges + by_hand)


def conflicts(forum_id: int, device_id: int | None = None) -> AnySelect:
    """The scans that told somebody to come in on a badge that another device had admitted: both
    sides of each, the latest first; those that concern ``device_id`` where it is given."""
    other = aliased(Scan)
    first_point, second_point = aliased(Point), aliased(Point)
    first_device, second_device = aliased(Device), aliased(Device)
    concerns = (
        or_(Scan.device_id == device_id, other.device_id == device_id)
        if device_id is not None
        else Scan.device_id.is_not(None)
    )
    return (
        select(
            Scan.scan_id,
            Badge.number,
            Badge.label,
            Scan.happened_at,
            Scan.device_id,
            func.coalesce(first_point.name, first_device.name).label("door"),
            first_device.name.label("device"),
            other.scan_id.label("other_scan_id"),
            other.happened_at.label("other_happened_at"),
            func.coalesce(second_point.name, second_device.name).label("other_door"),
            second_device.name.label("other_device"),
        )
        .join(Badge, Badge.id == Scan.badge_id)
        .join(other, other.scan_id == Scan.conflicts_with)
        .join(first_device, first_device.id == Scan.device_id)
        .join(second_device, second_device.id == other.device_id)
        .outerjoin(first_point, first_point.id == Scan.point_id)
        .outerjoin(second_point, second_point.id == other.point_id)
        .where(
            Scan.forum_id == forum_id,
            Scan.undone_at.is_(None),
            other.undone_at.is_(None),
            concerns,
        )
        .order_by(Scan.received_at.desc(), Scan.scan_id)
        .limit(50)
    )


def revoked_admitted(forum_id: int) -> AnySelect:
    """The badges that a phone without network let in although they were revoked by then."""
    return (
        select(
            Badge.number,
            Badge.label,
            Scan.happened_at,
            func.coalesce(Point.name, Device.name).label("door"),
        )
        .join(Badge, Badge.id == Scan.badge_id)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Point, Point.id == Scan.point_id)
        .where(
            Scan.forum_id == forum_id,
            Scan.decided == Verdict.ADMITTED,
            Scan.verdict == Verdict.ADMITTED,
            Scan.effect > 0,
            Scan.undone_at.is_(None),
            Badge.revoked_at <= Scan.happened_at,
        )
        .order_by(Scan.happened_at.desc())
        .limit(50)
    )


def last_change_of_badges(forum_id: int) -> Select[int, datetime | None]:
    return select(func.count(), func.max(Badge.changed_at)).where(Badge.forum_id == forum_id)


_ROW = (
    Badge.ticket_hash,
    Badge.number,
    Badge.label,
    Badge.revoked_at,
    Badge.is_rehearsal,
    Badge.attendee_id,
    Attendee.companions,
)


def scannable(forum_id: int) -> Select[Badge]:
    """The badges that let somebody in, with no more than their QR code takes."""
    return (
        select(Badge)
        .where(
            Badge.forum_id == forum_id,
            Badge.revoked_at.is_(None),
            Badge.is_rehearsal.is_(False),
        )
        .order_by(Badge.number)
        .options(load_only(Badge.public_id))
    )


def badge_rows(forum_id: int, since: datetime | None = None) -> AnySelect:
    statement = (
        select(*_ROW)
        .outerjoin(Attendee, Attendee.id == Badge.attendee_id)
        .where(Badge.forum_id == forum_id)
        .order_by(Badge.number)
    )
    return statement if since is None else statement.where(Badge.changed_at >= since)


def badges_elsewhere(forum_id: int, since: date) -> Select[str]:
    """Hashes of the badges of the other forums held from ``since`` on, or not dated yet."""
    return (
        select(Badge.ticket_hash)
        .join(Forum, Forum.id == Badge.forum_id)
        .where(_is_elsewhere(forum_id, since))
        .order_by(Badge.id)
    )


def count_elsewhere(forum_id: int, since: date) -> Select[int]:
    return (
        select(func.count(Badge.id))
        .join(Forum, Forum.id == Badge.forum_id)
        .where(_is_elsewhere(forum_id, since))
    )


def _is_elsewhere(forum_id: int, since: date) -> ColumnElement[bool]:
    return and_(Badge.forum_id != forum_id, or_(Forum.held_on >= since, Forum.held_on.is_(None)))


def entries(forum_id: int, since: datetime | None = None) -> AnySelect:
    """Where the badges that moved are; all those that ever did, without ``since``."""
    statement = (
        select(
            Badge.ticket_hash,
            CheckIn.entered_at,
            func.coalesce(Point.name, Device.name).label("door"),
            CheckIn.is_inside,
        )
        .select_from(Badge)
        .outerjoin(CheckIn, CheckIn.badge_id == Badge.id)
        .outerjoin(Device, Device.id == CheckIn.device_id)
        .outerjoin(Point, Point.id == CheckIn.point_id)
        .where(Badge.forum_id == forum_id, Badge.is_rehearsal.is_(False))
        .order_by(Badge.id)
    )
    if since is None:
        return statement.where(CheckIn.badge_id.is_not(None))
    moved = select(Scan.badge_id).where(
        Scan.forum_id == forum_id, or_(Scan.received_at >= since, Scan.undone_at >= since)
    )
    # A badge issued in place of another comes with what happened to that one.
    taken_over = and_(Badge.created_at >= since, CheckIn.badge_id.is_not(None))
    return statement.where(or_(Badge.id.in_(moved), taken_over))


def head_count(count_id: str) -> Select[HeadCount]:
    """Held until the transaction ends."""
    return (
        select(HeadCount)
        .where(HeadCount.count_id == count_id)
        .with_for_update(of=HeadCount)
        .execution_options(populate_existing=True)
    )
