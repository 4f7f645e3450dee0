"""Which offers serve a place. A place is a commune, a neighbourhood or a lot, and a lot comes from
commune and neighbourhood together (``models.territory.lot_of``), never from the commune alone."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Text, cast, or_, select

from zna_network.models.organisation import Offer, Organisation, offer_communes, offer_qpv
from zna_network.models.territory import Commune, Lot, qpv_communes


def serves_commune(insee: str, lots: Collection[int]) -> ColumnElement[bool]:
    """Organisations of this commune, or with an offer for the whole EPCI, for this commune, for
    one of its neighbourhoods, or for one of its ``lots`` (see ``lots_in``)."""
    neighbourhoods = select(qpv_communes.c.qpv_id).where(qpv_communes.c.insee == insee)
    return or_(
        Organisation.commune_insee == insee,
        _offers_where(
            or_(
                Offer.covers_whole_epci,
                _names_commune(offer_communes.c.insee == insee),
                _names_qpv(offer_qpv.c.qpv_id.in_(neighbourhoods)),
                *(_names_lot(lot) for lot in lots),
            )
        ),
    )


def names_commune(insee: str) -> ColumnElement[bool]:
    """Organisations with an offer that names this commune."""
    return _offers_where(_names_commune(offer_communes.c.insee == insee))


def serves_qpv(qpv_id: int) -> ColumnElement[bool]:
    """Organisations with an offer for this neighbourhood, for all of them (lot 3), for the whole
    EPCI, or for a commune that it lies in. Lots 1 and 2 leave the neighbourhoods out."""
    around = select(qpv_communes.c.insee).where(qpv_communes.c.qpv_id == qpv_id)
    return _offers_where(
        or_(
            Offer.covers_whole_epci,
            _names_qpv(offer_qpv.c.qpv_id == qpv_id),
            _names_lot(Lot.PRIORITY_NEIGHBOURHOODS),
            _names_commune(offer_communes.c.insee.in_(around)),
        )
    )


def serves_lot(lot: Lot) -> ColumnElement[bool]:
    """Organisations with an offer whose territory has a part in this lot: a commune alone is of
    the commune's lot, a neighbourhood is of lot 3. The organisation's own address says its lot
    only in a commune without neighbourhoods: elsewhere the address may be in one."""
    if lot is Lot.PRIORITY_NEIGHBOURHOODS:
        return _offers_where(
            or_(
                Offer.covers_whole_epci, _names_lot(lot), Offer.id.in_(select(offer_qpv.c.offer_id))
            )
        )
    of_lot = select(Commune.insee).where(Commune.lot == int(lot))
    with_neighbourhoods = select(qpv_communes.c.insee)
    return or_(
        Organisation.commune_insee.in_(of_lot.where(Commune.insee.not_in(with_neighbourhoods))),
        _offers_where(
            or_(
                Offer.covers_whole_epci,
                _names_lot(lot),
                _names_commune(offer_communes.c.insee.in_(of_lot)),
            )
        ),
    )


def _offers_where(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Organisation.id.in_(select(Offer.organisation_id).where(condition))


def _names_commune(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Offer.id.in_(select(offer_communes.c.offer_id).where(condition))


def _names_qpv(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Offer.id.in_(select(offer_qpv.c.offer_id).where(condition))


def _names_lot(lot: int) -> ColumnElement[bool]:
    """``lots`` is a JSON list of one-digit numbers: its text has the digit or has it not."""
    return cast(Offer.lots, Text).contains(str(int(lot)))
