"""The partners of the demonstration: the public bodies and landlords that the territory has, the
town halls and CCAS of its 46 communes, and invented associations marked as such.

Telephone numbers are of the range that ARCEP keeps for fiction (03 53 01), e-mail addresses of
example domains, street addresses made up."""

from collections.abc import Iterator
from dataclasses import dataclass

from zna_network.models.organisation import OfferKind, OrganisationKind
from zna_network.models.territory import Commune, TargetGroup
from zna_network.services.folding import fold

ARRAS = "62041"
CCAS_FROM = 1_500  # inhabitants: a CCAS is optional below (CASF, L123-4), the town hall receives
Kind = OrganisationKind
Group = TargetGroup


@dataclass(frozen=True)
class Partner:
    """``lots`` empty: the whole EPCI, or the commune alone where ``only_here``."""

    name: str
    kind: OrganisationKind
    acronym: str = ""
    commune: str = ARRAS
    rights: tuple[str, ...] = ()
    groups: tuple[TargetGroup, ...] = ()
    lots: tuple[int, ...] = ()
    only_here: bool = False
    offer: str = "Accueil et information"
    offer_kind: OfferKind = OfferKind.RECEPTION
    hours: str = "Du lundi au vendredi, 9 h-12 h et 13 h 30-16 h 30"
    description: str = ""

    @property
    def domain(self) -> str:
        """An example domain of its own, made from its name."""
        return f"{fold(self.acronym or self.name).replace(' ', '-')[:40].strip('-')}.example"


NETWORK = (
    Partner(
        "CAF du Pas-de-Calais",
        Kind.CAF,
        "CAF",
        rights=("RSA", "PPA", "AAH", "APL", "ALF", "ASF"),
        hours="Du lundi au vendredi, 8 h 30-16 h",
        description="Prestations familiales, logement, RSA et prime d’activité.",
    ),
    Partner(
        "CPAM de l’Artois",
        Kind.CPAM,
        "CPAM",
        rights=("C2S", "C2S_PART"),
        description="Droits à l’assurance maladie et complémentaire santé solidaire.",
    ),
    Partner(
        "MSA Nord-Pas de Calais",
        Kind.MSA,
        "MSA",
        rights=("RSA", "PPA", "C2S", "APL", "ASPA"),
        description="Guichet unique des salariés et exploitants agricoles.",
    ),
    Partner(
        "CARSAT Hauts-de-France",
        Kind.CARSAT,
        "CARSAT",
        rights=("ASPA",),
        groups=(Group.SENIORS,),
        description="Retraite, minimum vieillesse, action sociale.",
    ),
    Partner(
        "France Travail Arras",
        Kind.FRANCE_TRAVAIL,
        rights=("ARE", "ASS"),
        groups=(Group.LOW_INCOME,),
    ),
    Partner(
        "Département du Pas-de-Calais",
        Kind.DEPARTEMENT,
        rights=("RSA", "APA", "FSL", "AIDE_DEPARTEMENT"),
    ),
    Partner(
        "Maison du Département Solidarité de l’Arrageois",
        Kind.MDS,
        "MDS",
        rights=("RSA", "APA", "FSL"),
        offer="Permanence d’assistante sociale",
        offer_kind=OfferKind.DROP_IN,
    ),
    Partner(
        "Maison départementale des personnes handicapées du Pas-de-Calais",
        Kind.MDPH,
        "MDPH",
        rights=("AAH",),
    ),
    Partner(
        "Communauté urbaine d’Arras — service Cohésion sociale",
        Kind.EPCI,
        "CUA",
        rights=("TRANSPORT", "AIDE_CUA"),
        description="Anime le réseau Territoire Zéro Non-Recours.",
    ),
    Partner("Région Hauts-de-France", Kind.REGION, rights=("TRANSPORT", "AIDE_REGION")),
    Partner(
        "DDETS du Pas-de-Calais",
        Kind.STATE,
        "DDETS",
        description="Pilotage départemental de l’expérimentation.",
    ),
    Partner(
        "Mission locale en Pays d’Artois",
        Kind.MISSION_LOCALE,
        groups=(Group.YOUTH,),
        rights=("C2S", "TRANSPORT"),
        offer="Accompagnement des 16-25 ans",
        offer_kind=OfferKind.SERVICE,
    ),
    Partner(
        "Espace France services d’Arras",
        Kind.FRANCE_SERVICES,
        rights=("RSA", "PPA", "C2S", "CHEQUE_ENERGIE"),
        hours="Du lundi au vendredi, 9 h-12 h 30 et 13 h 30-17 h ; samedi, 9 h-12 h",
    ),
    Partner(
        "Pas-de-Calais habitat",
        Kind.SOCIAL_LANDLORD,
        rights=("APL", "FSL"),
        offer="Suivi des locataires",
        offer_kind=OfferKind.SERVICE,
    ),
    Partner(
        "SIA Habitat",
        Kind.SOCIAL_LANDLORD,
        rights=("APL", "FSL"),
        offer="Suivi des locataires",
        offer_kind=OfferKind.SERVICE,
    ),
    Partner(
        "Maisons & Cités",
        Kind.SOCIAL_LANDLORD,
        rights=("APL", "FSL"),
        offer="Suivi des locataires",
        offer_kind=OfferKind.SERVICE,
    ),
)

GRANTEES = (
    (
        Partner(
            "Passerelles rurales (association fictive)",
            Kind.ASSOCIATION,
            "PR",
            "62097",
            lots=(1,),
            rights=("RSA", "PPA", "ASPA", "C2S", "CHEQUE_ENERGIE"),
            groups=(Group.SENIORS, Group.LOW_INCOME),
            offer="Permanences itinérantes",
            offer_kind=OfferKind.DROP_IN,
        ),
        (1,),
    ),
    (
        Partner(
            "Droits devant Arras (association fictive)",
            Kind.ASSOCIATION,
            "DDA",
            lots=(2,),
            rights=("RSA", "PPA", "APL", "ASF", "C2S"),
            groups=(Group.SINGLE_PARENTS, Group.YOUTH),
            offer="Entretiens d’accès aux droits",
            offer_kind=OfferKind.SERVICE,
        ),
        (2,),
    ),
    (
        Partner(
            "Quartiers ouverts (association fictive)",
            Kind.ASSOCIATION,
            "QO",
            lots=(3,),
            rights=("RSA", "PPA", "C2S", "AIDE_ALIMENTAIRE"),
            groups=tuple(TargetGroup),
            offer="Porte-à-porte dans les six QPV",
            offer_kind=OfferKind.SERVICE,
        ),
        (3,),
    ),
)

ASSOCIATIONS = (
    Partner(
        "Épicerie solidaire Le Panier (association fictive)",
        Kind.ASSOCIATION,
        rights=("AIDE_ALIMENTAIRE",),
        hours="Mardi et jeudi, 14 h-17 h 30",
    ),
    Partner(
        "Solo mais pas seuls (association fictive)",
        Kind.ASSOCIATION,
        rights=("ASF", "PPA"),
        groups=(Group.SINGLE_PARENTS,),
        hours="Mercredi, 13 h 30-18 h",
    ),
    Partner(
        "Le Fil des aînés (association fictive)",
        Kind.ASSOCIATION,
        commune="62753",
        rights=("ASPA", "APA"),
        groups=(Group.SENIORS,),
        hours="Du lundi au jeudi, 9 h 30-12 h",
    ),
    Partner(
        "Atelier numérique de la Scarpe (association fictive)",
        Kind.ASSOCIATION,
        commune="62764",
        offer="Aide aux démarches en ligne",
        offer_kind=OfferKind.DROP_IN,
        hours="Mercredi et vendredi, 10 h-16 h",
    ),
)


def of_communes(communes: list[Commune]) -> Iterator[Partner]:
    """The CCAS of the larger communes, the town hall of the others."""
    for commune in communes:
        has_ccas = commune.population >= CCAS_FROM
        yield Partner(
            name=f"{'CCAS' if has_ccas else 'Mairie'} {_of(commune.name)}",
            kind=OrganisationKind.CCAS if has_ccas else OrganisationKind.COMMUNE,
            acronym="CCAS" if has_ccas else "",
            commune=commune.insee,
            rights=("AIDE_COMMUNE", "AIDE_ALIMENTAIRE") if has_ccas else ("AIDE_COMMUNE",),
            only_here=True,
            hours="Du lundi au vendredi, 8 h 30-12 h et 13 h 30-17 h"
            if has_ccas
            else "Mardi et jeudi, 16 h-18 h 30",
        )


def _of(name: str) -> str:
    """« d’Arras », « de Beaurains »."""
    return f"d’{name}" if fold(name)[0] in "aeiouyh" else f"de {name}"
