"""The demonstration's directory."""

from collections.abc import Iterator
from datetime import timedelta

from zna_network.models.organisation import Grantee, Organisation, OrganisationKind
from zna_network.queries import demo as queries
from zna_network.services.contacts import ContactData, create_contact
from zna_network.services.context import Context
from zna_network.services.demo.partners import (
    ASSOCIATIONS,
    GRANTEES,
    NETWORK,
    Partner,
    of_communes,
)
from zna_network.services.demo.people import Person, people
from zna_network.services.french_time import local_date
from zna_network.services.offers import OfferData, create_offer
from zna_network.services.organisations import OrganisationData, create_organisation

CALL_YEAR = 2026
_FUNCTIONS = {
    OrganisationKind.CCAS: "Direction du CCAS",
    OrganisationKind.COMMUNE: "Secrétariat de mairie",
    OrganisationKind.SOCIAL_LANDLORD: "Conseil social",
    OrganisationKind.ASSOCIATION: "Coordination",
}


def build(ctx: Context) -> dict[str, Organisation]:
    """Every organisation of the demonstration by name; those missing are created."""
    communes = list(ctx.session.scalars(queries.all_communes()))
    partners = [*NETWORK, *(g for g, _ in GRANTEES), *ASSOCIATIONS, *of_communes(communes)]
    persons = people()
    known = {
        o.name: o
        for o in ctx.session.scalars(queries.organisations_named([p.name for p in partners]))
    }
    postcodes = {c.insee: c.postcodes.split(";")[0].split()[0] for c in communes}
    for rank, partner in enumerate(partners):
        cast = [next(persons) for _ in range(2)]
        if partner.name not in known:
            known[partner.name] = _create(ctx, partner, rank, postcodes[partner.commune], cast)
    _grant(ctx, known)
    return known


def _create(
    ctx: Context, partner: Partner, rank: int, postcode: str, cast: list[Person]
) -> Organisation:
    verified = local_date(ctx.now) - timedelta(days=(rank * 37) % 330)
    organisation = create_organisation(
        ctx,
        OrganisationData(
            name=partner.name,
            kind=partner.kind,
            acronym=partner.acronym,
            description=partner.description,
            email=f"accueil@{partner.domain}",
            phone=f"03 53 01 {rank // 100:02d} {rank % 100:02d}",
            website=f"https://www.{partner.domain}/",
            address=f"{rank % 40 + 1} rue de l’Exemple",
            postcode=postcode,
            commune_insee=partner.commune,
            opening_hours=partner.hours,
            last_verified_on=verified,
        ),
        despite_same_name=True,
    )
    create_offer(ctx, organisation.id, _offer(partner))
    for data in _contacts(partner, cast):
        create_contact(ctx, organisation.id, data, is_fictitious=True)
    return organisation


def _offer(partner: Partner) -> OfferData:
    return OfferData(
        title=partner.offer,
        kind=partner.offer_kind,
        opening_hours=partner.hours,
        covers_whole_epci=not (partner.only_here or partner.lots),
        communes=(partner.commune,) if partner.only_here else (),
        lots=partner.lots,
        rights=partner.rights,
        target_groups=partner.groups,
    )


def _contacts(partner: Partner, cast: list[Person]) -> Iterator[ContactData]:
    referent, second = cast
    yield ContactData(
        last_name=referent.last_name,
        first_name=referent.first_name,
        civility=referent.civility,
        function=_FUNCTIONS.get(partner.kind, "Référence accès aux droits"),
        email=referent.email(partner.domain),
        is_referent=True,
    )
    if partner.kind in {OrganisationKind.CCAS, OrganisationKind.EPCI}:
        yield _elected(partner, second)


def _elected(partner: Partner, person: Person) -> ContactData:
    title = "Vice-Présidente" if person.civility.value == "Mme" else "Vice-Président"
    article = "Madame la" if person.civility.value == "Mme" else "Monsieur le"
    return ContactData(
        last_name=person.last_name,
        first_name=person.first_name,
        civility=person.civility,
        function=f"{title} en charge des solidarités",
        email=person.email(partner.domain),
        is_elected=True,
        salutation=f"{article} {title}",
    )


def _grant(ctx: Context, known: dict[str, Organisation]) -> None:
    with ctx.unit_of_work():
        granted = set(ctx.session.scalars(queries.granted_organisation_ids()))
        for partner, lots in GRANTEES:
            organisation = known[partner.name]
            if organisation.id not in granted:
                ctx.session.add(
                    Grantee(organisation_id=organisation.id, call_year=CALL_YEAR, lots=list(lots))
                )
