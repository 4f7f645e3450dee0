"""What an export of the directory reads."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from zna_network.models.organisation import Offer, Organisation
from zna_network.queries.directory import DirectoryFilter, listed


def organisations_in_full(wanted: DirectoryFilter) -> Select[Organisation]:
    """The organisations of a list with all that is theirs, by name."""
    return (
        listed(wanted)
        .options(
            selectinload(Organisation.contacts),
            selectinload(Organisation.offers).options(
                selectinload(Offer.communes),
                selectinload(Offer.qpvs),
                selectinload(Offer.target_groups),
            ),
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )


def count(wanted: DirectoryFilter) -> Select[int]:
    """How many organisations a list has."""
    return select(func.count()).select_from(listed(wanted).options().subquery())
