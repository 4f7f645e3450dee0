"""What a scan is judged by, read in two statements for one scan and in seven for a batch.

Columns, not objects: the door asks hundreds of times a second. The statements are put together
once; their parameters are named where they are made."""

from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import aliased

from zna_network.models.attendee import Attendee, Badge, RegistrationChannel
from zna_network.models.door import CheckIn, Device, Point, Scan, ScanKind, Verdict, Visit
from zna_network.models.forum import Forum
from zna_network.models.territory import Commune

AnySelect = Select[*tuple[Any, ...]]

_ASKING = (
    Device.id.label("device_id"),
    Device.name.label("device_name"),
    Device.expires_at,
    Device.revoked_at.label("device_revoked_at"),
    Device.last_seen_at,
    Device.last_skew_s,
    Forum.id.label("forum_id"),
    Forum.held_on,
    Forum.state.label("forum_state"),
    Point.id.label("point_id"),
    Point.name.label("point_name"),
    Point.kind.label("point_kind"),
)
_MADE_AT_DOOR = (Attendee.channel == RegistrationChannel.DOOR).label("made_at_door")
_DOOR = func.coalesce(Point.name, Device.name).label("door")
# Alternatives rather than IN, whose list SQLAlchemy writes into the statement each time anew.
_TOLD_IN = or_(Scan.verdict == Verdict.ADMITTED, Scan.verdict == Verdict.ALREADY_ADMITTED)
_MOVED = (
    or_(Scan.kind == ScanKind.ENTRY, Scan.kind == ScanKind.EXIT),
    _TOLD_IN,
    Scan.undone_at.is_(None),
)


def _badges() -> AnySelect:
    return select(
        Badge.id.label("badge_id"),
        Badge.forum_id.label("badge_forum_id"),
        Badge.number,
        Badge.label,
        Badge.ticket_hash,
        Badge.is_rehearsal,
        Badge.revoked_at,
        Badge.attendee_id,
    )


def _asked(*, by_number: bool, at_named_point: bool) -> AnySelect:
    """The device of ``token_hash``, its forum, the point of ``code`` (or the device's own), and
    the badge of ``ticket_hash`` (or ``badge_number``), locked until the transaction ends: the
    scans of one badge are judged one after the other, whoever sends them."""
    if by_number:
        reader = aliased(Device)
        badge = (
            _badges()
            .join(reader, reader.forum_id == Badge.forum_id)
            .where(
                reader.token_hash == bindparam("token_hash"),
                Badge.number == bindparam("badge_number"),
            )
        )
    else:
        badge = _badges().where(Badge.ticket_hash == bindparam("ticket_hash"))
    locked = badge.with_for_update(key_share=True, of=Badge).cte("scanned")
    point = (
        and_(Point.forum_id == Device.forum_id, Point.code == bindparam("code"))
        if at_named_point
        else Point.id == Device.point_id
    )
    return (
        select(*_ASKING, *locked.c, Attendee.companions, _MADE_AT_DOOR)
        .select_from(Device)
        .join(Forum, Forum.id == Device.forum_id)
        .outerjoin(Point, point)
        .outerjoin(locked, literal(True))
        .outerjoin(Attendee, Attendee.id == locked.c.attendee_id)
        .where(Device.token_hash == bindparam("token_hash"))
    )


# By whether the badge is named by its number, and whether the scan names a point.
ASKED = {
    (by_number, at_named_point): _asked(by_number=by_number, at_named_point=at_named_point)
    for by_number in (False, True)
    for at_named_point in (False, True)
}


def _known() -> AnySelect:
    """What is known of ``scan_id``, of ``badge_id`` and of its visit to ``point_id``: one row."""
    one = select(literal(1).label("one")).subquery()
    latest = select(func.max(Scan.happened_at)).where(
        Scan.badge_id == bindparam("badge_id"), *_MOVED
    )
    answered = aliased(Scan)
    return (
        select(
            answered.answer,
            answered.forum_id.label("answered_in"),
            latest.scalar_subquery().label("latest"),
            Visit.happened_at.label("visited_at"),
            *_check_in_columns(),
        )
        .select_from(one)
        .outerjoin(answered, answered.scan_id == bindparam("scan_id"))
        .outerjoin(CheckIn, CheckIn.badge_id == bindparam("badge_id"))
        .outerjoin(
            Visit,
            and_(Visit.badge_id == bindparam("badge_id"), Visit.point_id == bindparam("point_id")),
        )
    )


def _check_in_columns() -> tuple[Any, ...]:
    return (
        CheckIn.badge_id.label("entered_badge_id"),
        CheckIn.people,
        CheckIn.is_inside,
        CheckIn.entries,
        CheckIn.entered_at,
        CheckIn.moved_at,
        CheckIn.first_scan_id,
        CheckIn.last_scan_id,
        CheckIn.device_id.label("entered_device_id"),
        CheckIn.point_id.label("entered_point_id"),
    )


KNOWN: AnySelect = _known()

DEVICE: AnySelect = (
    select(*_ASKING)
    .select_from(Device)
    .join(Forum, Forum.id == Device.forum_id)
    .outerjoin(Point, Point.id == Device.point_id)
    .where(Device.token_hash == bindparam("token_hash"))
)

POINTS: AnySelect = select(
    Point.id.label("point_id"),
    Point.code,
    Point.name.label("point_name"),
    Point.kind.label("point_kind"),
).where(Point.forum_id == bindparam("forum_id"))

# In the order of their ids, so that no two batches can each wait for the other.
_locked_badges = (
    _badges()
    .where(
        or_(
            Badge.ticket_hash.in_(bindparam("ticket_hashes", expanding=True)),
            and_(
                Badge.forum_id == bindparam("forum_id"),
                Badge.number.in_(bindparam("badge_numbers", expanding=True)),
            ),
        )
    )
    .order_by(Badge.id)
    .with_for_update(key_share=True)
    .cte("scanned")
)
BADGES: AnySelect = (
    select(*_locked_badges.c, Attendee.companions, _MADE_AT_DOOR)
    .select_from(_locked_badges)
    .outerjoin(Attendee, Attendee.id == _locked_badges.c.attendee_id)
)
_locked_badge = (
    _badges()
    .where(Badge.id == bindparam("badge_id"))
    .with_for_update(key_share=True)
    .cte("scanned")
)
BADGE: AnySelect = (
    select(*_locked_badge.c, Attendee.companions, _MADE_AT_DOOR, *_check_in_columns())
    .select_from(_locked_badge)
    .outerjoin(Attendee, Attendee.id == _locked_badge.c.attendee_id)
    .outerjoin(CheckIn, CheckIn.badge_id == _locked_badge.c.badge_id)
)

SCAN: AnySelect = select(
    Scan.device_id, Scan.badge_id, Scan.point_id, Scan.kind, Scan.scanned_at, Scan.undone_at
).where(Scan.scan_id == bindparam("scan_id"))

# The first scan of a badge at a stand or a workshop that still counts.
FIRST_VISIT: AnySelect = (
    select(Scan.scan_id, Scan.happened_at)
    .where(
        Scan.badge_id == bindparam("badge_id"),
        Scan.point_id == bindparam("point_id"),
        Scan.kind == ScanKind.VISIT,
        _TOLD_IN,
        Scan.undone_at.is_(None),
    )
    .order_by(Scan.happened_at, Scan.scan_id)
    .limit(1)
)

ANSWERS: AnySelect = select(Scan.scan_id, Scan.forum_id.label("answered_in"), Scan.answer).where(
    Scan.scan_id.in_(bindparam("scan_ids", expanding=True))
)

CHECK_INS: AnySelect = select(*_check_in_columns()).where(
    CheckIn.badge_id.in_(bindparam("badge_ids", expanding=True))
)

VISITS: AnySelect = select(Visit.badge_id, Visit.point_id, Visit.happened_at).where(
    Visit.badge_id.in_(bindparam("badge_ids", expanding=True))
)

# In the order in which they happened; of the same instant, in that in which they came.
MOVES: AnySelect = (
    select(
        Scan.badge_id,
        Scan.scan_id,
        Scan.kind,
        Scan.verdict,
        Scan.happened_at,
        Scan.device_id,
        Scan.point_id,
        _DOOR,
        Scan.effect,
    )
    .join(Device, Device.id == Scan.device_id)
    .outerjoin(Point, Point.id == Scan.point_id)
    .where(Scan.badge_id.in_(bindparam("badge_ids", expanding=True)), *_MOVED)
    .order_by(Scan.badge_id, Scan.happened_at, Scan.received_at, Scan.scan_id)
)

COMMUNE_CODES = select(Commune.insee)
