"""The export to the DGCS, for the national evaluation: one line for each right of each referral of
the people who agree to it, and of nobody else. Before it, what would leave and what would not, and
why; after it, one line in the log, with the fingerprint of the file, which is not kept."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from zna_network.models.case_sheet import EvaluationExport
from zna_network.models.person import ConsentAnswer, Person
from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.queries import evaluation as queries
from zna_network.queries.bilan import Window
from zna_network.services import territory
from zna_network.services.context import Context
from zna_network.services.csv_files import CSV_MEDIA_TYPE, french_csv
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.place_tables import Places
from zna_network.services.referrals import evaluation_mapping
from zna_network.services.referrals.bilan import WHOLE, BilanPeriod, end_of_today, window_of
from zna_network.services.referrals.evaluation_fields import Line
from zna_network.services.referrals.evaluation_mapping import ColumnMapping

FILES_SHOWN = 200
REASONS = {
    ConsentAnswer.REFUSED.value: "Consentement refusé",
    ConsentAnswer.WITHDRAWN.value: "Consentement retiré",
    ConsentAnswer.NOT_ASKED.value: "Consentement non demandé",
    queries.ANONYMISED: "Dossier anonymisé",
}


class EvaluationFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class LeftOut:
    """``reason`` is a key of ``REASONS``."""

    reason: str
    people: int
    referrals: int

    @property
    def label(self) -> str:
        return REASONS[self.reason]


@dataclass(frozen=True)
class StayingFile:
    person_id: int
    case_number: str
    label: str


@dataclass(frozen=True)
class DryRun:
    """``rows`` lines of ``people`` would leave; ``preview`` are the first of them. ``files`` are
    the first case numbers of those left out, at most ``FILES_SHOWN``."""

    mapping: ColumnMapping
    rows: int
    people: int
    preview: Sequence[Sequence[str]]
    left_out: Sequence[LeftOut]
    files: Sequence[StayingFile]


@dataclass(frozen=True)
class EvaluationFile:
    filename: str
    media_type: str
    content: bytes
    log: EvaluationExport


def dry_run(ctx: Context, period: BilanPeriod = WHOLE, shown: int = 5) -> DryRun:
    """What the export would do now. Writes nothing. Raises ForbiddenError."""
    ctx.require(Permission.EVALUATION_EXPORT)
    window = window_of(period, end_of_today(ctx.now))
    mapping = evaluation_mapping.in_use(ctx)
    rows = ctx.session.execute(queries.lines(window)).all()
    return DryRun(
        mapping=mapping,
        rows=len(rows),
        people=len({row.person_id for row in rows}),
        preview=list(_cells(ctx, mapping, rows[:shown])),
        left_out=_left_out(ctx, window),
        files=[
            StayingFile(person, number, REASONS[reason])
            for reason, person, number, _ in ctx.session.execute(
                queries.left_out_files(window, FILES_SHOWN)
            )
        ],
    )


def export_evaluation(
    ctx: Context, wanted: EvaluationFormat = EvaluationFormat.CSV, period: BilanPeriod = WHOLE
) -> EvaluationFile:
    """The file; the log and the journal say who took it, and each file that it read. Raises
    ForbiddenError."""
    ctx.require(Permission.EVALUATION_EXPORT)
    with ctx.unit_of_work():
        window = window_of(period, end_of_today(ctx.now))
        mapping = evaluation_mapping.in_use(ctx)
        rows = ctx.session.execute(queries.lines(window)).all()
        content = _written(ctx, wanted, mapping, list(_cells(ctx, mapping, rows)))
        log = EvaluationExport(
            made_at=ctx.now,
            made_by_id=ctx.actor_id,
            made_by=(ctx.actor.name if ctx.actor else ctx.origin)[:200],
            since=period.since,
            until=period.until,
            mapping_version=mapping.version,
            rows=len(rows),
            left_out={found.reason: found.people for found in _left_out(ctx, window)},
            fingerprint=hashlib.sha256(content).hexdigest(),
        )
        ctx.session.add(log)
        ctx.session.flush()
        ctx.record("evaluation.exported", log, rows=log.rows, mapping=log.mapping_version)
        ctx.record_each("person.read", Person, sorted({row.person_id for row in rows}), what="dgcs")
        day = local_date(ctx.now).isoformat()
    return EvaluationFile(
        f"evaluation-dgcs-{day}.{wanted.value}",
        XLSX_MEDIA_TYPE if wanted is EvaluationFormat.XLSX else CSV_MEDIA_TYPE,
        content,
        log,
    )


def _left_out(ctx: Context, window: Window) -> list[LeftOut]:
    counts = {
        reason: LeftOut(str(reason), people, referrals)
        for reason, people, referrals in ctx.session.execute(queries.left_out(window))
    }
    return [counts[reason] for reason in REASONS if reason in counts]


def _cells(ctx: Context, mapping: ColumnMapping, rows: Sequence[Any]) -> Iterator[list[str]]:
    places = territory.load(ctx)
    labels = Places(places)
    for row in rows:
        line = Line(row, ctx.settings, places, labels)
        yield [neutralised(column.cell(line)) for column in mapping.columns]


def _written(
    ctx: Context, wanted: EvaluationFormat, mapping: ColumnMapping, rows: Sequence[list[str]]
) -> bytes:
    headings = [column.heading for column in mapping.columns]
    if wanted is EvaluationFormat.XLSX:
        columns = [SheetColumn(neutralised(heading), 20) for heading in headings]
        return ctx.ports.sheet_writer.write("Évaluation", columns, rows)
    return french_csv([neutralised(heading) for heading in headings], rows)
