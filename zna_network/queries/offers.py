"""The offers of the organisations."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.organisation import Offer


def by_id(offer_id: int) -> Select[Offer]:
    return (
        select(Offer)
        .where(Offer.id == offer_id)
        .options(
            joinedload(Offer.organisation),
            selectinload(Offer.rights),
            selectinload(Offer.communes),
            selectinload(Offer.qpvs),
        )
    )
