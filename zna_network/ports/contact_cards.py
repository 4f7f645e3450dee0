"""Contact cards (vCard 3.0, RFC 2426), as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class ContactCard:
    """One card: an organisation when ``last_name`` is empty, otherwise a person at it."""

    uid: str
    organisation: str
    revised_at: datetime
    civility: str = ""
    first_name: str = ""
    last_name: str = ""
    function: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    categories: tuple[str, ...] = ()
    note: str = ""


class ContactCardWriter(Protocol):
    def write(self, cards: Sequence[ContactCard]) -> bytes:
        """The cards one after the other: UTF-8, CRLF, folded."""
        ...
