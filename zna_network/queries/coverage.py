"""Which offers serve a place. A place is a commune, a neighbourhood or a lot, and a lot comes from
commune and neighbourhood together (``models.territory.lot_of``), never from the commune alone."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, Text, cast, false, or_, select

from zna_network.models.organisation import Offer, Organisation, offer_communes, offer_qpv
from zna_network.models.territory import Commune, Lot, qpv_communes


@dataclass(frozen=True)
class Place:
    """``located``: the organisation itself is there. ``served``: the offer holds there."""

    located: ColumnElement[bool]
    served: ColumnElement[bool]


def commune(insee: str, lots: Collection[int]) -> Place:
    """Served by an offer for the whole EPCI, for this commune, for a neighbourhood in it, or for
    one of the ``lots`` that have a part of it."""
    neighbourhoods = select(qpv_communes.c.qpv_id).where(qpv_communes.c.insee == insee)
    return Place(
        located=Organisation.commune_insee == insee,
        served=or_(
            Offer.covers_whole_epci,
            _names_commune(offer_communes.c.insee == insee),
            _names_qpv(offer_qpv.c.qpv_id.in_(neighbourhoods)),
            *(_names_lot(lot) for lot in lots),
        ),
    )


def neighbourhood(qpv_id: int) -> Place:
    """Served by an offer for it, for all neighbourhoods (lot 3), for the whole EPCI, or for a
    commune that it lies in; lots 1 and 2 leave the neighbourhoods out. An address in the commune
    does not say that one is in the neighbourhood."""
    around = select(qpv_communes.c.insee).where(qpv_communes.c.qpv_id == qpv_id)
    return Place(
        located=false(),
        served=or_(
            Offer.covers_whole_epci,
            _names_qpv(offer_qpv.c.qpv_id == qpv_id),
            _names_lot(Lot.PRIORITY_NEIGHBOURHOODS),
            _names_commune(offer_communes.c.insee.in_(around)),
        ),
    )


def lot(number: Lot) -> Place:
    """Served by an offer whose territory has a part in the lot: a commune alone is of the commune's
    lot, a neighbourhood is of lot 3. An address says its lot only in a commune without
    neighbourhoods: elsewhere it may be in one."""
    if number is Lot.PRIORITY_NEIGHBOURHOODS:
        return Place(false(), or_(Offer.covers_whole_epci, _names_lot(number), _names_qpv()))
    of_lot = select(Commune.insee).where(Commune.lot == int(number))
    certain = of_lot.where(Commune.insee.not_in(select(qpv_communes.c.insee)))
    return Place(
        located=Organisation.commune_insee.in_(certain),
        served=or_(
            Offer.covers_whole_epci,
            _names_lot(number),
            _names_commune(offer_communes.c.insee.in_(of_lot)),
        ),
    )


def names_commune(insee: str) -> ColumnElement[bool]:
    """Organisations with an offer that names this commune."""
    naming = (
        select(Offer.organisation_id)
        .join(offer_communes, offer_communes.c.offer_id == Offer.id)
        .where(offer_communes.c.insee == insee)
    )
    return Organisation.id.in_(naming)


def _names_commune(condition: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    return _has_row(offer_communes, condition)


def _names_qpv(condition: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    return _has_row(offer_qpv, condition)


def _has_row(table: Table, condition: ColumnElement[bool] | None) -> ColumnElement[bool]:
    """Whether the offer at hand has such a row. Both engines read the rows once, and not again
    for each offer."""
    rows = select(table.c.offer_id)
    return Offer.id.in_(rows if condition is None else rows.where(condition))


def _names_lot(number: int) -> ColumnElement[bool]:
    """``lots`` is a JSON list of one-digit numbers: its text has the digit or has it not."""
    return cast(Offer.lots, Text).contains(str(int(number)))
