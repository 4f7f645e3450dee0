"""The people of the organisations."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, or_, select
from sqlalchemy.orm import joinedload

from zna_network.models.organisation import Contact, Organisation


def by_id(contact_id: int) -> Select[Contact]:
    return select(Contact).where(Contact.id == contact_id).options(joinedload(Contact.organisation))


def live_of_organisation_named(organisation_id: int, sort_key: str) -> Select[Contact]:
    return select(Contact).where(
        Contact.organisation_id == organisation_id,
        Contact.sort_key == sort_key,
        Contact.archived_at.is_(None),
    )


def suggestions(words: Sequence[str], limit: int) -> Select[Contact]:
    """The people in the directory whom a few letters of their name or organisation may mean;
    those found by their own name first."""
    by_name = [Contact.sort_key.contains(word) for word in words]
    rank: ColumnElement[int] = case(*((condition, 0) for condition in by_name), else_=1)
    return (
        select(Contact)
        .join(Contact.organisation)
        .where(
            Contact.archived_at.is_(None),
            Organisation.archived_at.is_(None),
            *(
                or_(condition, Organisation.search_text.contains(word))
                for condition, word in zip(by_name, words, strict=True)
            ),
        )
        .options(joinedload(Contact.organisation).joinedload(Organisation.commune))
        .order_by(rank, Contact.sort_key, Contact.id)
        .limit(limit)
    )
