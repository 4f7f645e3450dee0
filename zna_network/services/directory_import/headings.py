"""The columns that an import understands, and the many ways in which people head them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from zna_network.services.folding import fold


class Part(StrEnum):
    """What a column describes."""

    ORGANISATION = "organisation"
    OFFER = "offer"
    CONTACT = "contact"


@dataclass(frozen=True)
class Column:
    """``heading`` is what our own files write; ``synonyms`` are other headings, in any case and
    spelling that ``fold`` makes the same."""

    key: str
    part: Part
    heading: str
    help: str
    width: int = 16
    wraps: bool = False
    synonyms: tuple[str, ...] = ()

    @property
    def is_personal(self) -> bool:
        return self.part is Part.CONTACT


def _column(part: Part, key: str, heading: str, help: str, *synonyms: str, width: int = 16,
            wraps: bool = False) -> Column:  # fmt: skip
    return Column(key, part, heading, help, width, wraps, synonyms)


O, F, C = Part.ORGANISATION, Part.OFFER, Part.CONTACT  # noqa: E741 - a table, read across

COLUMNS: tuple[Column, ...] = (
    _column(O, "name", "Nom", "Obligatoire. Nom complet de l’organisme.",
            "nom de l organisme", "organisme", "nom organisme", "structure", "nom de la structure",
            "nom structure", "raison sociale", "denomination", "partenaire", "nom du partenaire",
            "organisation", "etablissement", "intitule de la structure", width=38),
    _column(O, "acronym", "Sigle", "Sigle ou nom court.", "acronyme", "nom court", "abreviation"),
    _column(O, "kind", "Type", "CAF, CCAS, association, bailleur social…",
            "type d organisme", "type de structure", "type organisme", "type structure",
            "categorie", "nature de la structure", "reseau porteur", width=20),
    _column(O, "siret", "SIRET", "14 chiffres : le plus sûr moyen de retrouver une fiche.",
            "n siret", "numero siret", "no siret", "code siret", width=18),
    _column(O, "description", "Description", "Missions, en quelques lignes.",
            "presentation", "missions", "activite", "activites", "objet", "mission",
            width=40, wraps=True),
    _column(O, "phone", "Téléphone", "Standard ou accueil.",
            "tel", "telephone fixe", "tel fixe", "telephone de l organisme", "numero de telephone",
            "telephone de la structure", "tel structure", "tel organisme", "standard", "n tel",
            "no tel", "numero tel", "telephone accueil", "telephone standard"),
    _column(O, "email", "E-mail", "Adresse de l’accueil, pas celle d’une personne.",
            "courriel", "mail", "email", "adresse e mail", "adresse mail", "adresse electronique",
            "mel", "e mail de l organisme", "courriel de l organisme", "mail de la structure",
            "mail structure", "email structure", "courriel de la structure", width=30),
    _column(O, "website", "Site internet", "Adresse complète.",
            "site", "site web", "url", "web", "internet", "adresse du site", width=30),
    _column(O, "address", "Adresse", "Numéro et voie ; CEDEX s’il y a lieu.",
            "adresse postale", "rue", "voie", "adresse 1", "adresse de l organisme",
            "adresse de la structure", width=34),
    _column(O, "postcode", "Code postal", "Cinq chiffres.", "cp", "code post", "postal", width=12),
    _column(O, "commune", "Commune", "Une des 46 communes, ou une autre ville.",
            "ville", "localite", "commune d implantation", "nom commune", "nom de la commune",
            width=22),
    _column(O, "insee", "Code INSEE", "À la place de la commune, si vous l’avez.",
            "insee", "code commune", "code insee commune", "code insee de la commune", width=12),
    _column(O, "opening_hours", "Horaires", "Horaires d’accueil, en clair.",
            "horaires d ouverture", "horaires d accueil", "heures d ouverture", "ouverture",
            "horaire", width=30, wraps=True),
    _column(O, "accessibility_url", "Accessibilité", "Page Acceslibre du lieu.",
            "acceslibre", "lien acceslibre", "accessibilite du lieu", width=24),
    _column(O, "notes", "Notes internes", "Lues par les agents seulement.",
            "notes", "remarques", "observations", "commentaire", "commentaires", width=30,
            wraps=True),
    _column(O, "last_verified_on", "Vérifié le", "Date de dernière vérification : 31/12/2026.",
            "derniere verification", "date de verification", "verifie", "mis a jour le",
            "date de mise a jour", "date maj", "maj", width=13),
    _column(F, "offer_title", "Permanence ou service",
            "Une ligne par permanence ou service ; répétez le nom de l’organisme.",
            "permanence", "service", "service propose", "intitule", "nom du service", "offre",
            "intitule du service", "intitule de la permanence", "nom de la permanence",
            width=34),
    _column(F, "offer_kind", "Nature de l’offre", "Accueil, permanence ou service proposé.",
            "type d offre", "nature du service", "type de service", "type offre", width=18),
    _column(F, "offer_description", "Description de l’offre", "Ce qui s’y fait.",
            "description du service", "description de la permanence", "detail", "details",
            "contenu", width=40, wraps=True),
    _column(F, "offer_place", "Lieu", "Où : mairie, centre social, à domicile…",
            "lieu de la permanence", "lieu du service", "lieu d accueil",
            "adresse de la permanence", width=28),
    _column(F, "offer_hours", "Horaires de l’offre", "Jours et heures, en clair.",
            "horaires de la permanence", "horaires du service", "jours et horaires",
            "horaires permanence", "jour et heure", width=30, wraps=True),
    _column(F, "rights", "Droits", "RSA, APL, C2S… séparés par des points-virgules.",
            "droit", "prestations", "prestation", "droits couverts", "aides", "droits concernes",
            "droits et prestations", width=26),
    _column(F, "target_groups", "Publics", "Jeunes, seniors… ou tous publics.",
            "public", "publics cibles", "public cible", "publics vises", "public vise",
            "beneficiaires", "publics concernes", width=26),
    _column(F, "territory", "Territoire", "Toute la CUA, des communes, des QPV, « lot 1 ».",
            "territoires", "zone", "secteur", "communes couvertes", "zone d intervention",
            "territoire d intervention", "territoire couvert", "secteur d intervention",
            "communes desservies", "perimetre", width=30),
    _column(C, "contact_civility", "Civilité", "Mme ou M.", "civilite du contact", "genre",
            "titre de civilite", width=9),
    _column(C, "contact_last_name", "Nom du contact", "Nom de famille.",
            "contact", "nom contact", "nom de famille", "nom du referent", "interlocuteur",
            "nom de l interlocuteur", "referent nom", "nom du correspondant", width=20),
    _column(C, "contact_first_name", "Prénom du contact", "Prénom.",
            "prenom", "prenom contact", "prenom du referent", "prenom de l interlocuteur",
            width=18),
    _column(C, "contact_function", "Fonction", "Fonction dans l’organisme.",
            "fonction du contact", "poste", "qualite", "fonction contact", "role",
            "fonction du referent", width=28),
    _column(C, "contact_email", "E-mail du contact", "Adresse professionnelle.",
            "courriel du contact", "mail du contact", "email du contact", "mail contact",
            "email contact", "e mail contact", "courriel contact", "mail du referent",
            "e mail du referent", "email du referent", "mail de l interlocuteur", width=30),
    _column(C, "contact_phone", "Téléphone du contact", "Ligne directe ou portable.",
            "tel du contact", "telephone contact", "tel contact", "portable", "mobile",
            "ligne directe", "telephone du referent", "tel portable", "telephone portable",
            "telephone mobile", "tel mobile", "telephone direct", width=18),
    _column(C, "contact_is_referent", "Référent", "Oui : reçoit les demandes de mise à jour.",
            "referent", "est referent", "contact referent", "referent de la fiche", width=10),
    _column(C, "contact_is_elected", "Élu", "Oui pour un élu.", "est elu", "elu e", "elue",
            width=7),
    _column(C, "contact_salutation", "Titre de l’élu", "« Madame la Vice-Présidente ».",
            "titre", "formule d appel", "appel", width=24),
    _column(O, "id", "Identifiant", "Ne pas modifier : retrouve la fiche d’origine.",
            "id", "slug", "identifiant de la fiche", "identifiant unique", width=30),
)  # fmt: skip

BY_KEY = {column.key: column for column in COLUMNS}
_BY_HEADING = {
    fold(heading): column for column in COLUMNS for heading in (column.heading, *column.synonyms)
}
# The same heading means something else once the columns of a person, or of an offer, have begun.
_AFTER_PERSON = {"email": "contact_email", "phone": "contact_phone"}
_AFTER_OFFER = {
    "opening_hours": "offer_hours",
    "address": "offer_place",
    "description": "offer_description",
}


def column_of(heading: str) -> Column | None:
    return _BY_HEADING.get(fold(heading))


def recognised(headings: Sequence[str]) -> int:
    """How many different columns these headings name."""
    return len({column.key for heading in headings if (column := column_of(heading))})


@dataclass(frozen=True)
class Headings:
    """Which column each position of a row feeds; ``ignored`` are the headings left aside."""

    columns: dict[int, Column]
    read: list[tuple[str, str]]
    ignored: list[str]


def understand(headings: Sequence[str]) -> Headings:
    """Match the headings of a file, position by position.

    In « Structure ; Nom ; Prénom ; Mail », Nom is the person's, and so is the Mail that follows:
    a person's address must not become the organisation's, which everybody can read."""
    columns: dict[int, Column] = {}
    ignored: list[str] = []
    taken: set[str] = set()
    name_is_person = _names_a_person(headings)
    for position, heading in enumerate(headings):
        column = _in_context(heading, taken, name_is_person)
        if column is None or column.key in taken:
            if heading.strip():
                ignored.append(heading.strip())
            continue
        taken.add(column.key)
        columns[position] = column
    read = [(headings[position].strip(), column.heading) for position, column in columns.items()]
    return Headings(columns=columns, read=read, ignored=ignored)


def _names_a_person(headings: Sequence[str]) -> bool:
    """Whether « Nom » is somebody's: another heading already names the organisation, and there
    is a first name or a function."""
    folded = [fold(heading) for heading in headings]
    organisation = any(
        _BY_HEADING[words].key == "name"
        for words in folded
        if words in _BY_HEADING and words != "nom"
    )
    person = any(
        _BY_HEADING[words].key in {"contact_first_name", "contact_function"}
        for words in folded
        if words in _BY_HEADING
    )
    return organisation and person


def _in_context(heading: str, taken: set[str], name_is_person: bool) -> Column | None:
    column = column_of(heading)
    if column is None:
        return None
    if column.key == "name" and fold(heading) == "nom" and name_is_person:
        return BY_KEY["contact_last_name"]
    key = column.key
    if taken & {"contact_last_name", "contact_first_name"}:
        key = _AFTER_PERSON.get(key, key)
    elif taken & {"offer_title", "offer_place"}:
        key = _AFTER_OFFER.get(key, key)
    return BY_KEY[key]
