"""What an export of the directory reads."""

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.organisation import Offer, Organisation
from zna_network.queries.directory import DirectoryFilter, listed


def organisations_in_full(wanted: DirectoryFilter) -> Select[Organisation]:
    """The organisations of a list with all that is theirs, by name."""
    return (
        select(Organisation)
        .where(_in_list(wanted))
        .options(
            joinedload(Organisation.commune),
            selectinload(Organisation.contacts),
            selectinload(Organisation.offers).options(
                selectinload(Offer.rights),
                selectinload(Offer.communes),
                selectinload(Offer.qpvs),
                selectinload(Offer.target_groups),
            ),
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )


def count(wanted: DirectoryFilter) -> Select[int]:
    """How many organisations a list has."""
    return select(func.count(Organisation.id)).where(_in_list(wanted))


def _in_list(wanted: DirectoryFilter) -> ColumnElement[bool]:
    """The list's own condition, without what it loads to be shown."""
    condition = listed(wanted).whereclause
    return true() if condition is None else condition
