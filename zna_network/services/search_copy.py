"""The folded copy of a record that the search reads: kept whenever the record, its offers or the
names of its rights change."""

from collections.abc import Iterator

from sqlalchemy import inspect, update
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value

from zna_network.models.organisation import Offer, Organisation, OrganisationKind
from zna_network.models.territory import Commune, Lot
from zna_network.services.folding import search_text

# What the acronyms stand for: people look for either.
SPELT_OUT = {
    OrganisationKind.CAF: "Caisse d’allocations familiales",
    OrganisationKind.CPAM: "Caisse primaire d’assurance maladie, sécurité sociale",
    OrganisationKind.MSA: "Mutualité sociale agricole",
    OrganisationKind.CARSAT: "Caisse d’assurance retraite et de la santé au travail",
    OrganisationKind.FRANCE_TRAVAIL: "Pôle emploi",
    OrganisationKind.DEPARTEMENT: "Conseil départemental",
    OrganisationKind.MDS: "MDS Maison départementale des solidarités",
    OrganisationKind.MDPH: "Maison départementale des personnes handicapées",
    OrganisationKind.CCAS: "Centre communal d’action sociale, centre intercommunal",
    OrganisationKind.COMMUNE: "Mairie",
    OrganisationKind.EPCI: "Communauté urbaine, EPCI",
    OrganisationKind.REGION: "Conseil régional",
    OrganisationKind.STATE: "Préfecture",
    OrganisationKind.SOCIAL_LANDLORD: "HLM, logement social",
}


def refresh_search_text(organisation: Organisation) -> None:
    """Keep ``search_text`` in step with the record and its offers.

    A saved record is written past the optimistic lock: a copy that follows is no change that
    could collide with somebody's typing."""
    text = search_text(*_parts(organisation))
    session = object_session(organisation)
    if session is None or not inspect(organisation).persistent:
        organisation.search_text = text
        return
    if text != organisation.search_text:
        session.execute(
            update(Organisation)
            .where(Organisation.id == organisation.id)
            .values(search_text=text)
            .execution_options(synchronize_session=False)
        )
        set_committed_value(organisation, "search_text", text)


def _parts(organisation: Organisation) -> Iterator[str]:
    yield organisation.name
    yield organisation.acronym
    yield organisation.kind.label
    yield SPELT_OUT.get(organisation.kind, "")
    yield organisation.city
    if organisation.commune is not None:
        yield from _spellings(organisation.commune)
    for offer in organisation.offers:
        yield from _offer_parts(offer)


def _offer_parts(offer: Offer) -> Iterator[str]:
    yield offer.title
    for right in offer.rights:
        yield right.label
        yield right.acronym
    for commune in offer.communes:
        yield from _spellings(commune)
    for qpv in offer.qpvs:
        yield qpv.name
    for number in offer.lots:
        yield f"Lot {Lot(number).value}"


def _spellings(commune: Commune) -> Iterator[str]:
    yield commune.name
    yield from commune.aliases.splitlines()
