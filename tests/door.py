"""A forum's door as the tests hold it: phones that scan, at instants that they choose."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from tests.factories.forums import make_forum
from zna_network.models.attendee import Badge
from zna_network.models.door import CheckIn, Point, PointKind, Scan
from zna_network.models.forum import Forum
from zna_network.queries import door_figures
from zna_network.services import badges, checkins, devices, points
from zna_network.services.checkin_batches import check_in_all
from zna_network.services.checkin_undo import undo
from zna_network.services.context import Context
from zna_network.services.devices import DeviceData
from zna_network.services.points import PointData
from zna_network.services.scan_data import ScanData

TODAY = date(2026, 12, 3)  # the frozen clock's


def scan_of(ticket: str | None, at: datetime, **values: Any) -> ScanData:
    return ScanData(**{"scan_id": str(uuid4()), "ticket": ticket, "scanned_at": at, **values})


@dataclass
class Phone:
    """``at`` is minutes from now, by the server's clock, at which it scans."""

    ctx: Context
    token: str
    point: str | None = None

    def instant(self, at: float) -> datetime:
        return self.ctx.now + timedelta(minutes=at)

    def scan(self, ticket: str | None, at: float = 0, **values: Any) -> dict[str, Any]:
        scan = scan_of(ticket, self.instant(at), **{"point": self.point, **values})
        return self.send(scan)

    def send(self, scan: ScanData) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(checkins.check_in(self.ctx, self.token, scan))
        return answer

    def verdict(self, ticket: str | None, at: float = 0, **values: Any) -> str:
        return str(self.scan(ticket, at, **values)["verdict"])

    def send_all(self, scans: Sequence[ScanData]) -> list[Any]:
        answers = check_in_all(self.ctx, self.token, scans)
        return [json.loads(a) if isinstance(a, str) else a for a in answers]

    def undo(self, scan_id: str, at: float = 0) -> None:
        undo(self.ctx, self.token, scan_id, self.instant(at))


@dataclass
class Door:
    ctx: Context
    forum: Forum
    in_point: Point
    out_point: Point

    def phone(self, name: str = "Téléphone", point: Point | None = None) -> Phone:
        token = devices.issue_token(self.ctx, self.forum.id, name).token
        return Phone(self.ctx, token, point.code if point else self.in_point.code)

    def paired(self, name: str, point: Point | None) -> Phone:
        """A phone that says nothing of where it is: it is set up there."""
        data = DeviceData(name, point.id if point else None)
        device = devices.create_device(self.ctx, self.forum.id, data)
        code = devices.pairing_code(self.ctx, device)
        assert code is not None
        return Phone(self.ctx, devices.pair(self.ctx, code).token)

    def tickets(self, count: int, **values: Any) -> list[str]:
        made = badges.issue_blank(self.ctx, self.forum.id, count, **values)
        return [self.ticket(badge) for badge in made]

    def ticket(self, badge: Badge) -> str:
        return badges.ticket_of(self.ctx.settings, badge)

    def inside(self) -> int:
        return self.ctx.session.execute(door_figures.inside(self.forum.id)).scalar_one()

    def effects(self) -> int:
        """What the scans that still count add up to."""
        total = select(func.coalesce(func.sum(Scan.effect), 0)).where(
            Scan.forum_id == self.forum.id, Scan.undone_at.is_(None)
        )
        return self.ctx.session.scalar(total) or 0

    def entries(self) -> list[CheckIn]:
        self.ctx.session.expire_all()
        return list(self.ctx.session.scalars(select(CheckIn).order_by(CheckIn.badge_id)))


def open_door(ctx: Context, **values: Any) -> Door:
    """A forum held today, a way in and a way out."""
    forum = make_forum(ctx.session, **{"held_on": TODAY, **values})
    way_in = points.create_point(ctx, forum.id, PointData("Porte A", PointKind.ENTRY))
    way_out = points.create_point(ctx, forum.id, PointData("Sortie", PointKind.EXIT))
    return Door(ctx, forum, way_in, way_out)
