"""The forums before and after today's: last year's, closed, with its figures; next year's, whose
date is to be announced."""

from datetime import date, timedelta

from zna_network.models.forum import ForumState
from zna_network.models.organisation import Organisation
from zna_network.queries import demo_forum as queries
from zna_network.services.context import Context
from zna_network.services.demo import forum_activity, forum_door, forum_stands
from zna_network.services.demo.forum_activity import Span
from zna_network.services.demo.forum_badges import Press
from zna_network.services.demo.forum_people import Territory, visitor
from zna_network.services.demo.forum_site import hall, ordinary_day, uid_of
from zna_network.services.demo.past import at
from zna_network.services.french_time import local_date

LAST_YEAR, NEXT_YEAR = "forum-precedent", "forum-suivant"
_WEEKS = timedelta(weeks=52)  # the same day of the week
_VISITORS, _BLANK = 120, 20


def build(ctx: Context, organisations: dict[str, Organisation], territory: Territory) -> None:
    """Made once: they do not move with today's forum."""
    today = local_date(ctx.now)
    if ctx.session.scalar(queries.forum_by_uid(uid_of(LAST_YEAR))) is None:
        _build_last(ctx, today - _WEEKS, organisations, territory)
    if ctx.session.scalar(queries.forum_by_uid(uid_of(NEXT_YEAR))) is None:
        _build_next(ctx, today + _WEEKS)


def _build_last(
    ctx: Context, held_on: date, organisations: dict[str, Organisation], territory: Territory
) -> None:
    day = ordinary_day(held_on)
    then = at(ctx, day.after(-60))
    forum = hall(then, LAST_YEAR, day)
    forum.state = ForumState.CLOSED
    forum.takes_registrations = forum.takes_stands = False
    forum_stands.build(then, forum, organisations)
    forum_door.build(then, forum)
    forum_door.stay_heard(at(ctx, day.closing), forum, day)
    press = Press(then, forum)
    press.register([visitor(LAST_YEAR, rank, territory) for rank in range(_VISITORS)])
    press.badges((None, "") for _ in range(_BLANK))
    ctx.session.flush()
    forum_activity.play(then, forum, Span(day.opening, day.closing))


def _build_next(ctx: Context, around: date) -> None:
    forum = hall(ctx, NEXT_YEAR, ordinary_day(around))
    forum.held_on = None
    forum.state = ForumState.DRAFT
    forum.takes_registrations = forum.takes_stands = False
