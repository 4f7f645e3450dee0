"""The directory as a table: a line for each offer and person, the organisation repeated on each,
so that sorting it in a spreadsheet breaks nothing and importing it back changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from zna_network.models.organisation import Organisation
from zna_network.ports.spreadsheets import SheetColumn
from zna_network.services import contacts, offers, organisation_values
from zna_network.services.context import Context
from zna_network.services.csv_files import french_csv
from zna_network.services.data_inclusion_format import structure_id
from zna_network.services.directory_import.headings import COLUMNS, Column
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.directory_import.plan import read_vocabulary
from zna_network.services.directory_import.vocabulary import Vocabulary
from zna_network.services.directory_import.wording import (
    Cells,
    contact_cells,
    offer_cells,
    organisation_cells,
)
from zna_network.services.permissions import Permission

# Written in full beside the commune's name by nobody: the name alone is read back.
_NOT_WRITTEN = frozenset({"insee"})


@dataclass(frozen=True)
class Table:
    """Columns and rows of text, made harmless for a spreadsheet."""

    columns: list[Column]
    rows: list[list[str]]

    @property
    def sheet_columns(self) -> list[SheetColumn]:
        return [SheetColumn(c.heading, c.width, c.wraps) for c in self.columns]


def columns_for(ctx: Context, with_contacts: bool) -> list[Column]:
    """Internal notes are for those who may edit the record."""
    hidden = set(_NOT_WRITTEN)
    if not ctx.may(Permission.DIRECTORY_EDIT):
        hidden.add("notes")
    return [
        column
        for column in COLUMNS
        if column.key not in hidden and (with_contacts or not column.is_personal)
    ]


def table(ctx: Context, organisations: Sequence[Organisation], with_contacts: bool) -> Table:
    columns = columns_for(ctx, with_contacts)
    vocabulary = read_vocabulary(ctx)
    rows = [
        [neutralised(cells.get(column.key, "")) for column in columns]
        for organisation in organisations
        for cells in _lines(organisation, vocabulary, with_contacts)
    ]
    return Table(columns, rows)


def csv_file(source: Table) -> bytes:
    return french_csv([column.heading for column in source.columns], source.rows)


def _lines(
    organisation: Organisation, vocabulary: Vocabulary, with_contacts: bool
) -> Iterator[Cells]:
    common = organisation_cells(organisation_values.data_of(organisation), vocabulary)
    common["id"] = structure_id(organisation.slug)
    offered = [offer_cells(offers.data_of(offer), vocabulary) for offer in organisation.offers]
    people = [
        contact_cells(contacts.data_of(contact))
        for contact in organisation.contacts
        if with_contacts and contact.archived_at is None
    ]
    if not offered and not people:
        yield common
    for offer, person in zip_longest(offered, people, fillvalue=Cells()):
        yield {**common, **offer, **person}
