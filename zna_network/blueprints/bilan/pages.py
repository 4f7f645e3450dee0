"""The bilan as its page shows it: bars, columns and tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zna_network.blueprints.charts import Chart, Datum, chart_of, percent
from zna_network.services.referrals.bilan_report import short_month
from zna_network.services.referrals.bilan_values import Bilan, BilanRow, BilanTable, Measure
from zna_network.services.referrals.bilan_words import in_words, number_in_words

HIDDEN = "masqué"
KEPT = "ne sort pas de l’équipe"
LONG = 12
# Rows that are many and have no order of their own.
_BY_NUMBER = {"communes", "rights", "senders", "receivers"}
Bar = tuple[str, str, str, str | None]


@dataclass(frozen=True)
class ShownTable:
    """Bars of the people referred, those past the first dozen folded; then every figure."""

    table: BilanTable
    bars: Sequence[Bar]
    more: Sequence[Bar]
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def page_values(bilan: Bilan) -> dict[str, Any]:
    months = bilan.table("months")
    return {
        "bilan": bilan,
        "told": {m.value: in_words(bilan.total.values, m, HIDDEN) for m in Measure},
        "renewed": HIDDEN if bilan.renewed is None else number_in_words(bilan.renewed),
        "shown": [
            shown(table) for table in bilan.tables if table.key != "months" and not table.is_empty
        ],
        "months": shown(months),
        "made": _columns(months, Measure.REFERRALS),
        "opened": _columns(months, Measure.OPENED),
        "is_exact": not bilan.is_published,
    }


def shown(table: BilanTable) -> ShownTable:
    rows = list(table.rows)
    if len(rows) > LONG:
        rows = [row for row in rows if not row.is_empty]
    if table.key in _BY_NUMBER:
        rows.sort(key=lambda row: _height(row, Measure.REFERRED), reverse=True)
    longest = max((_height(row, Measure.REFERRED) for row in rows), default=0)
    bars = [_bar(row, longest) for row in rows]
    return ShownTable(
        table,
        bars[:LONG],
        bars[LONG:],
        ["Intitulé", *(measure.label for measure in table.measures)],
        [[row.label, *(_cell(row, measure) for measure in table.measures)] for row in rows],
    )


def _bar(row: BilanRow, longest: int) -> Bar:
    opened, monthly = (in_words(row.values, m, HIDDEN) for m in (Measure.OPENED, Measure.MONTHLY))
    small = (
        f"{opened} {'droit ouvert' if opened in {'0', '1'} else 'droits ouverts'}, {monthly}/mois"
    )
    if row.values.get(Measure.REFERRED) is not None and Measure.REFERRED in row.hidden:
        small = f"{small}, {KEPT}"
    referred = in_words(row.values, Measure.REFERRED, HIDDEN)
    return row.label, referred, percent(_height(row, Measure.REFERRED), longest), small


def _cell(row: BilanRow, measure: Measure) -> str:
    """A star marks what the team alone sees."""
    told = in_words(row.values, measure, HIDDEN)
    return (
        f"{told}\u00a0*" if measure in row.hidden and row.values.get(measure) is not None else told
    )


def _height(row: BilanRow, measure: Measure) -> int:
    return row.values.get(measure) or 0


def _columns(table: BilanTable, measure: Measure) -> Chart:
    step = max(1, len(table.rows) // LONG)
    return chart_of(
        [
            Datum(
                short_month(row.label),
                row.values.get(measure),
                f"{row.label} : {in_words(row.values, measure, HIDDEN)}",
                is_marked=place % step == 0,
            )
            for place, row in enumerate(table.rows)
        ]
    )
