"""The figures of a forum: who came, from where, and what they did there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from zna_network.models.attendee import RegistrationChannel
from zna_network.models.forum import Forum
from zna_network.queries import board as board_queries
from zna_network.queries import forum_figures as queries
from zna_network.services import territory
from zna_network.services.context import Context
from zna_network.services.disclosure import Cell, small_cells
from zna_network.services.errors import ConflictError
from zna_network.services.forum_choice import by_slug
from zna_network.services.forum_day import has_closed, quarters_of_day
from zna_network.services.forum_figure_tables import (
    described_figures,
    figure_of,
    places_figures,
)
from zna_network.services.forum_figure_values import Figure, Figures, Headline, published
from zna_network.services.french_time import short_time
from zna_network.services.permissions import Permission
from zna_network.services.survey_results import results_of

NOT_YET = "Les chiffres détaillés seront là après la fermeture des portes."


def figures_for_reader(ctx: Context, slug: str) -> Figures:
    """Exact for the staff; for anybody else as they may leave the team, and without any table
    before the doors have closed. Raises ForbiddenError or NotFoundError."""
    exact = _exact_figures(ctx, slug)
    if ctx.may(Permission.ATTENDEES_READ):
        return exact
    told = published(exact)
    return told if has_closed(exact.forum, ctx.now) else replace(told, figures=[])


def published_figures(ctx: Context, slug: str) -> Figures:
    """What leaves the team, whoever asks. Whoever is not of the staff waits until the doors have
    closed: of two files taken as somebody walks in, the difference would be that person.

    Raises ConflictError before."""
    exact = _exact_figures(ctx, slug)
    if not ctx.may(Permission.ATTENDEES_READ) and not has_closed(exact.forum, ctx.now):
        raise ConflictError(NOT_YET)
    return published(exact)


def _exact_figures(ctx: Context, slug: str) -> Figures:
    ctx.require(Permission.FIGURES_READ)
    forum = by_slug(ctx, slug)
    visitors = ctx.session.execute(queries.visitors(forum.id)).all()
    day = _Day(ctx, forum)
    places = territory.load(ctx)
    return Figures(
        forum=forum,
        headline=_headline(ctx, forum, visitors, day),
        figures=[
            *places_figures(visitors, places),
            *described_figures(visitors),
            *_visits(ctx, forum),
        ],
        survey=results_of(ctx.session.scalars(queries.survey_answers(forum.id)).all()),
        arrivals=day.arrivals,
        presence=day.presence,
    )


class _Day:
    """The curves of the day, and what was counted by hand."""

    def __init__(self, ctx: Context, forum: Forum) -> None:
        came: Counter[int] = Counter()
        balances: Counter[int] = Counter()
        self.by_hand = 0
        for quarter, *_, people, _inside in ctx.session.execute(board_queries.arrivals(forum.id)):
            came[quarter] += people
        for quarter, effect in ctx.session.execute(board_queries.movements(forum.id)):
            balances[quarter] += effect
        for quarter, *_, counted, balance in ctx.session.execute(
            board_queries.counts_by_hand(forum.id)
        ):
            came[quarter] += counted
            balances[quarter] += balance
            self.by_hand += counted
        quarters = quarters_of_day(forum, came, balances, ctx.now)
        self.arrivals = [(q.starts_at, q.arrivals) for q in quarters]
        self.presence = [(q.starts_at, q.inside) for q in quarters]


def _headline(ctx: Context, forum: Forum, visitors: Sequence[Any], day: _Day) -> Headline:
    badges = len(visitors)
    people = sum(visitor.people for visitor in visitors)
    registered, _ = ctx.session.execute(board_queries.registered(forum.id)).one()
    asked_before = {RegistrationChannel.ONLINE, RegistrationChannel.DESK}
    peak, peak_at = max(
        ((inside, at) for at, inside in day.presence if inside),
        key=itemgetter(0),
        default=(0, None),
    )
    return Headline(
        people=people + day.by_hand,
        badges=badges,
        companions=people - badges,
        by_hand=day.by_hand,
        registered=registered,
        registered_came=sum(visitor.channel in asked_before for visitor in visitors),
        peak=peak,
        peak_at=peak_at,
    )


def _visits(ctx: Context, forum: Forum) -> list[Figure]:
    """One person visits several: there is no total, and each figure stands alone."""
    stands = [
        Cell(f"{number}. {name}", visits)
        for number, name, visits in ctx.session.execute(queries.stands(forum.id))
    ]
    came = dict(ctx.session.execute(queries.session_visits(forum.id)).all())
    seated, present = [], []
    for key, title, room, starts_at, _, seats in ctx.session.execute(queries.sessions(forum.id)):
        label = f"{title} ({short_time(starts_at)}, {room})"
        seated.append(Cell(label, seats))
        present.append(Cell(label, came.get(key, 0)))
    tables = (
        ("stands", "Passages par stand", "passages lus", stands),
        ("workshops", "Venus aux ateliers", "passages lus", present),
        ("seats", "Inscrits aux ateliers", "places prises", seated),
    )
    note = "Une même personne peut compter à plusieurs endroits."
    return [
        figure_of(key, title, unit, cells, small_cells(cells), note=note)
        for key, title, unit, cells in tables
        if cells
    ]
