"""Rows found by keyed hashes of what they are looked for by."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from zna_network.models.person import AttendeeKey, KeyKind, PersonKey


@dataclass(frozen=True)
class Wanted:
    """One thing that has to match: its hash with each key of the keyring."""

    kind: KeyKind
    keys: tuple[str, ...]


def people_with(person_id: Any, wanted: Iterable[Wanted]) -> ColumnElement[bool]:
    """Whether this person has all of them."""
    return and_(
        *(
            person_id.in_(
                select(PersonKey.person_id).where(
                    PersonKey.kind == one.kind, PersonKey.key.in_(one.keys)
                )
            )
            for one in wanted
        )
    )


def attendees_with(attendee_id: Any, wanted: Iterable[Wanted]) -> ColumnElement[bool]:
    """The same for a visitor."""
    return and_(
        *(
            attendee_id.in_(
                select(AttendeeKey.attendee_id).where(
                    AttendeeKey.kind == one.kind, AttendeeKey.key.in_(one.keys)
                )
            )
            for one in wanted
        )
    )
