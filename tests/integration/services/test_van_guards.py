"""What the database itself refuses of a vehicle, whatever writes there."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.factories.van import make_booking, make_vehicle
from zna_network.extensions import db
from zna_network.models import guards
from zna_network.models.booking import BookingState

MORNING = datetime(2027, 3, 4, 8, tzinfo=UTC)


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
