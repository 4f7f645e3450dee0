"""The communes, neighbourhoods and rights, as the services and pages read them."""

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from zna_network.models.organisation import offer_rights
from zna_network.models.territory import Commune, Qpv, Right


def communes() -> Select[Commune]:
    return select(Commune).order_by(Commune.sort_key)


def communes_among(insee_codes: Collection[str]) -> Select[Commune]:
    return communes().where(Commune.insee.in_(insee_codes))


def qpvs() -> Select[Qpv]:
    """With the communes that they lie in."""
    return select(Qpv).order_by(Qpv.name).options(selectinload(Qpv.communes))


def qpvs_among(ids: Collection[int]) -> Select[Qpv]:
    return select(Qpv).where(Qpv.id.in_(ids)).order_by(Qpv.name)


def rights(*, active_only: bool = False) -> Select[Right]:
    statement = select(Right).order_by(Right.position, Right.code)
    return statement.where(Right.is_active) if active_only else statement


def rights_among(codes: Collection[str]) -> Select[Right]:
    return rights().where(Right.code.in_(codes))


def uses_of_rights() -> Select[str, int]:
    """How many offers name each right."""
    return select(offer_rights.c.right_code, func.count()).group_by(offer_rights.c.right_code)
