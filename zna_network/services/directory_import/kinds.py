"""Kinds of organisations and of offers, as people write them."""

from zna_network.models.organisation import OfferKind, OrganisationKind
from zna_network.services.folding import fold

K = OrganisationKind
_SYNONYMS: dict[OrganisationKind, tuple[str, ...]] = {
    K.CAF: ("caisse d allocations familiales", "caisse allocations familiales"),
    K.CPAM: ("caisse primaire d assurance maladie", "assurance maladie", "securite sociale"),
    K.MSA: ("mutualite sociale agricole",),
    K.CARSAT: ("caisse d assurance retraite et de la sante au travail", "assurance retraite"),
    K.FRANCE_TRAVAIL: ("pole emploi", "agence france travail"),
    K.DEPARTEMENT: ("conseil departemental", "departements", "service departemental"),
    K.MDS: ("maison departementale des solidarites", "mds", "maison des solidarites"),
    K.MDPH: ("maison departementale des personnes handicapees",),
    K.CCAS: ("ccas", "cias", "ccas ou cias", "centre communal d action sociale",
             "centre intercommunal d action sociale", "c c a s"),
    K.COMMUNE: ("mairie", "communes", "ville"),
    K.EPCI: ("epci", "communaute urbaine", "communaute de communes", "intercommunalites", "cua",
             "agglomeration", "communaute urbaine d arras"),
    K.REGION: ("conseil regional", "regions"),
    K.STATE: ("etat", "prefecture", "service de l etat", "services de l etat", "ddets", "dreets",
              "ddfip"),
    K.MISSION_LOCALE: ("missions locales", "ml"),
    K.FRANCE_SERVICES: ("france service", "espace france services", "maison france services",
                        "msap"),
    K.SOCIAL_LANDLORD: ("bailleur", "bailleurs sociaux", "bailleurs", "hlm", "office hlm",
                        "office public de l habitat", "logement social"),
    K.ASSOCIATION: ("associations", "asso", "association loi 1901", "association caritative"),
    K.OTHER: ("autres", "divers"),
}  # fmt: skip
_BY_WORDS = {
    fold(words): kind
    for kind in OrganisationKind
    for words in (kind.value, kind.label, *_SYNONYMS[kind])
}
# Kinds that a name gives away by itself, the longest words first.
_GIVEN_AWAY = sorted(
    (
        (words, kind)
        for words, kind in _BY_WORDS.items()
        if kind not in {K.OTHER, K.DEPARTEMENT, K.REGION, K.STATE} and words not in {"ml", "ville"}
    ),
    key=lambda pair: -len(pair[0]),
)
_OFFER_KINDS = {
    **{fold(words): kind for kind in OfferKind for words in (kind.value, kind.label)},
    "accueil du public": OfferKind.RECEPTION,
    "permanences": OfferKind.DROP_IN,
    "service": OfferKind.SERVICE,
    "services": OfferKind.SERVICE,
}


def organisation_kind(typed: str) -> OrganisationKind | None:
    """The kind of these words, or none when they name no kind."""
    return _BY_WORDS.get(fold(typed))


def kind_of_name(name: str) -> OrganisationKind:
    """The kind that a name begins with (« CCAS de Rœux »), otherwise « autre »."""
    folded = f"{fold(name)} "
    for words, kind in _GIVEN_AWAY:
        if folded.startswith(f"{words} "):
            return kind
    return OrganisationKind.OTHER


def offer_kind(typed: str) -> OfferKind | None:
    return _OFFER_KINDS.get(fold(typed))


def offer_kind_of_title(title: str) -> OfferKind:
    """« Permanence … » is one; an offer without a title is the reception."""
    if not title:
        return OfferKind.RECEPTION
    first = fold(title).split()[:1]
    return _OFFER_KINDS.get(first[0] if first else "", OfferKind.SERVICE)
