"""The door, saved as its services would leave it: points, devices, entries, scans and visits."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.attendees import make_badge
from tests.factories.numbering import numbers
from tests.world import FrozenClock
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
from zna_network.services.links import new_token, token_hash

_numbers = numbers()
DOORS_OPEN = datetime(2026, 12, 16, 8, 30, tzinfo=UTC)


def make_point(session: Session, forum: Forum, **values: object) -> Point:
    """A door to come in by."""
    number = next(_numbers)
    point = Point(
        **{
            "forum": forum,
            "code": f"point-{number}",
            "name": f"Porte {number}",
            "kind": PointKind.ENTRY,
            **values,
        }
    )
    session.add(point)
    session.commit()
    return point


def make_device(
    session: Session, forum: Forum, point: Point | None = None, **values: object
) -> Device:
    """Paired, good until the day after the forum; ``token_hash`` is of a token nobody has."""
    now = FrozenClock().now()
    device = Device(
        **{
            "forum": forum,
            "name": f"Téléphone {next(_numbers)}",
            "point": point,
            "token_hash": token_hash(new_token()),
            "created_at": now,
            "paired_at": now,
            "expires_at": DOORS_OPEN + timedelta(days=1),
            **values,
        }
    )
    session.add(device)
    session.commit()
    return device


def make_scan(session: Session, device: Device, badge: Badge, **values: object) -> Scan:
    """Admitted, one person; ``happened_at`` gives its other times."""
    at = values.get("happened_at", DOORS_OPEN)
    scan = Scan(
        **{
            "scan_id": str(uuid4()),
            "forum_id": device.forum_id,
            "device": device,
            "point": device.point,
            "badge": badge,
            "kind": ScanKind.at(device.point.kind if device.point else None),
            "ticket_hash": badge.ticket_hash,
            "scanned_at": at,
            "received_at": at,
            "happened_at": at,
            "verdict": Verdict.ADMITTED,
            "effect": 1,
            "answer": "{}",
            **values,
        }
    )
    session.add(scan)
    session.commit()
    return scan


def make_entry(
    session: Session, device: Device, badge: Badge | None = None, **values: object
) -> CheckIn:
    """Somebody who came in by that device at ``entered_at``, with the scan that let them in; a
    new blank badge unless one is given."""
    badge = badge or make_badge(session, device.forum)
    at = values.pop("entered_at", DOORS_OPEN)
    people = values.pop("people", 1)
    scan = make_scan(session, device, badge, happened_at=at, effect=people)
    entry = CheckIn(
        **{
            "badge": badge,
            "forum_id": device.forum_id,
            "people": people,
            "entered_at": at,
            "moved_at": at,
            "first_scan_id": scan.scan_id,
            "last_scan_id": scan.scan_id,
            "device": device,
            "point": device.point,
            **values,
        }
    )
    session.add(entry)
    session.commit()
    return entry


def make_visit(session: Session, point: Point, badge: Badge, at: datetime = DOORS_OPEN) -> Visit:
    visit = Visit(
        badge=badge, point=point, forum_id=point.forum_id, scan_id=str(uuid4()), happened_at=at
    )
    session.add(visit)
    session.commit()
    return visit


def make_head_count(
    session: Session, device: Device, people: int, at: datetime = DOORS_OPEN, **values: object
) -> HeadCount:
    counted = HeadCount(
        **{
            "count_id": str(uuid4()),
            "forum_id": device.forum_id,
            "device": device,
            "point_id": device.point_id,
            "people": people,
            "counted_at": at,
            "received_at": at,
            **values,
        }
    )
    session.add(counted)
    session.commit()
    return counted


def entry_of(session: Session, badge: Badge) -> CheckIn | None:
    return session.scalar(select(CheckIn).where(CheckIn.badge_id == badge.id))
