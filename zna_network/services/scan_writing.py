"""A book of scans written down: a constant number of statements, whatever it holds.

The badges are locked; the keys of the tables hold all the same one entry a badge, one visit a
badge and point, one scan a ``scan_id``."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.door import CheckIn, Scan, Visit
from zna_network.queries import door as queries
from zna_network.services.context import Context
from zna_network.services.door_state import BadgeFile
from zna_network.services.links import link_columns
from zna_network.services.scan_recording import Book, Values

_EFFECT = (
    update(Scan).where(Scan.scan_id == bindparam("of_scan")).values(effect=bindparam("people"))
)
_LEFT = delete(CheckIn).where(CheckIn.badge_id == bindparam("of_badge"))
_ATTACHED = (
    update(Badge)
    .where(Badge.id == bindparam("of_badge"))
    .values(attendee_id=bindparam("attendee"), changed_at=bindparam("now"))
)
_ANSWERED_AGAIN = (
    update(Attendee)
    .where(Attendee.id == bindparam("of_attendee"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "commune_insee",
                "is_from_elsewhere",
                "age_band",
                "target_group",
                "companions",
                "updated_at",
            )
        }
    )
)


class OvertakenError(Exception):
    """Another request has just recorded one of these scans: its answer is to be read."""


def write(ctx: Context, connection: Connection, book: Book) -> None:
    """Raises OvertakenError, the transaction being then good for nothing."""
    if book.walk_ins:
        _write_walk_ins(ctx, connection, book)
    statements = _statements(connection.dialect.name)
    rows = list(book.scans.values())
    moves = _moves(book)
    if "entry" in statements and len(rows) == len(moves.kept) == 1 and not moves.effects:
        written = connection.execute(
            statements["entry"], _prefixed(moves.kept[0], rows[0])
        ).rowcount
        if written != 1:
            raise OvertakenError
        return
    _write_moves(connection, moves)
    write_visits(connection, book)
    if len(rows) == 1:
        written = connection.execute(statements["scan"], rows[0]).rowcount
    else:
        written = len(connection.execute(statements["scans"], rows).all())
    if written != len(rows):
        raise OvertakenError


@dataclass(frozen=True, slots=True)
class _Moves:
    """The CheckIn rows to write and those to take away, the effects of earlier scans to change."""

    kept: list[Values] = field(default_factory=list)
    gone: list[Values] = field(default_factory=list)
    effects: list[Values] = field(default_factory=list)


def _moves(book: Book) -> _Moves:
    """Where the badges that moved are now; the effects of the book's own scans go into it."""
    moves = _Moves()
    for badge in book.moved.values():
        if badge.is_rehearsal:
            continue
        for scan_id, effect in badge.effects.items():
            if scan_id in book.scans:
                book.scans[scan_id]["effect"] = effect
            else:
                moves.effects.append({"of_scan": scan_id, "people": effect})
        if badge.where is not None:
            moves.kept.append(_check_in(badge))
        else:
            moves.gone.append({"of_badge": badge.badge_id})
    return moves


def write_moves(connection: Connection, book: Book) -> None:
    """Where the badges that moved are now, and the effects of their scans that this changed."""
    _write_moves(connection, _moves(book))


def _write_moves(connection: Connection, moves: _Moves) -> None:
    if moves.kept:
        connection.execute(_statements(connection.dialect.name)["check_in"], moves.kept)
    if moves.gone:
        connection.execute(_LEFT, moves.gone)
    if moves.effects:
        connection.execute(_EFFECT, moves.effects)


def write_visits(connection: Connection, book: Book) -> None:
    if book.visits:
        statement = _statements(connection.dialect.name)["visit"]
        connection.execute(statement, list(book.visits.values()))


def _check_in(badge: BadgeFile) -> Values:
    where = badge.where
    assert where is not None
    return {
        "badge_id": badge.badge_id,
        "forum_id": badge.forum_id,
        "people": badge.people,
        "is_inside": where.is_inside,
        "entered_at": where.entered_at,
        "moved_at": where.moved_at,
        "entries": where.entries,
        "first_scan_id": where.first_scan_id,
        "last_scan_id": where.last_scan_id,
        "device_id": where.device_id,
        "point_id": where.point_id,
    }


def _write_walk_ins(ctx: Context, connection: Connection, book: Book) -> None:
    """Anonymous people. A commune that is not of the territory counts as « elsewhere »."""
    known = set(connection.execute(queries.COMMUNE_CODES).scalars())
    new: list[Values] = []
    again: list[Values] = []
    for given in book.walk_ins.values():
        values = dict(given)
        commune = values.pop("commune")
        values["is_from_elsewhere"] |= commune is not None and commune not in known
        values["commune_insee"] = commune if commune in known else None
        values["updated_at"] = book.received_at
        (new if values["attendee_id"] is None else again).append(values)
    if again:
        connection.execute(_ANSWERED_AGAIN, [_as_new(values) for values in again])
    if new:
        made = connection.execute(
            insert(Attendee).returning(Attendee.id, sort_by_parameter_order=True),
            [_attendee(ctx, book, values) for values in new],
        ).scalars()
        connection.execute(
            _ATTACHED,
            [
                {"of_badge": values["badge_id"], "attendee": made_id, "now": book.received_at}
                for values, made_id in zip(new, made, strict=True)
            ],
        )


def _as_new(values: Values) -> Values:
    names = [name for name in values if name not in {"badge_id", "attendee_id", "channel"}]
    return {"of_attendee": values["attendee_id"], **{f"new_{n}": values[n] for n in names}}


def _attendee(ctx: Context, book: Book, values: Values) -> Values:
    """No link ever leads to this person's badge; the columns want one all the same."""
    own = {name: value for name, value in values.items() if name not in {"badge_id", "attendee_id"}}
    return {
        **own,
        "forum_id": next(iter(book.scans.values()))["forum_id"],
        **link_columns(ctx.settings, "walk-in"),
        "created_at": book.received_at,
    }


def _prefixed(check_in: Values, scan: Values) -> Values:
    return {
        **{f"entry_{name}": value for name, value in check_in.items()},
        **{f"scan_{name}": value for name, value in scan.items()},
    }


def _one_entry() -> Any:
    """PostgreSQL writes an entry and its scan in one exchange."""
    entry = postgresql.insert(CheckIn).values(
        {column.name: bindparam(f"entry_{column.name}") for column in CheckIn.__table__.columns}
    )
    scan = postgresql.insert(Scan).values(
        {
            column.name: bindparam(f"scan_{column.name}")
            for column in Scan.__table__.columns
            if column.name != "undone_at"
        }
    )
    return (
        scan.on_conflict_do_nothing(index_elements=["scan_id"])
        .add_cte(_or_change(entry).cte("entered"))
        .execution_options(preserve_rowcount=True)
    )


def _or_change(check_in: Any) -> Any:
    return check_in.on_conflict_do_update(
        index_elements=["badge_id"],
        set_={
            column.name: check_in.excluded[column.name]
            for column in CheckIn.__table__.columns
            if column.name not in {"badge_id", "forum_id"}
        },
    )


@cache
def _statements(dialect: str) -> dict[str, Any]:
    """Both engines know ON CONFLICT, each with a construct of its own."""
    add = postgresql.insert if dialect == "postgresql" else sqlite.insert
    visit = add(Visit)
    scan = add(Scan).on_conflict_do_nothing(index_elements=["scan_id"])
    return {
        **({"entry": _one_entry()} if dialect == "postgresql" else {}),
        "check_in": _or_change(add(CheckIn)),
        "visit": visit.on_conflict_do_update(
            index_elements=["badge_id", "point_id"],
            set_={
                "happened_at": visit.excluded.happened_at,
                "scan_id": visit.excluded.scan_id,
            },
        ),
        "scan": scan.execution_options(preserve_rowcount=True),
        "scans": scan.returning(Scan.scan_id),
    }
