"""The report of a forum as a Word document, with its charts. It leaves the team: it holds no
small cell, whoever asks for it."""

from collections.abc import Sequence

from zna_network.models.document import DocumentKind
from zna_network.ports.charts import ChartPicture, ChartPoint
from zna_network.ports.documents import Picture
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.facts import issuer
from zna_network.services.documents.forum_report import (
    Count,
    CountTable,
    ForumFacts,
    ForumReportDocument,
    ReportHeadline,
    forum_report_values,
)
from zna_network.services.documents.pixels import one_pixel
from zna_network.services.forum_days import day_of, hours_in_words
from zna_network.services.forum_figure_values import Figure, Figures, Headline, Row
from zna_network.services.forum_figures import published_figures
from zna_network.services.french_time import long_date, short_time, to_local

# Beyond these rows a list by decreasing number says nothing more: communes of a few visitors.
LONGEST_TABLE = 20


def forum_report(ctx: Context, slug: str) -> WordFile:
    """Raises ForbiddenError, NotFoundError, or InvalidError when the template in use cannot be
    filled. The journal says who took it."""
    with ctx.unit_of_work():
        figures = published_figures(ctx, slug)
        ctx.record("figures.exported", figures.forum, format="docx")
        values = forum_report_values(_document(ctx, figures))
        content = render(ctx, DocumentKind.FORUM_REPORT, values)
    return WordFile(f"bilan-{slug}.docx", content)


def _document(ctx: Context, figures: Figures) -> ForumReportDocument:
    forum, survey = figures.forum, figures.survey
    return ForumReportDocument(
        issuer=issuer(ctx.settings),
        forum=ForumFacts(
            title=forum.title,
            held_on=long_date(forum.held_on) if forum.held_on else "",
            hours=hours_in_words(day_of(forum)),
            place=", ".join(part for part in (forum.place, forum.address) if part),
            gauge=forum.gauge,
        ),
        produced_at=ctx.now,
        headline=_headline(figures.headline),
        tables=[_table(f) for f in figures.figures if not f.is_empty and f.key != "hours"],
        bar=one_pixel(),
        arrivals=_arrivals(ctx, figures),
        presence=_presence(ctx, figures),
        answers=survey.answers,
        average=survey.average,
        survey=[_table(figure) for figure in survey.figures],
    )


def _headline(head: Headline) -> ReportHeadline:
    return ReportHeadline(
        people=head.people,
        badges=head.badges,
        companions=head.companions,
        by_hand=head.by_hand,
        registered=head.registered,
        registered_came=head.registered_came,
        peak=head.peak,
        peak_at=short_time(head.peak_at) if head.peak_at and head.peak else "",
    )


def _table(figure: Figure) -> CountTable:
    """Long lists by decreasing number, without their zeros; what is not told comes last, and what
    does not fit is said to be left out."""
    rows = list(figure.rows)
    note = figure.note
    if len(rows) > LONGEST_TABLE:
        rows = [row for row in rows if row.count or row.is_hidden]
        rows.sort(key=lambda row: (row.count is None, -(row.count or 0)))
        untold = [row.label for row in rows if row.count is None]
        if untold:
            rows = [row for row in rows if row.count is not None]
            note = " ".join(
                part for part in (note, f"Non communiqué : {', '.join(untold)}.") if part
            )
    return CountTable(
        title=figure.title,
        unit=figure.unit,
        rows=[Count(row.label, row.count) for row in rows],
        total=figure.total,
        note=note,
    )


def _arrivals(ctx: Context, figures: Figures) -> Picture | None:
    figure = figures.figure("hours")
    if figure.is_empty:
        return None
    points = [ChartPoint(row.label.partition(" à ")[0], row.count) for row in figure.rows]
    return _picture(ctx.ports.charts.columns(points, _words("Arrivées par heure", figure.rows)))


def _presence(ctx: Context, figures: Figures) -> Picture | None:
    if not any(inside for _, inside in figures.presence):
        return None
    points = [
        ChartPoint(short_time(at) if to_local(at).minute == 0 else "", inside)
        for at, inside in figures.presence
    ]
    words = f"Courbe des présents, {figures.headline.peak or 0} au plus"
    return _picture(ctx.ports.charts.curve(points, words, figures.forum.gauge))


def _words(title: str, rows: Sequence[Row]) -> str:
    told = [f"{row.label} : {row.count}" for row in rows if row.count]
    return f"{title}. {', '.join(told)}."


def _picture(made: ChartPicture) -> Picture:
    return Picture(made.words, made.png, made.width_mm, made.height_mm)
