"""The directory's records, as the services and pages read them."""

from collections.abc import Collection

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from zna_network.models.account import Role, User
from zna_network.models.organisation import Grantee, Offer, Organisation, offer_rights


def by_slug(slug: str) -> Select[Organisation]:
    return select(Organisation).where(Organisation.slug == slug)


def by_id(organisation_id: int, *, lock: bool = False) -> Select[Organisation]:
    statement = select(Organisation).where(Organisation.id == organisation_id)
    return statement.with_for_update(of=Organisation) if lock else statement


def record(slug: str) -> Select[Organisation]:
    """One organisation with all that its page shows."""
    return by_slug(slug).options(
        joinedload(Organisation.commune),
        joinedload(Organisation.merged_into),
        selectinload(Organisation.contacts),
        *_offers_in_full(),
    )


def by_ids(ids: Collection[int]) -> Select[Organisation]:
    """Organisations with all that is theirs, to compare them."""
    return (
        select(Organisation)
        .where(Organisation.id.in_(ids))
        .options(
            joinedload(Organisation.commune),
            selectinload(Organisation.contacts),
            *_offers_in_full(),
        )
    )


def live_named(folded_name: str, acronym: str) -> Select[Organisation]:
    """Those in the directory whose name, folded, or whose acronym is this one."""
    return (
        select(Organisation)
        .where(
            Organisation.archived_at.is_(None),
            or_(
                Organisation.sort_key == folded_name,
                func.lower(Organisation.acronym) == acronym.lower(),
            ),
        )
        .options(joinedload(Organisation.commune))
        .order_by(Organisation.sort_key, Organisation.id)
        .limit(20)
    )


def live_with_siret(siret: str, other_than: int | None) -> Select[Organisation]:
    return select(Organisation).where(
        Organisation.siret == siret,
        Organisation.archived_at.is_(None),
        Organisation.id != (other_than or 0),
    )


def live_with_name(
    sort_key: str, insee: str | None, other_than: int | None
) -> Select[Organisation]:
    return select(Organisation).where(
        Organisation.sort_key == sort_key,
        Organisation.commune_insee.is_(None)
        if insee is None
        else Organisation.commune_insee == insee,
        Organisation.archived_at.is_(None),
        Organisation.id != (other_than or 0),
    )


def all_slugs() -> Select[str]:
    return select(Organisation.slug)


def slugs_like(base: str) -> Select[str]:
    return select(Organisation.slug).where(
        or_(Organisation.slug == base, Organisation.slug.startswith(f"{base}-", autoescape=True))
    )


def offering(right_code: str) -> Select[Organisation]:
    """Every organisation with an offer for this right, with what its search copy is made of."""
    naming = (
        select(Offer.organisation_id)
        .join(offer_rights, offer_rights.c.offer_id == Offer.id)
        .where(offer_rights.c.right_code == right_code)
    )
    return (
        select(Organisation)
        .where(Organisation.id.in_(naming))
        .options(joinedload(Organisation.commune), *_offers_in_full())
    )


def grantee(organisation_id: int) -> Select[Grantee]:
    return select(Grantee).where(Grantee.organisation_id == organisation_id)


def grantees() -> Select[Organisation]:
    """The live organisations that the call for projects retained: recorded as such, or given an
    account as grantee."""
    recorded = select(Grantee.organisation_id)
    with_account = select(User.organisation_id).where(
        User.role == Role.GRANTEE, User.is_active, User.organisation_id.is_not(None)
    )
    return (
        select(Organisation)
        .where(
            Organisation.archived_at.is_(None),
            or_(Organisation.id.in_(recorded), Organisation.id.in_(with_account)),
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )


def _offers_in_full() -> tuple[ORMOption, ...]:
    return (
        selectinload(Organisation.offers).options(
            selectinload(Offer.rights),
            selectinload(Offer.communes),
            selectinload(Offer.qpvs),
            selectinload(Offer.target_groups),
        ),
    )
