"""Every encrypted column as it is stored, for changing its key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, Select, Table, Update, and_, func, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from zna_network.models.attendee import Attendee
from zna_network.models.base import Base, EncryptedBytes, EncryptedText
from zna_network.models.person import Person


@dataclass(frozen=True)
class SealedColumn:
    """``key`` is the table's primary key: one column, a number or a text."""

    table: Table
    column: Column[Any]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def key(self) -> Column[Any]:
        return next(iter(self.table.primary_key.columns))

    @property
    def raw(self) -> ColumnElement[bytes]:
        return type_coerce(self.column, LargeBinary)


def sealed_columns() -> Iterator[SealedColumn]:
    """In the models' order."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, EncryptedText | EncryptedBytes):
                yield SealedColumn(table, column)


def batch(sealed: SealedColumn, after: Any | None, limit: int) -> Select[Any, bytes]:
    """The key and the stored bytes of the next rows that hold something; of the first ones without
    ``after``."""
    statement = (
        select(sealed.key, sealed.raw)
        .where(sealed.column.is_not(None), func.length(sealed.raw) > 0)
        .order_by(sealed.key)
        .limit(limit)
    )
    return statement if after is None else statement.where(sealed.key > after)


def extreme(sealed: SealedColumn, *, newest: bool) -> Select[Any, bytes]:
    """The oldest or the newest row that holds something."""
    order = sealed.key.desc() if newest else sealed.key
    return (
        select(sealed.key, sealed.raw)
        .where(sealed.column.is_not(None), func.length(sealed.raw) > 0)
        .order_by(order)
        .limit(1)
    )


def replaced(sealed: SealedColumn, row: Any, old: bytes, new: bytes) -> Update:
    """Only if nobody has written the row meanwhile: what they wrote has the new key."""
    return (
        sealed.table.update()
        .where(and_(sealed.key == row, sealed.raw == old))
        .values({sealed.column: type_coerce(new, LargeBinary)})
    )


def people_after(person_id: int, limit: int) -> Select[Person]:
    """Held: a name written or erased meanwhile would be indexed as it was."""
    found = select(Person).where(Person.id > person_id).order_by(Person.id).limit(limit)
    return found.with_for_update()


def attendees_after(attendee_id: int, limit: int) -> Select[Attendee]:
    found = select(Attendee).where(Attendee.id > attendee_id).order_by(Attendee.id).limit(limit)
    return found.with_for_update()
