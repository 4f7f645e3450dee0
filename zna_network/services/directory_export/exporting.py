"""One use case: the directory, or a list of it, as a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from zna_network.models.organisation import Organisation
from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE
from zna_network.queries import exports as queries
from zna_network.queries.directory import DirectoryFilter
from zna_network.services.context import Context
from zna_network.services.directory_export import cards, data_inclusion, tables
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    VCARD = "vcard"
    DATA_INCLUSION = "data-inclusion"

    @property
    def label(self) -> str:
        return _SHAPES[self].label

    @property
    def help(self) -> str:
        return _SHAPES[self].help

    @property
    def has_contacts(self) -> bool:
        """Whether people may be put in: data·inclusion describes organisations only."""
        return self is not ExportFormat.DATA_INCLUSION


@dataclass(frozen=True)
class ExportData:
    format: ExportFormat
    wanted: DirectoryFilter = field(default_factory=DirectoryFilter)
    with_contacts: bool = False


@dataclass(frozen=True)
class Made:
    """What a format makes; ``warnings`` say in French what had to be left out."""

    content: bytes
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Exported:
    filename: str
    media_type: str
    content: bytes
    count: int
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class _Shape:
    label: str
    help: str
    extension: str
    media_type: str
    make: Callable[[Context, Sequence[Organisation], bool], Made]


def export_directory(ctx: Context, data: ExportData) -> Exported:
    """The file. People are left out unless asked for, which only staff may do; either way the
    journal says who took what."""
    ctx.require(Permission.DIRECTORY_EXPORT)
    if data.with_contacts:
        ctx.require(Permission.CONTACTS_EXPORT)
        if not data.format.has_contacts:
            raise InvalidError(
                "Le format data·inclusion ne contient pas les contacts personnels : choisissez un "
                "autre format, ou décochez les contacts.",
                field="with_contacts",
            )
    if data.wanted.archived:
        ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        made, count = _made(ctx, data)
        ctx.record(
            "directory.exported",
            format=data.format.value,
            organisations=count,
            with_contacts=data.with_contacts,
        )
    shape = _SHAPES[data.format]
    return Exported(
        filename=f"annuaire-znr-{local_date(ctx.now).isoformat()}.{shape.extension}",
        media_type=shape.media_type,
        content=made.content,
        count=count,
        warnings=made.warnings,
    )


def warnings_of(ctx: Context, data: ExportData) -> list[str]:
    """What this export would leave out, without making anybody download it."""
    ctx.require(Permission.DIRECTORY_EXPORT)
    return list(_made(ctx, data)[0].warnings)


def _made(ctx: Context, data: ExportData) -> tuple[Made, int]:
    organisations = ctx.session.scalars(queries.organisations_in_full(data.wanted)).all()
    return _SHAPES[data.format].make(ctx, organisations, data.with_contacts), len(organisations)


def _csv(ctx: Context, organisations: Sequence[Organisation], with_contacts: bool) -> Made:
    return Made(tables.csv_file(tables.table(ctx, organisations, with_contacts)))


def _xlsx(ctx: Context, organisations: Sequence[Organisation], with_contacts: bool) -> Made:
    table = tables.table(ctx, organisations, with_contacts)
    return Made(ctx.ports.sheet_writer.write("Annuaire", table.sheet_columns, table.rows))


def _vcard(ctx: Context, organisations: Sequence[Organisation], with_contacts: bool) -> Made:
    return Made(ctx.ports.contact_cards.write(cards.cards_of(organisations, with_contacts)))


def _data_inclusion(ctx: Context, organisations: Sequence[Organisation], _: bool) -> Made:
    content, warnings = data_inclusion.make(ctx, organisations)
    return Made(content, warnings)


_SHAPES = {
    ExportFormat.XLSX: _Shape(
        "Excel (.xlsx)",
        "Filtres et titres figés. Peut être corrigé puis importé de nouveau.",
        "xlsx",
        XLSX_MEDIA_TYPE,
        _xlsx,
    ),
    ExportFormat.CSV: _Shape(
        "CSV",
        "Pour tout tableur. Peut être corrigé puis importé de nouveau.",
        "csv",
        "text/csv",
        _csv,
    ),
    ExportFormat.VCARD: _Shape(
        "Carnet d’adresses (vCard)",
        "Pour un téléphone, Outlook ou Thunderbird.",
        "vcf",
        "text/vcard",
        _vcard,
    ),
    ExportFormat.DATA_INCLUSION: _Shape(
        "data·inclusion (JSON)",
        "Le format national de l’offre d’insertion, sans aucune personne.",
        "json",
        "application/json",
        _data_inclusion,
    ),
}
