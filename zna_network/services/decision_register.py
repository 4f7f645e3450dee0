"""The register of decisions: read, searched in, taken away as a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from zna_network.models.minutes import Decision
from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.queries import decision_register as queries
from zna_network.queries.decision_register import DECISION_SORTS, DecisionFilter
from zna_network.queries.listing import Page, PageRequest, paginate
from zna_network.services.committee_access import reach
from zna_network.services.context import Context
from zna_network.services.csv_files import CSV_MEDIA_TYPE, french_csv
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.french_time import local_date
from zna_network.services.search_words import search_words

# A folded copy has none: it finds nothing.
_NOTHING = ("?",)
COLUMNS = (
    SheetColumn("Date", 12),
    SheetColumn("Décision", 70, wraps=True),
    SheetColumn("Qui en répond", 30),
    SheetColumn("Instance", 36),
    SheetColumn("Réunion", 40),
    SheetColumn("Réunion du", 12),
    SheetColumn("Point", 40, wraps=True),
    SheetColumn("Compte-rendu", 14),
)


class RegisterFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True)
class RegisterFile:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class DecisionRow:
    """One line. ``is_final``: validated minutes hold it as it stands."""

    decision: Decision
    is_final: bool

    @property
    def state(self) -> str:
        return "Validé" if self.is_final else "Projet"


def read(
    ctx: Context, wanted: DecisionFilter, request: PageRequest, words: str = ""
) -> Page[DecisionRow]:
    """What the actor sees of it. ``words``: of the decision or of who answers for it, spelt as one
    likes; those that mean nothing find nothing."""
    statement = queries.listed(reach(ctx), narrowed(wanted, words))
    page = paginate(ctx.session, statement, request, DECISION_SORTS)
    rows = _rows(ctx, page.items)
    return Page(rows, page.total, page.number, page.per_page, page.sort, page.descending)


def export(ctx: Context, wanted: DecisionFilter, words: str, kind: RegisterFormat) -> RegisterFile:
    """What the register shows, whole, the latest first."""
    with ctx.unit_of_work():
        statement = queries.listed(reach(ctx), narrowed(wanted, words))
        latest = (column.desc() for column in DECISION_SORTS["date"])
        rows = _rows(ctx, ctx.session.scalars(statement.order_by(*latest)).all())
        cells = [[neutralised(cell) for cell in _cells(row)] for row in rows]
        ctx.record("decision.exported", decisions=len(rows), format=kind.value)
    name = f"decisions-{local_date(ctx.now)}.{kind.value}"
    if kind is RegisterFormat.XLSX:
        content = ctx.ports.sheet_writer.write("Décisions", COLUMNS, cells)
        return RegisterFile(name, XLSX_MEDIA_TYPE, content)
    headings = [column.heading for column in COLUMNS]
    return RegisterFile(name, CSV_MEDIA_TYPE, french_csv(headings, cells))


def narrowed(wanted: DecisionFilter, words: str) -> DecisionFilter:
    typed = " ".join(words.split())
    if not typed:
        return wanted
    return replace(wanted, words=tuple(search_words(typed)) or _NOTHING)


def _rows(ctx: Context, found: Sequence[Decision]) -> list[DecisionRow]:
    ids = [decision.id for decision in found]
    final = set(ctx.session.scalars(queries.among_validated(ids))) if ids else set()
    return [DecisionRow(decision, decision.id in final) for decision in found]


def _cells(row: DecisionRow) -> list[str]:
    decision, meeting = row.decision, row.decision.meeting
    return [
        decision.decided_on.isoformat(),
        decision.text,
        decision.owner,
        meeting.committee.name,
        meeting.title,
        local_date(meeting.starts_at).isoformat(),
        decision.section.title if decision.section else "",
        row.state,
    ]
