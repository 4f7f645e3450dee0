"""The needs of a forum's stands as a file, for whoever brings the tables and the sockets."""

from dataclasses import dataclass
from enum import StrEnum

from zna_network.models.stand import Stand
from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.queries import stands as queries
from zna_network.queries.stands import StandFilter
from zna_network.services import forum_choice
from zna_network.services.context import Context
from zna_network.services.csv_files import CSV_MEDIA_TYPE, french_csv
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.permissions import Permission
from zna_network.services.stand_details import people_in_lines
from zna_network.services.stand_squares import place_of

COLUMNS = (
    SheetColumn("N°", 6),
    SheetColumn("Organisme", 36),
    SheetColumn("État", 14),
    SheetColumn("Emplacement", 24),
    SheetColumn("Tables", 8),
    SheetColumn("Chaises", 8),
    SheetColumn("Prises", 8),
    SheetColumn("Écran", 8),
    SheetColumn("Autres besoins", 36, wraps=True),
    SheetColumn("Tenu par", 36, wraps=True),
    SheetColumn("Droits", 36, wraps=True),
    SheetColumn("Contact", 24),
    SheetColumn("E-mail", 30),
    SheetColumn("Téléphone", 16),
)


class NeedsFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True)
class NeedsFile:
    filename: str
    media_type: str
    content: bytes


def export_needs(ctx: Context, slug: str, wanted: StandFilter, kind: NeedsFormat) -> NeedsFile:
    """The stands of the list, one a line. The journal says who took the contacts."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = forum_choice.by_slug(ctx, slug)
        stands = ctx.session.scalars(queries.in_full(forum.id, wanted)).unique().all()
        rows = [[neutralised(cell) for cell in _row(stand)] for stand in stands]
        ctx.record("stand.exported", forum, stands=len(rows), format=kind.value)
    name = f"stands-{forum.slug}.{kind.value}"
    if kind is NeedsFormat.XLSX:
        content = ctx.ports.sheet_writer.write("Stands", COLUMNS, rows)
        return NeedsFile(name, XLSX_MEDIA_TYPE, content)
    return NeedsFile(name, CSV_MEDIA_TYPE, french_csv([c.heading for c in COLUMNS], rows))


def place_in_words(stand: Stand) -> str:
    """« colonne 3, rangée 5 », counted from 1 as the plan shows them; empty without a place."""
    place = place_of(stand)
    return f"colonne {place.column + 1}, rangée {place.row + 1}" if place else ""


def _row(stand: Stand) -> list[str]:
    return [
        str(stand.number),
        stand.name,
        stand.state.label,
        place_in_words(stand),
        str(stand.tables),
        str(stand.chairs),
        str(stand.sockets),
        "oui" if stand.needs_screen else "",
        stand.other_needs,
        people_in_lines(stand),
        " ; ".join(right.label for right in stand.rights),
        stand.contact_name,
        stand.contact_email,
        stand.contact_phone,
    ]
