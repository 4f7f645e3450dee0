"""The file to fill in: every column, with an example that an import would accept."""

import csv
import io
from dataclasses import dataclass

from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.services.context import Context
from zna_network.services.directory_import.headings import COLUMNS

_LEFT_OUT = frozenset({"id", "insee", "accessibility_url", "last_verified_on"})
_EXAMPLES = (
    {
        "name": "CCAS de Rœux",
        "acronym": "CCAS",
        "kind": "CCAS",
        "phone": "03 21 00 00 00",
        "email": "accueil@ccas-roeux.example",
        "address": "1 place de l’Exemple",
        "postcode": "62118",
        "commune": "Rœux",
        "opening_hours": "Du lundi au vendredi, 9 h – 12 h",
        "offer_title": "Permanence accès aux droits",
        "offer_kind": "Permanence",
        "offer_place": "Mairie",
        "offer_hours": "Mardi, 14 h – 17 h",
        "rights": "RSA ; APL",
        "target_groups": "Tous publics",
        "territory": "Rœux ; Fampoux",
        "contact_civility": "Mme",
        "contact_last_name": "Exemple",
        "contact_first_name": "Camille",
        "contact_function": "Responsable",
        "contact_email": "camille.exemple@ccas-roeux.example",
        "contact_is_referent": "oui",
    },
    {
        "name": "Association d’exemple",
        "kind": "Association",
        "commune": "Arras",
        "offer_title": "Aide alimentaire",
        "offer_kind": "Service proposé",
        "rights": "Aide alimentaire",
        "target_groups": "Jeunes ; Familles monoparentales",
        "territory": "Toute la CUA",
    },
)


@dataclass(frozen=True)
class ModelFile:
    filename: str
    media_type: str
    content: bytes


def model_file(ctx: Context, extension: str) -> ModelFile | None:
    """The model as « xlsx » or « csv »; none for anything else."""
    columns = [column for column in COLUMNS if column.key not in _LEFT_OUT]
    rows = [[example.get(column.key, "") for column in columns] for example in _EXAMPLES]
    name = f"modele-annuaire.{extension}"
    if extension == "xlsx":
        sheet = [SheetColumn(column.heading, column.width, column.wraps) for column in columns]
        return ModelFile(name, XLSX_MEDIA_TYPE, ctx.ports.sheet_writer.write("Modèle", sheet, rows))
    if extension == "csv":
        output = io.StringIO(newline="")
        writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.heading for column in columns])
        writer.writerows(rows)
        return ModelFile(name, "text/csv", output.getvalue().encode("utf-8-sig"))
    return None
