"""The folded copy of a record that the search reads: kept whenever the record, its offers or the
names of its rights change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import inspect, update
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value

from zna_network.models.organisation import Offer, Organisation, OrganisationKind
from zna_network.models.territory import Commune, Lot, Qpv, Right
from zna_network.services.folding import search_text
from zna_network.services.organisation_values import OrganisationData

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


@dataclass(frozen=True)
class OfferWords:
    """What an offer makes its organisation found by."""

    title: str
    rights: Sequence[Right]
    communes: Sequence[Commune]
    qpvs: Sequence[Qpv]
    lots: Sequence[int]


def record_search_text(
    record: Organisation | OrganisationData, commune: Commune | None, offers: Iterable[OfferWords]
) -> str:
    """The folded copy of a record that these offers go with."""
    return search_text(*_parts(record, commune, offers))


def refresh_search_text(organisation: Organisation) -> None:
    """Keep ``search_text`` in step with the record and its offers.

    A saved record is written past the optimistic lock: a copy that follows is no change that
    could collide with somebody's typing."""
    offers = map(_words_of, organisation.offers)
    text = record_search_text(organisation, organisation.commune, offers)
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


def _words_of(offer: Offer) -> OfferWords:
    return OfferWords(offer.title, offer.rights, offer.communes, offer.qpvs, offer.lots)


def _parts(
    record: Organisation | OrganisationData, commune: Commune | None, offers: Iterable[OfferWords]
) -> Iterator[str]:
    yield record.name
    yield record.acronym
    yield record.kind.label
    yield SPELT_OUT.get(record.kind, "")
    yield record.city
    if commune is not None:
        yield from _spellings(commune)
    for offer in offers:
        yield from _offer_parts(offer)


def _offer_parts(offer: OfferWords) -> Iterator[str]:
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
