"""The last scan taken back, by the device that made it, for a quarter of an hour."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, update

from zna_network.models.door import Scan, ScanKind, Visit
from zna_network.queries import door as queries
from zna_network.services.checkins import read_moves
from zna_network.services.context import Context
from zna_network.services.devices import authenticate
from zna_network.services.door_state import AnyRow, BadgeFile
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.scan_recording import Book
from zna_network.services.scan_writing import write_moves, write_visits

UNDO_LASTS = timedelta(minutes=15)
CLOCK_SET = timedelta(minutes=2)  # a phone's clock may be put right between the two
_UNDONE = (
    update(Scan)
    .where(Scan.scan_id == bindparam("of_scan"), Scan.undone_at.is_(None))
    .values(undone_at=bindparam("now"), effect=0)
)
_NO_VISIT = delete(Visit).where(
    Visit.badge_id == bindparam("of_badge"), Visit.point_id == bindparam("at_point")
)


def undo(ctx: Context, token: str, scan_id: str, undone_at: datetime) -> None:
    """Both instants are the device's: it may tell the server of it much later. Twice is as good
    as once. Raises DeviceRefusedError, NotFoundError, ConflictError (too late)."""
    key = scan_id.lower()
    with ctx.unit_of_work():
        asker = authenticate(ctx, token)
        connection = ctx.session.connection()
        scan = connection.execute(queries.SCAN, {"scan_id": key}).one_or_none()
        if scan is None or scan.device_id != asker.device_id:
            raise NotFoundError("Cet appareil n’a pas fait cette lecture.")
        if scan.undone_at is not None:
            return
        if not -CLOCK_SET <= undone_at - scan.scanned_at <= UNDO_LASTS:
            raise ConflictError("Une lecture s’annule dans le quart d’heure qui la suit.")
        badge = _locked(connection, scan)
        if not connection.execute(_UNDONE, {"of_scan": key, "now": ctx.now}).rowcount:
            return
        if badge is not None and not badge.is_rehearsal:
            _take_back(ctx, connection, badge, scan)


def _locked(connection: Connection, scan: AnyRow) -> BadgeFile | None:
    if scan.badge_id is None:
        return None
    row = connection.execute(queries.BADGE, {"badge_id": scan.badge_id}).one()
    badge = BadgeFile.of(row, lambda badge_id: read_moves(connection, [badge_id])[badge_id])
    badge.enter(row)
    return badge


def _take_back(ctx: Context, connection: Connection, badge: BadgeFile, scan: AnyRow) -> None:
    """The badge is where its other scans put it."""
    book = Book(ctx.now)
    if scan.kind is not ScanKind.VISIT:
        badge.fold_again()
        book.moved[badge.badge_id] = badge
        write_moves(connection, book)
        return
    connection.execute(_NO_VISIT, {"of_badge": badge.badge_id, "at_point": scan.point_id})
    first = connection.execute(
        queries.FIRST_VISIT, {"badge_id": badge.badge_id, "point_id": scan.point_id}
    ).one_or_none()
    if first is not None:
        book.visits[badge.badge_id, scan.point_id] = {
            "badge_id": badge.badge_id,
            "point_id": scan.point_id,
            "forum_id": badge.forum_id,
            "scan_id": first.scan_id,
            "happened_at": first.happened_at,
        }
        write_visits(connection, book)
