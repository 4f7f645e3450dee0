"""Which organisations can help with rights, near a place, for a public."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, literal, or_, select
from sqlalchemy.orm import joinedload

from zna_network.models.organisation import Offer, OfferTargetGroup, Organisation, offer_rights
from zna_network.models.territory import TargetGroup
from zna_network.queries import coverage


@dataclass(frozen=True)
class Sought:
    """``place`` none: it is not known where the person lives."""

    codes: Collection[str]
    place: coverage.Place | None = None
    target_group: TargetGroup | None = None


def offers(sought: Sought) -> Select[int, int, str, int, int]:
    """A row for each right of each offer that may help: the offer, its organisation, the right's
    code, whether the organisation or the offer is near (1 or 0), whether it is meant for this
    public in particular (1 or 0). An offer for other publics only is left out."""
    near, reaches = reach(sought.place)
    meant, welcomes = _public(sought.target_group)
    return (
        select(
            Offer.id,
            Offer.organisation_id,
            offer_rights.c.right_code,
            case((near, 1), else_=0),
            case((meant, 1), else_=0),
        )
        .join(offer_rights, offer_rights.c.offer_id == Offer.id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(
            offer_rights.c.right_code.in_(sought.codes),
            Organisation.archived_at.is_(None),
            reaches,
            welcomes,
        )
        .order_by(Offer.id)
    )


def among(ids: Collection[int]) -> Select[Organisation]:
    return (
        select(Organisation)
        .where(Organisation.id.in_(ids))
        .options(joinedload(Organisation.commune))
    )


def reach(place: coverage.Place | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Near, and reaching the person at all. An offer for everybody everywhere is near nobody."""
    if place is None:
        return literal(False), literal(True)
    named = place.served & Offer.covers_whole_epci.is_(False)
    return or_(place.located, named), or_(place.located, place.served)


def _public(group: TargetGroup | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Meant for this public, and open to it at all."""
    if group is None:
        return literal(False), literal(True)
    for_somebody = select(OfferTargetGroup.offer_id)
    meant = Offer.id.in_(for_somebody.where(OfferTargetGroup.target_group == group))
    return meant, or_(meant, Offer.id.not_in(for_somebody))
