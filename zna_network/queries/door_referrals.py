"""What a stand's phone needs to refer people without network, and what it has referred."""

from collections.abc import Mapping

from sqlalchemy import CompoundSelect, Select, case, exists, literal, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.attendee import Badge
from zna_network.models.door import Point, PointKind
from zna_network.models.organisation import Contact, Offer, Organisation
from zna_network.models.referral import Referral
from zna_network.models.stand import Stand
from zna_network.queries.coverage import Place
from zna_network.queries.receivers import reach


def stand_at(point_id: int) -> Select[Stand, str]:
    """The stand that this point is, with who holds it and its rights; the point's code."""
    return (
        select(Stand, Point.code)
        .join(Point, Point.stand_id == Stand.id)
        .where(Point.id == point_id, Point.kind == PointKind.STAND)
        .options(joinedload(Stand.organisation), selectinload(Stand.rights))
    )


def receivers() -> Select[Organisation, bool]:
    """Every organisation that may be referred to, and whether it has an address to be told at."""
    referent = exists().where(
        Contact.organisation_id == Organisation.id,
        Contact.is_referent.is_(True),
        Contact.archived_at.is_(None),
        Contact.email != "",
    )
    return (
        select(Organisation, or_(referent, Organisation.email != ""))
        .where(Organisation.archived_at.is_(None))
        .options(joinedload(Organisation.commune))
        .order_by(Organisation.sort_key, Organisation.id)
    )


def offers() -> Select[Offer]:
    """Those of these organisations that name a right."""
    return (
        select(Offer)
        .join(Offer.organisation)
        .where(Organisation.archived_at.is_(None), Offer.rights.any())
        .options(selectinload(Offer.rights), selectinload(Offer.target_groups))
        .order_by(Offer.id)
    )


def reaching(places: Mapping[int, Place]) -> CompoundSelect[int, int, int]:
    """Which offers reach people at which of these places, in one statement: the place's key, the
    offer, and whether it is near (1 or 0)."""
    return union_all(*(_at(key, place) for key, place in places.items()))


def _at(key: int, place: Place) -> Select[int, int, int]:
    near, reaches = reach(place)
    return (
        select(literal(key), Offer.id, case((near, 1), else_=0))
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(reaches)
    )


def of_stand(stand_id: int, organisation_id: int, limit: int) -> Select[Referral]:
    """Those that its present holder has made there, the latest first, and nothing of the people:
    a stand that changes hands does not tell the next holder what the one before did."""
    return (
        select(Referral)
        .where(Referral.stand_id == stand_id, Referral.sender_id == organisation_id)
        .options(joinedload(Referral.receiver))
        .order_by(Referral.made_at.desc(), Referral.id.desc())
        .limit(limit)
    )


def badge(ticket_hash: str) -> Select[Badge]:
    """With who it was issued to."""
    return select(Badge).where(Badge.ticket_hash == ticket_hash).options(joinedload(Badge.attendee))
