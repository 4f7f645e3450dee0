"""One row's text made into values, with what is wrong in it said in the words of its columns."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from zna_network.models.organisation import Civility
from zna_network.services import data_inclusion_format
from zna_network.services.clean_values import clean_siret
from zna_network.services.directory_import import kinds
from zna_network.services.directory_import.headings import BY_KEY
from zna_network.services.directory_import.vocabulary import (
    Territory,
    UnknownWordsError,
    Vocabulary,
    cedex_of,
    without_cedex,
)
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold

# What spreadsheets show instead of a value that they could not compute.
_CELL_ERRORS = frozenset(
    {"#REF!", "#N/A", "#DIV/0!", "#NAME?", "#NOM?", "#VALUE!", "#VALEUR!", "#NULL!", "#NUL!",
     "#NUM!", "#NOMBRE!", "########"}
)  # fmt: skip
_SHORTENED = re.compile(r"\d[,.]\d+E\+\d+", re.IGNORECASE)
_YES = frozenset({"oui", "o", "x", "vrai", "true", "yes", "1"})
_NO = frozenset({"non", "n", "faux", "false", "no", "0"})
_CIVILITIES = {
    "mme": Civility.MADAM, "madame": Civility.MADAM, "mlle": Civility.MADAM, "f": Civility.MADAM,
    "mademoiselle": Civility.MADAM, "m": Civility.SIR, "mr": Civility.SIR, "monsieur": Civility.SIR,
    "h": Civility.SIR,
}  # fmt: skip
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S")


@dataclass
class RowValues:
    """What a row says. The three mappings hold the fields of OrganisationData, OfferData and
    ContactData that its filled cells give; ``record_id`` names an existing record, ``title``
    shows which organisation the row is about."""

    line: int
    title: str = ""
    record_id: str = ""
    organisation: dict[str, Any] = field(default_factory=dict)
    offer: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_row(
    line: int, values: dict[str, str], faults: list[str], vocabulary: Vocabulary
) -> RowValues:
    """Every cell is read even when one is wrong, so that all the reasons come at once."""
    row = RowValues(line=line, title=_title(values), problems=list(faults))
    cells = _Cells(values, row)
    row.record_id = cells.text("id").removeprefix(data_inclusion_format.ID_PREFIX)
    _read_organisation(cells, vocabulary)
    _read_offer(cells, vocabulary)
    _read_contact(cells)
    return row


def _title(values: dict[str, str]) -> str:
    name = values.get("name") or values.get("id") or values.get("siret", "")
    town = values.get("commune", "")
    return f"{name} ({town})"[:200] if name and town else name[:200]


class _Cells:
    """The cells of a row, each read once and its refusal kept with its column's name."""

    def __init__(self, values: dict[str, str], row: RowValues) -> None:
        self.row = row
        self._values = {}
        for key, text in values.items():
            if text.upper() in _CELL_ERRORS:
                self.refuse(key, f"la cellule est en erreur ({text})")
            elif key in BY_KEY:
                self._values[key] = text

    def text(self, key: str) -> str:
        return self._values.get(key, "")

    def refuse(self, key: str, reason: str) -> None:
        self.row.problems.append(f"« {BY_KEY[key].heading} » : {reason}")

    def put(
        self, into: dict[str, Any], name: str, key: str, read: Callable[[str], Any] = str
    ) -> None:
        """Store what ``read`` makes of the cell, if it is filled and can be read."""
        text = self.text(key)
        if not text:
            return
        try:
            into[name] = read(text)
        except (UnknownWordsError, InvalidError) as error:
            self.refuse(key, error.message)


def _read_organisation(cells: _Cells, vocabulary: Vocabulary) -> None:
    into = cells.row.organisation
    for key in ("name", "acronym", "description", "email", "website", "address", "opening_hours",
                "accessibility_url", "notes"):  # fmt: skip
        cells.put(into, key, key)
    cells.put(into, "phone", "phone", _phone)
    cells.put(into, "kind", "kind", _kind)
    cells.put(into, "siret", "siret", _siret)
    cells.put(into, "postcode", "postcode", _postcode)
    cells.put(into, "last_verified_on", "last_verified_on", _date)
    _read_place(cells, vocabulary)


def _read_place(cells: _Cells, vocabulary: Vocabulary) -> None:
    """The commune by its name or its INSEE code. Another town is kept as typed; where it is
    nearly one of ours, the row says so."""
    into = cells.row.organisation
    town, code = cells.text("commune"), cells.text("insee")
    named, coded = vocabulary.commune(town) if town else None, vocabulary.commune(code)
    if named and coded and named != coded:
        cells.refuse("insee", f"{code} n’est pas le code de {vocabulary.communes[named].name}")
    elif insee := coded or named:
        into["commune_insee"], into["city"] = insee, ""
    elif town:
        into["commune_insee"], into["city"] = None, without_cedex(town) or town
        if near := vocabulary.near_commune(town):
            cells.row.remarks.append(
                f"« {town} » n’est pas une des 46 communes : gardée comme ville hors territoire. "
                f"Vouliez-vous dire {near} ?"
            )
    elif code:
        cells.refuse("insee", f"{code} n’est pas une des 46 communes : indiquez aussi la commune")
    cedex = cedex_of(town)
    if cedex and "cedex" not in fold(into.get("address", "")):
        into["address"] = ", ".join(filter(None, (into.get("address", ""), cedex)))


def _read_offer(cells: _Cells, vocabulary: Vocabulary) -> None:
    into = cells.row.offer
    cells.put(into, "title", "offer_title")
    cells.put(into, "kind", "offer_kind", _offer_kind)
    cells.put(into, "description", "offer_description")
    cells.put(into, "place", "offer_place")
    cells.put(into, "opening_hours", "offer_hours")
    cells.put(into, "rights", "rights", vocabulary.rights_in)
    cells.put(into, "target_groups", "target_groups", vocabulary.target_groups_in)
    territory: dict[str, Territory] = {}
    cells.put(territory, "is", "territory", vocabulary.territory_in)
    if territory:
        into.update(vars(territory["is"]))


def _read_contact(cells: _Cells) -> None:
    into = cells.row.contact
    for name in ("last_name", "first_name", "function", "email", "salutation"):
        cells.put(into, name, f"contact_{name}")
    cells.put(into, "phone", "contact_phone", _phone)
    cells.put(into, "civility", "contact_civility", _civility)
    cells.put(into, "is_referent", "contact_is_referent", _boolean)
    cells.put(into, "is_elected", "contact_is_elected", _boolean)
    if into and not into.get("last_name"):
        _name_the_contact(cells)


def _name_the_contact(cells: _Cells) -> None:
    """A contact without a name is refused, unless the row says nothing of a person."""
    into = cells.row.contact
    if set(into) <= {"is_referent", "is_elected"} and not any(into.values()):
        into.clear()
    else:
        cells.refuse("contact_last_name", "indiquez le nom du contact")


def _kind(text: str) -> Any:
    kind = kinds.organisation_kind(text)
    if kind is None:
        raise UnknownWordsError(
            f"type inconnu : « {text[:60]} ». Écrivez par exemple CAF, CCAS, Association, Bailleur "
            "social, Mission locale, ou Autre"
        )
    return kind


def _offer_kind(text: str) -> Any:
    kind = kinds.offer_kind(text)
    if kind is None:
        raise UnknownWordsError(
            f"nature inconnue : « {text[:60]} ». Écrivez Accueil, Permanence ou Service proposé"
        )
    return kind


def _siret(text: str) -> str:
    if _SHORTENED.fullmatch(text.replace(" ", "")):
        raise UnknownWordsError(
            "le tableur a abrégé ce SIRET. Mettez la colonne au format Texte et saisissez les 14 "
            "chiffres"
        )
    digits = re.sub(r"\s", "", text)
    # A spreadsheet that takes a SIRET for a number drops its leading zeros.
    return clean_siret(digits.zfill(14) if digits.isdigit() and 9 < len(digits) < 14 else text)


def _phone(text: str) -> str:
    """A spreadsheet that takes a telephone for a number drops its leading zero."""
    digits = re.sub(r"\s", "", text)
    return f"0{digits}" if re.fullmatch(r"[1-9]\d{8}", digits) else text


def _postcode(text: str) -> str:
    return text.zfill(5) if re.fullmatch(r"\d{4}", text) else text


def _date(text: str) -> date:
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
    raise UnknownWordsError(f"« {text[:30]} » n’est pas une date. Exemple : 31/12/2026")


def _boolean(text: str) -> bool:
    words = fold(text)
    if words in _YES or words in _NO:
        return words in _YES
    raise UnknownWordsError(f"« {text[:30]} » : écrivez oui ou non")


def _civility(text: str) -> Civility:
    civility = _CIVILITIES.get(fold(text))
    if civility is None:
        raise UnknownWordsError(f"« {text[:30]} » : écrivez Mme ou M.")
    return civility
