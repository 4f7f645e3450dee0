"""The figures of a forum as a file. It leaves the team: small cells are not in it, whoever asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.services.context import Context
from zna_network.services.csv_files import CSV_MEDIA_TYPE, french_csv
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.forum_figure_values import Figure, Figures
from zna_network.services.forum_figures import published_figures

NOT_TOLD = "n.c."
HEADINGS = ("Rubrique", "Modalité", "Nombre", "Unité")
_WIDTHS = (34, 52, 12, 18)
LEGEND = (
    "n.c. : non communiqué. Les effectifs de 1 à 4 ne sont pas diffusés, ni ceux qui permettraient "
    "de les retrouver."
)


class FiguresFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class FiguresFile:
    filename: str
    media_type: str
    content: bytes


def export_figures(ctx: Context, slug: str, wanted: FiguresFormat) -> FiguresFile:
    """Raises ForbiddenError or NotFoundError. The journal says who took it."""
    with ctx.unit_of_work():
        figures = published_figures(ctx, slug)
        ctx.record("figures.exported", figures.forum, format=wanted.value)
        rows = [[neutralised(cell) for cell in row] for row in _rows(figures)]
    if wanted is FiguresFormat.XLSX:
        columns = [SheetColumn(h, width) for h, width in zip(HEADINGS, _WIDTHS, strict=True)]
        content = ctx.ports.sheet_writer.write("Bilan", columns, rows)
        return FiguresFile(f"bilan-{slug}.xlsx", XLSX_MEDIA_TYPE, content)
    return FiguresFile(f"bilan-{slug}.csv", CSV_MEDIA_TYPE, french_csv(HEADINGS, rows))


def told(count: int | float | None) -> str:
    return NOT_TOLD if count is None else f"{count}".replace(".", ",")


def _rows(figures: Figures) -> Iterator[list[str]]:
    head = figures.headline
    for label, count, unit in (
        ("Personnes venues", head.people, "personnes"),
        ("Entrées avec badge", head.badges, "badges"),
        ("Accompagnants", head.companions, "personnes"),
        ("Comptées à la main", head.by_hand, "personnes"),
        ("Inscrits à l’avance", head.registered, "badges"),
        ("Inscrits venus", head.registered_came, "badges"),
        ("Présents au plus", head.peak, "personnes"),
    ):
        yield ["Ensemble", label, told(count), unit]
    for figure in figures.figures:
        yield from _figure_rows(figure)
    survey = figures.survey
    yield ["Questionnaire", "Réponses", told(survey.answers), "réponses"]
    if survey.answers or survey.answers is None:
        yield ["Questionnaire", "Satisfaction moyenne sur 5", told(survey.average), ""]
        for figure in survey.figures:
            yield from _figure_rows(figure)
    yield ["Lecture", LEGEND, "", ""]


def _figure_rows(figure: Figure) -> Iterator[list[str]]:
    for row in figure.rows:
        yield [figure.title, row.label, told(row.count), figure.unit]
    if figure.total is not None:
        yield [figure.title, "Total", told(figure.total), figure.unit]
