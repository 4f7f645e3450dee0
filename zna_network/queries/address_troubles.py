"""Addresses that mail servers gave back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from zna_network.models.mailbox import AddressTrouble
from zna_network.models.organisation import Contact
from zna_network.queries.listing import SortKeys

TROUBLE_SORTS: SortKeys = {
    "date": (AddressTrouble.last_at, AddressTrouble.id),
    "address": (AddressTrouble.email,),
}


def trouble(trouble_id: int) -> Select[AddressTrouble]:
    return (
        select(AddressTrouble)
        .where(AddressTrouble.id == trouble_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def trouble_of(email: str) -> Select[AddressTrouble]:
    return (
        select(AddressTrouble)
        .where(AddressTrouble.email == email)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def troubles(since: datetime) -> Select[AddressTrouble]:
    """Those that are not settled; of those that a mail server said would pass (a full box), the
    ones that it said after ``since``."""
    return select(AddressTrouble).where(
        AddressTrouble.settled_at.is_(None),
        or_(AddressTrouble.is_permanent.is_(True), AddressTrouble.last_at > since),
    )


def trouble_count(since: datetime) -> Select[int]:
    return select(func.count()).select_from(troubles(since).subquery())


def troubles_among(emails: Collection[str], since: datetime) -> Select[AddressTrouble]:
    return troubles(since).where(AddressTrouble.email.in_({email.lower() for email in emails}))


def contacts_at(emails: Collection[str]) -> Select[Contact]:
    """Whose addresses these are, among those still there."""
    return (
        select(Contact)
        .where(func.lower(Contact.email).in_(emails), Contact.archived_at.is_(None))
        .options(selectinload(Contact.organisation))
        .order_by(Contact.id)
    )
