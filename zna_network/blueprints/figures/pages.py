"""The figures as their page shows them: bars, curves and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zna_network.blueprints.charts import Chart, Datum, chart_of, percent
from zna_network.services.forum_figure_values import Figure, Figures
from zna_network.services.french_time import short_time, to_local

HIDDEN = "masqué"
KEPT = "ne sort pas de l’équipe"
LONG = 12


@dataclass(frozen=True)
class Shown:
    """A figure ready to draw; the rows past the first dozen are folded."""

    figure: Figure
    rows: Sequence[tuple[str, str, str, str | None]]
    more: Sequence[tuple[str, str, str, str | None]]
    total: int | None


def page_values(figures: Figures) -> dict[str, Any]:
    return {
        "figures": figures,
        "forum": figures.forum,
        "headline": figures.headline,
        "told": told,
        "shown": [shown(figure) for figure in figures.figures if not figure.is_empty],
        "survey_shown": [shown(figure) for figure in figures.survey.figures],
        "presence": _curve(figures.presence, figures.forum.gauge),
        "arrivals": _curve(figures.arrivals),
        "presence_rows": [(short_time(at), inside) for at, inside in figures.presence],
        "quarters": [
            (short_time(at), arrivals, inside)
            for (at, arrivals), (_, inside) in zip(figures.arrivals, figures.presence, strict=False)
        ],
    }


def told(count: int | None) -> str:
    return HIDDEN if count is None else f"{count:,}".replace(",", "\u202f")


def shown(figure: Figure) -> Shown:
    """Communes by decreasing number, the rest as it comes; what is zero and may be told is left
    out of the long lists."""
    kept = list(figure.rows)
    if len(kept) > LONG:
        kept = [row for row in kept if row.count or row.is_hidden]
    if figure.key in {"communes", "stands"}:
        kept.sort(key=lambda row: (row.count is None, -(row.count or 0)))
    longest = max((row.count or 0 for row in kept), default=0)
    rows = [
        (
            row.label,
            told(row.count),
            percent(row.count or 0, longest),
            KEPT if row.is_hidden and row.count is not None else None,
        )
        for row in kept
    ]
    return Shown(figure, rows[:LONG], rows[LONG:], figure.total)


def _curve(points: Sequence[tuple[datetime, int | None]], limit: int | None = None) -> Chart:
    data = [
        Datum(
            short_time(at),
            count,
            f"{short_time(at)} : {count}",
            is_marked=to_local(at).minute == 0,
        )
        for at, count in points
    ]
    return chart_of(data, limit, f"Jauge : {limit}")
