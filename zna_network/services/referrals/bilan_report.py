"""The bilan as a Word document, with its charts. It leaves the team: it holds no small cell,
whoever asks for it."""

from collections.abc import Collection, Sequence

from zna_network.models.document import DocumentKind
from zna_network.ports.charts import ChartPoint
from zna_network.ports.documents import Picture
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.bilan import (
    BilanDocument,
    BilanLine,
    BilanTableFacts,
    bilan_values,
)
from zna_network.services.documents.facts import issuer
from zna_network.services.referrals.bilan import WHOLE, BilanPeriod, published_bilan
from zna_network.services.referrals.bilan_export import detail_of
from zna_network.services.referrals.bilan_values import Bilan, BilanRow, BilanTable, Measure
from zna_network.services.referrals.bilan_words import (
    HOW,
    LEGEND,
    NOT_TOLD,
    in_words,
    number_in_words,
    state_in_words,
)

# Two stand side by side.
CHART_SIZE = 0.72


def bilan_report(ctx: Context, period: BilanPeriod = WHOLE) -> WordFile:
    """Raises ForbiddenError, or InvalidError when the template in use cannot be filled. The
    journal says who took it."""
    with ctx.unit_of_work():
        bilan = published_bilan(ctx, period)
        ctx.record("bilan.exported", format="docx", **detail_of(bilan))
        content = render(ctx, DocumentKind.BILAN, bilan_values(bilan_document(ctx, bilan)))
    return WordFile(f"bilan-{bilan.known_on.isoformat()}.docx", content)


def bilan_document(
    ctx: Context, bilan: Bilan, tables: Collection[str] | None = None
) -> BilanDocument:
    """The bilan in words, with its charts; ``tables`` are the keys of those to keep, all if none is
    given."""
    months = bilan.table("months").rows
    return BilanDocument(
        issuer=issuer(ctx.settings),
        produced_at=ctx.now,
        state=state_in_words(bilan),
        total=_line(bilan.total),
        renewed=NOT_TOLD if bilan.renewed is None else number_in_words(bilan.renewed),
        tables=[
            _table(table)
            for table in bilan.tables
            if not table.is_empty and (tables is None or table.key in tables)
        ],
        legend=LEGEND,
        how=HOW,
        made=_columns(ctx, "Orientations par mois", months, Measure.REFERRALS),
        opened=_columns(ctx, "Droits ouverts par mois", months, Measure.OPENED),
    )


def _table(table: BilanTable) -> BilanTableFacts:
    """Without the lines of nobody: on paper a long list of zeros says nothing more."""
    empty = [row.label for row in table.rows if row.is_empty]
    untold = f"Aucune personne : {', '.join(empty)}." if empty else ""
    return BilanTableFacts(
        title=table.title,
        lines=[_line(row) for row in table.rows if not row.is_empty],
        note=" ".join(part for part in (table.note, untold) if part),
        has_met=Measure.MET in table.measures,
    )


def _line(row: BilanRow) -> BilanLine:
    told = {measure: in_words(row.values, measure) for measure in Measure}
    return BilanLine(
        label=row.label,
        met=told[Measure.MET],
        referred=told[Measure.REFERRED],
        referrals=told[Measure.REFERRALS],
        accepted=told[Measure.ACCEPTED],
        opened=told[Measure.OPENED],
        monthly=told[Measure.MONTHLY],
        yearly=told[Measure.YEARLY],
        median=told[Measure.MEDIAN],
        p90=told[Measure.P90],
    )


def _columns(
    ctx: Context, title: str, rows: Sequence[BilanRow], measure: Measure
) -> Picture | None:
    if not any(row.values.get(measure) for row in rows):
        return None
    points = [ChartPoint(short_month(row.label), row.values.get(measure)) for row in rows]
    words = ", ".join(f"{row.label} : {in_words(row.values, measure)}" for row in rows)
    made = ctx.ports.charts.columns(points, f"{title}. {words}.")
    return Picture(made.words, made.png, made.width_mm * CHART_SIZE, made.height_mm * CHART_SIZE)


def short_month(label: str) -> str:
    """« décembre 2026 » as « déc. 26 »: there may be a dozen under one chart."""
    month, _, year = label.partition(" ")
    short = month if len(month) <= 4 else f"{month[:3] if month[:3] != 'jui' else month[:4]}."
    return f"{short} {year[-2:]}"
