"""The figures of a forum as values: exact for the team, or as they may leave it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from zna_network.models.forum import Forum
from zna_network.services.disclosure import THRESHOLD, is_total_hidden


@dataclass(frozen=True)
class Row:
    """``is_hidden``: this figure stays in the team. ``count`` is none where it has been taken
    out."""

    label: str
    count: int | None
    is_hidden: bool = False


@dataclass(frozen=True)
class Figure:
    """A table: ``unit`` says what is counted, ``total`` is none where the rows are not parts of a
    whole, ``note`` what has to be known to read it."""

    key: str
    title: str
    unit: str
    rows: Sequence[Row]
    total: int | None = None
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(row.count or row.is_hidden for row in self.rows)


@dataclass(frozen=True)
class Headline:
    """``people`` came in: ``badges`` with a badge of their own, their ``companions``, and those
    counted ``by_hand``. ``registered`` badges were asked for beforehand, ``registered_came`` of
    them used. ``peak``: the most people inside at the end of a quarter, at ``peak_at``."""

    people: int | None
    badges: int | None
    companions: int | None
    by_hand: int | None
    registered: int | None
    registered_came: int | None
    peak: int | None
    peak_at: datetime | None


@dataclass(frozen=True)
class Words:
    """What somebody wrote in the survey, for the staff alone."""

    answer_id: int
    text: str
    satisfaction: int
    language: str


@dataclass(frozen=True)
class SurveyResults:
    """``average`` of ``satisfaction``, 1 to 5; none without enough answers."""

    answers: int | None
    average: float | None
    satisfaction: Figure
    found: Figure
    recommends: Figure
    words: Sequence[Words] = ()

    @property
    def figures(self) -> tuple[Figure, Figure, Figure]:
        return (self.satisfaction, self.found, self.recommends)


@dataclass(frozen=True)
class Figures:
    forum: Forum
    headline: Headline
    figures: Sequence[Figure]
    survey: SurveyResults
    arrivals: Sequence[tuple[datetime, int]]
    presence: Sequence[tuple[datetime, int | None]]
    is_published: bool = False

    def figure(self, key: str) -> Figure:
        return next(figure for figure in self.figures if figure.key == key)


def published(exact: Figures) -> Figures:
    """What may leave the team: every hidden figure is gone from it, with the words of the survey
    and the arrivals by quarter, which would give small hours back. The curve of people inside is
    rounded to the nearest five."""
    few = is_total_hidden(exact.headline.badges or 0)
    return replace(
        exact,
        headline=_published_headline(exact.headline),
        figures=[_published_figure(figure, everything=few) for figure in exact.figures],
        survey=_published_survey(exact.survey),
        arrivals=[],
        presence=[] if few else [(at, _rounded(inside)) for at, inside in exact.presence],
        is_published=True,
    )


def _rounded(count: int | None) -> int | None:
    if count is None:
        return None
    return THRESHOLD * ((2 * count + THRESHOLD) // (2 * THRESHOLD))


def _published_figure(figure: Figure, *, everything: bool = False) -> Figure:
    rows = [
        replace(row, count=None, is_hidden=True) if row.is_hidden or everything else row
        for row in figure.rows
    ]
    return replace(figure, rows=rows, total=None if everything else figure.total)


def _published_headline(exact: Headline) -> Headline:
    """People less badges are companions and counts by hand together: where one of the two is
    small neither is told, nor the people in all if little is left to doubt."""
    companions, by_hand, people = exact.companions or 0, exact.by_hand or 0, exact.people
    if is_total_hidden(companions) or is_total_hidden(by_hand):
        if companions + by_hand <= THRESHOLD:
            people = None
        return replace(_without_small(exact), people=people, companions=None, by_hand=None)
    return _without_small(exact)


def _without_small(exact: Headline) -> Headline:
    def told(count: int | None) -> int | None:
        return None if count is None or is_total_hidden(count) else count

    came = told(exact.registered_came)
    if is_total_hidden((exact.registered or 0) - (exact.registered_came or 0)):
        came = None
    return replace(
        exact,
        people=told(exact.people),
        badges=told(exact.badges),
        companions=told(exact.companions),
        by_hand=told(exact.by_hand),
        registered=told(exact.registered),
        registered_came=came,
        peak=told(exact.peak),
    )


def _published_survey(exact: SurveyResults) -> SurveyResults:
    few = (exact.answers or 0) < THRESHOLD
    return SurveyResults(
        answers=None if is_total_hidden(exact.answers or 0) else exact.answers,
        average=None if few else exact.average,
        satisfaction=_published_figure(exact.satisfaction, everything=few),
        found=_published_figure(exact.found, everything=few),
        recommends=_published_figure(exact.recommends, everything=few),
    )
