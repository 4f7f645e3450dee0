"""The scans that a device kept while it had no network: up to 500 in one transaction.

Everything is read first, for all of them, then judged in memory in the order in which they were
sent, then written: the number of statements does not depend on the number of scans."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from zna_network.queries import door as queries
from zna_network.services.checkins import (
    ATTEMPTS,
    UNKNOWN_POINT,
    note_heard,
    own_answer,
    read_moves,
    rehearse,
)
from zna_network.services.context import Context
from zna_network.services.door_state import Asker, BadgeFile, Place
from zna_network.services.errors import ConflictError, DomainError, InvalidError
from zna_network.services.links import token_hash
from zna_network.services.scan_data import ScanData
from zna_network.services.scan_recording import Book, record
from zna_network.services.scan_writing import OvertakenError, write
from zna_network.services.unit_of_work import transaction

MOST = 500
Sent = ScanData | DomainError
Answered = str | DomainError


def check_in_all(ctx: Context, token: str, sent: Sequence[Sent]) -> list[Answered]:
    """One answer for each, in order: its JSON text, or the refusal of that scan alone.

    What could not be read as a scan is given as the refusal that it met, and answered with it.
    Raises DeviceRefusedError, InvalidError (``scans``: too many)."""
    if len(sent) > MOST:
        raise InvalidError(f"{MOST} lectures au plus par envoi.", field="scans")
    for _ in range(ATTEMPTS):
        try:
            with transaction(ctx.session) as connection:
                return _check_in_all(ctx, connection, token, sent)
        except OvertakenError:
            continue
    raise ConflictError("Ces lectures sont déjà en cours d’enregistrement : renvoyez-les.")


def _check_in_all(
    ctx: Context, connection: Connection, token: str, sent: Sequence[Sent]
) -> list[Answered]:
    now = ctx.now
    device = connection.execute(queries.DEVICE, {"token_hash": token_hash(token)}).one_or_none()
    asker = Asker.of(device, now)
    scans = [scan for scan in sent if isinstance(scan, ScanData)]
    if not scans:
        return [_refusal(scan) for scan in sent]
    places = _places(connection, asker)
    badges = _badge_files(ctx, connection, asker, scans)
    answers = _known_answers(connection, asker, scans)
    book = Book(now)
    results = []
    for scan in sent:
        if isinstance(scan, ScanData):
            results.append(_answer(book, asker, places, badges, answers, scan))
        else:
            results.append(scan)
    if book.scans:
        write(ctx, connection, book)
    note_heard(ctx, connection, asker, scans[-1])
    return results


def _refusal(sent: Sent) -> DomainError:
    assert isinstance(sent, DomainError)
    return sent


def _answer(
    book: Book,
    asker: Asker,
    places: dict[str, Place],
    badges: dict[str | int | None, BadgeFile],
    answers: dict[str, Answered],
    scan: ScanData,
) -> Answered:
    if scan.key in answers:
        return answers[scan.key]
    if scan.point in places:
        asker = replace(asker, place=places[scan.point])
    elif scan.point is not None and scan.decided is None:
        return InvalidError(UNKNOWN_POINT, field="point")
    elif scan.point is not None:
        asker = replace(asker, place=Place.nowhere(asker.name))
    badge = badges.get(scan.badge_number if scan.ticket is None else scan.ticket_hash)
    answers[scan.key] = answer = record(book, asker, badge, scan)
    return answer


def _places(connection: Connection, asker: Asker) -> dict[str, Place]:
    rows = connection.execute(queries.POINTS, {"forum_id": asker.forum_id})
    return {row.code: Place.of(row, asker.name) for row in rows}


def _known_answers(
    connection: Connection, asker: Asker, scans: Sequence[ScanData]
) -> dict[str, Answered]:
    scan_ids = list({scan.key for scan in scans})
    known: dict[str, Answered] = {}
    for row in connection.execute(queries.ANSWERS, {"scan_ids": scan_ids}):
        try:
            known[row.scan_id] = own_answer(asker, row)
        except ConflictError as refusal:
            known[row.scan_id] = refusal
    return known


def _badge_files(
    ctx: Context, connection: Connection, asker: Asker, scans: Sequence[ScanData]
) -> dict[str | int | None, BadgeFile]:
    """The badges that were scanned, locked, by the hash of their tickets, and by their numbers
    where they are this forum's."""
    rows = connection.execute(
        queries.BADGES,
        {
            "ticket_hashes": list({scan.ticket_hash for scan in scans}),
            "badge_numbers": list({scan.badge_number for scan in scans if scan.ticket is None}),
            "forum_id": asker.forum_id,
        },
    ).all()
    ids = [row.badge_id for row in rows]
    moves = read_moves(connection, ids)
    files = {row.badge_id: BadgeFile.of(row, lambda badge_id: moves[badge_id]) for row in rows}
    for row in connection.execute(queries.CHECK_INS, {"badge_ids": ids}):
        files[row.entered_badge_id].enter(row)
    for visit in connection.execute(queries.VISITS, {"badge_ids": ids}):
        files[visit.badge_id].visits[visit.point_id] = visit.happened_at
    for badge_id, badge in files.items():
        badge.know(moves[badge_id])
        if badge.is_rehearsal:
            rehearse(ctx, badge)
    by_number = {f.number: f for f in files.values() if f.forum_id == asker.forum_id}
    return {**by_number, **{row.ticket_hash: files[row.badge_id] for row in rows}}
