"""A forum with a great crowd, written in bulk for the benches."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories.door import make_device, make_point
from tests.factories.forums import make_forum
from tests.factories.workshops import make_session, make_workshop
from tests.world import FrozenClock
from zna_network.models.attendee import AgeBand, Attendee, Badge, RegistrationChannel
from zna_network.models.door import CheckIn, PointKind, Scan, ScanKind, Verdict, Visit
from zna_network.models.territory import Commune, TargetGroup
from zna_network.models.workshop import Seat, SeatState

OPENS = datetime(2026, 12, 16, 8, 30, tzinfo=UTC)
DAY_MINUTES = 450


@dataclass(frozen=True)
class Crowd:
    slug: str
    attendees: int
    scans: int


def fill(session: Session, attendees: int = 5000, scans: int = 20_000) -> Crowd:
    """Everybody comes in once; the other scans are exits, returns and visits of forty stands and
    workshops. Eight doors, ten workshop sittings with people waiting."""
    chance = random.Random(62041)
    forum = make_forum(session, gauge=1000)
    communes = [c.insee for c in session.query(Commune)]
    doors = [make_point(session, forum, name=f"Porte {n}") for n in range(1, 9)]
    devices = [make_device(session, forum, door, last_seen_at=OPENS) for door in doors]
    workshop = make_workshop(session, forum)
    sittings = [make_session(session, workshop, capacity=50) for _ in range(10)]
    places = [
        make_point(session, forum, kind=PointKind.SESSION, session_id=sittings[n % 10].id)
        if n < 10
        else make_point(session, forum, name=f"Stand {n}", kind=PointKind.EXIT)
        for n in range(40)
    ]
    now = FrozenClock().now()
    people = [
        {
            "id": n, "forum_id": forum.id, "name": "Camille", "channel": RegistrationChannel.ONLINE,
            "commune_insee": chance.choice(communes), "age_band": chance.choice(list(AgeBand)),
            "target_group": chance.choice([*TargetGroup, None]), "reasons": [], "needs": [],
            "companions": chance.randrange(3), "link_salt": f"salt{n}", "link_hash": f"hash{n}",
            "created_at": now, "updated_at": now,
        }
        for n in range(1, attendees + 1)
    ]  # fmt: skip
    badges = [
        {
            "id": n, "forum_id": forum.id, "number": n, "public_id": f"public{n}",
            "ticket_hash": f"ticket{n}", "attendee_id": n, "created_at": now, "changed_at": now,
        }
        for n in range(1, attendees + 1)
    ]  # fmt: skip
    seats = [
        {
            "session_id": sittings[n % 10].id, "capacity": 50, "attendee_id": n,
            "state": SeatState.SEATED if n <= 500 else SeatState.WAITING,
            "seat_number": (n - 1) // 10 + 1 if n <= 500 else None, "waiting_since": now,
            "created_at": now, "updated_at": now,
        }
        for n in range(1, 701)
    ]  # fmt: skip
    entries, sent, visits = [], [], {}
    for number in range(scans):
        badge = number % attendees + 1
        device = chance.choice(devices)
        at = OPENS + timedelta(minutes=chance.random() * DAY_MINUTES)
        scan_id = str(UUID(int=chance.getrandbits(128), version=4))
        is_entry = number < attendees
        effect = 1 + people[badge - 1]["companions"] if is_entry else chance.choice((-1, 0, 0, 1))
        sent.append(
            {
                "scan_id": scan_id, "forum_id": forum.id, "device_id": device.id,
                "point_id": device.point_id, "badge_id": badge, "kind": ScanKind.ENTRY,
                "ticket_hash": f"ticket{badge}", "scanned_at": at, "received_at": at,
                "happened_at": at, "verdict": Verdict.ADMITTED, "effect": effect,
                "answer": "", "conflicts_with": None,
            }
        )  # fmt: skip
        if is_entry:
            entries.append(
                {
                    "badge_id": badge, "forum_id": forum.id, "people": effect, "entered_at": at,
                    "moved_at": at, "is_inside": chance.random() < 0.2, "first_scan_id": scan_id,
                    "last_scan_id": scan_id, "device_id": device.id, "point_id": device.point_id,
                }
            )  # fmt: skip
        elif effect == 0:
            point = chance.choice(places)
            visits[badge, point.id] = {
                "badge_id": badge, "point_id": point.id, "forum_id": forum.id,
                "scan_id": scan_id, "happened_at": at,
            }  # fmt: skip
    for number in range(40):
        sent[-1 - number]["conflicts_with"] = sent[number]["scan_id"]
    for table, rows in (
        (Attendee, people), (Badge, badges), (Seat, seats), (Scan, sent), (CheckIn, entries),
        (Visit, list(visits.values())),
    ):  # fmt: skip
        session.execute(insert(table), rows)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("ANALYZE")
        session.commit()
    return Crowd(forum.slug, attendees, scans)
