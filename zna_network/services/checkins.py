"""Scans from the door: judged, recorded, answered; one transaction each, or one for a batch.

This is the site's busiest path: columns rather than objects, and four statements for a scan."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, bindparam, update

from zna_network.models.door import Device
from zna_network.queries import door as queries
from zna_network.services.context import Context
from zna_network.services.door_state import AnyRow, Asker, BadgeFile
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import local_date
from zna_network.services.links import token_hash
from zna_network.services.movements import Move
from zna_network.services.scan_data import ScanData
from zna_network.services.scan_recording import Book, record
from zna_network.services.scan_times import measured_skew
from zna_network.services.scan_writing import OvertakenError, write
from zna_network.services.unit_of_work import transaction

ATTEMPTS = 5
HEARD_EVERY = timedelta(seconds=20)
UNKNOWN_POINT = "Ce point de contrôle n’existe pas."
_HEARD = (
    update(Device)
    .where(Device.id == bindparam("of_device"))
    .values(last_seen_at=bindparam("now"), last_skew_s=bindparam("skew"))
)


def check_in(ctx: Context, token: str, scan: ScanData) -> str:
    """The JSON text of the answer: the one given the first time, for a ``scan_id`` sent again.

    Raises DeviceRefusedError; InvalidError (``point``); ConflictError for a ``scan_id`` of
    another forum."""
    for _ in range(ATTEMPTS):
        try:
            with transaction(ctx.session) as connection:
                return _check_in(ctx, connection, token, scan)
        except OvertakenError:
            continue
    raise ConflictError("Cette lecture est déjà en cours d’enregistrement : renvoyez-la.")


def _check_in(ctx: Context, connection: Connection, token: str, scan: ScanData) -> str:
    now = ctx.now
    row = connection.execute(
        queries.ASKED[scan.ticket is None, scan.point is not None],
        {
            "token_hash": token_hash(token),
            "ticket_hash": scan.ticket_hash,
            "badge_number": scan.badge_number,
            "code": scan.point,
        },
    ).one_or_none()
    asker = Asker.of(row, now)
    assert row is not None
    known = connection.execute(
        queries.KNOWN,
        {
            "scan_id": scan.key,
            "badge_id": row.badge_id,
            "point_id": asker.place.point_id,
        },
    ).one()
    if known.answer is not None:
        return own_answer(asker, known)
    if scan.point is not None and row.point_id is None and scan.decided is None:
        raise InvalidError(UNKNOWN_POINT, field="point")
    badge = None if row.badge_id is None else _badge_file(connection, asker, row, known, ctx)
    book = Book(now)
    answer = record(book, asker, badge, scan)
    write(ctx, connection, book)
    note_heard(ctx, connection, asker, scan)
    return answer


def own_answer(asker: Asker, row: AnyRow) -> str:
    if row.answered_in != asker.forum_id:
        raise ConflictError("Cet identifiant de lecture a déjà servi.")
    answer: str = row.answer
    return answer


def _badge_file(
    connection: Connection, asker: Asker, row: AnyRow, known: AnyRow, ctx: Context
) -> BadgeFile:
    badge = BadgeFile.of(row, lambda badge_id: read_moves(connection, [badge_id]).get(badge_id, []))
    badge.enter(known)
    badge.latest = known.latest
    if known.visited_at is not None and asker.place.point_id is not None:
        badge.visits[asker.place.point_id] = known.visited_at
    if badge.is_rehearsal:
        rehearse(ctx, badge)
    return badge


def rehearse(ctx: Context, badge: BadgeFile) -> None:
    today = local_date(ctx.now)
    badge.rehearse(lambda instant: local_date(instant) == today)


def read_moves(connection: Connection, badge_ids: Sequence[int]) -> dict[int, list[Move]]:
    """All the movements of these badges, in order, by badge."""
    found: dict[int, list[Move]] = {badge_id: [] for badge_id in badge_ids}
    for row in connection.execute(queries.MOVES, {"badge_ids": badge_ids}):
        found[row.badge_id].append(
            Move(
                row.scan_id,
                row.kind,
                row.verdict,
                row.happened_at,
                row.device_id,
                row.point_id,
                row.door,
                row.effect,
            )
        )
    return found


def note_heard(ctx: Context, connection: Connection, asker: Asker, scan: ScanData) -> None:
    """That the device is alive, and what its clock is off by: not at each of its requests."""
    heard = asker.last_seen_at
    if heard is not None and abs(ctx.now - heard) < HEARD_EVERY:
        return
    skew = asker.last_skew_s if scan.sent_at is None else measured_skew(scan.sent_at, ctx.now)
    connection.execute(_HEARD, {"of_device": asker.device_id, "now": ctx.now, "skew": skew})
