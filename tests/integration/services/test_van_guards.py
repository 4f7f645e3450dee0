"""What the database itself refuses of a vehicle, whatever writes there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from tests.factories.van import make_booking, make_vehicle
from zna_network.cli import schema
from zna_network.extensions import db
from zna_network.models import guards
from zna_network.models.booking import Booking, BookingState

MORNING = datetime(2027, 3, 4, 8, tzinfo=UTC)
NAMES = [column.name for column in Booking.__table__.columns]
COLUMNS = ", ".join(NAMES)
NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    with op.batch_alter_table("booking") as booking:
        booking.add_column(sa.Column("added", sa.Integer()))
        booking.alter_column("purpose", existing_type=sa.Text(), nullable=True)


def downgrade():
    with op.batch_alter_table("booking") as booking:
        booking.alter_column("purpose", existing_type=sa.Text(), nullable=False)
        booking.drop_column("added")
"""


def _select(row: str, values: dict[str, str]) -> str:
    """This booking, as the row to insert, with some columns said otherwise."""
    columns = ", ".join(values.get(name, name) for name in NAMES)
    return f"SELECT {columns} FROM booking WHERE id = {row}"


def _names(name: str) -> dict[str, str]:
    return {"client_id": f"'{name}'", "uid": f"'{name}'"}


def test_raw_writes_beside_the_site_never_book_twice(app: Flask) -> None:
    session = db.session()
    vehicle = make_vehicle(session)
    held = make_booking(session, vehicle, MORNING, state=BookingState.APPROVED)
    other = make_booking(session, vehicle, MORNING + timedelta(hours=1))
    after = make_booking(session, vehicle, held.block_end, state=BookingState.MAINTENANCE)
    ids = {"held": held.id, "other": other.id, "after": after.id}
    moves = [
        "UPDATE booking SET state = 'approved' WHERE id = :other",
        "UPDATE booking SET state = 'out' WHERE id IN (:held, :other)",
        "UPDATE booking SET block_start = (SELECT block_start FROM booking WHERE id = :held) "
        "WHERE id = :after",
    ]
    if session.get_bind().dialect.name == "sqlite":
        moves += [
            "UPDATE OR IGNORE booking SET state = 'approved' WHERE id = :other",
            "UPDATE OR REPLACE booking SET state = 'approved' WHERE id = :other",
            "UPDATE booking SET block_end = '2027-03-04T20:00:00' WHERE id = :after",
        ]
    for statement in moves:
        with pytest.raises(IntegrityError) as refused:
            session.execute(text(statement), {k: v for k, v in ids.items() if f":{k}" in statement})
        assert guards.OVERLAP in str(refused.value)
        session.rollback()
    assert held.state is BookingState.APPROVED
    assert after.block_start == held.block_end  # Side by side is allowed.


def _insertions(engine_name: str) -> list[str]:
    """One row, several at once, under another's number or in another's place, whatever is said of
    conflicts. A week later nobody has the vehicle: only the two rows are in each other's way."""
    fresh = {"id": ":new", "number": ":new", **_names("raw-1")}
    twin = {"id": ":new + 1", "number": ":new + 1", **_names("raw-2")}
    shift = (
        "{0} + interval '7 days'"
        if engine_name == "postgresql"
        else "strftime('%Y-%m-%d %H:%M:%f', {0}, '+7 days') || '000'"
    )
    later = {name: shift.format(name) for name in ("block_start", "block_end")}
    later["state"] = "'approved'"
    one = _select(":held", fresh)
    both = f"{_select(':asked', fresh | later)} UNION ALL {_select(':asked', twin | later)}"
    in_place = _select(":held", {**fresh, "id": ":asked"})
    statements = [
        f"INSERT INTO booking ({COLUMNS}) {one}",
        f"INSERT INTO booking ({COLUMNS}) {both}",
        f"INSERT INTO booking ({COLUMNS}) {one} ON CONFLICT DO NOTHING",
        f"INSERT INTO booking ({COLUMNS}) {in_place} "
        "ON CONFLICT (id) DO UPDATE SET state = excluded.state",
    ]
    if engine_name == "postgresql":
        return statements
    unnumbered = _select(":held", {**fresh, "id": "NULL"})
    same_number = _select(":held", {"id": ":new"})
    return statements + [
        f"INSERT OR {word} INTO booking ({COLUMNS}) {rows}"
        for word in ("REPLACE", "IGNORE", "FAIL", "ROLLBACK")
        for rows in (one, both, in_place, unnumbered, same_number)
    ]


def test_no_insertion_beside_the_site_books_twice(app: Flask, engine_name: str) -> None:
    session = db.session()
    vehicle = make_vehicle(session)
    held = make_booking(session, vehicle, MORNING, state=BookingState.APPROVED)
    asked = make_booking(session, vehicle, MORNING + timedelta(hours=1))
    ids = {"held": held.id, "asked": asked.id, "new": asked.id + 1000}
    silent = 0
    for statement in _insertions(engine_name):
        used, refusal = {name: ids[name] for name in ids if f":{name}" in statement}, ""
        try:
            session.execute(text(statement), used)
            session.commit()
        except IntegrityError as refused:
            session.rollback()
            refusal = str(refused)
        assert not refusal or guards.OVERLAP in refusal, statement
        silent += not refusal
        rows = session.execute(text("SELECT id, state FROM booking ORDER BY id")).all()
        assert rows == [(ids["held"], "approved"), (ids["asked"], "requested")], statement
        session.rollback()
    # PostgreSQL does nothing where it is told to do nothing; SQLite refuses all the same.
    assert silent == (1 if engine_name == "postgresql" else 0)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_table_rebuilt_by_a_migration_gets_its_guards_back(app: Flask, tmp_path: Path) -> None:
    """Alembic copies the table into another one on SQLite, and drops it with its triggers."""
    (tmp_path / "0002_next.py").write_text(NEXT)
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{schema.MIGRATIONS / 'versions'}\n{tmp_path}")
    session = db.session()
    vehicle = make_vehicle(session)
    held = make_booking(session, vehicle, MORNING, state=BookingState.APPROVED)
    other = make_booking(session, vehicle, MORNING + timedelta(hours=1))
    held_id, other_id = held.id, other.id
    db.session.remove()
    command.upgrade(config, "head")
    session = db.session()
    assert "added" in [column["name"] for column in inspect(db.engine).get_columns("booking")]
    assert session.get_one(Booking, held_id).state is BookingState.APPROVED
    assert guards.missing(session.connection()) == []
    with pytest.raises(IntegrityError, match=guards.OVERLAP):
        session.execute(text(f"UPDATE booking SET state = 'out' WHERE id = {other_id}"))
    session.rollback()
    command.downgrade(config, "0001")
    assert guards.missing(db.session().connection()) == []


def test_every_guard_is_there_and_missed_when_it_is_not(app: Flask) -> None:
    session = db.session()
    connection = session.connection()
    assert guards.missing(connection) == []
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER guard_vehicle_overlap_update"))
        assert guards.missing(connection) == ["guard_vehicle_overlap_update"]
    else:
        connection.execute(text("ALTER TABLE booking DROP CONSTRAINT guard_vehicle_overlap_insert"))
        assert guards.missing(connection) == ["guard_vehicle_overlap_insert"]
    guards.install(connection)
    assert guards.missing(connection) == []
    session.rollback()
