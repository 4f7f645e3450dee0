"""The demonstration's forums: today's, in full swing; last year's, over; next year's, without a
date.

Today's is moved to the day of each run. Nothing that somebody did on it the same day is undone;
on another day, what happened at the door is cleared and played again until now."""

from dataclasses import dataclass
from datetime import datetime

from zna_network.models.attendee import Badge
from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.queries import demo_forum as queries
from zna_network.services.context import Context
from zna_network.services.demo import (
    forum_activity,
    forum_door,
    forum_moving,
    forum_neighbours,
    forum_preparation,
    forum_stands,
    forum_workshops,
)
from zna_network.services.demo.forum_activity import Span
from zna_network.services.demo.forum_badges import Press
from zna_network.services.demo.forum_day import Day, day_of, prolonged
from zna_network.services.demo.forum_people import Territory, visitor, walk_in
from zna_network.services.demo.forum_site import hall, uid_of
from zna_network.services.french_time import local_date
from zna_network.services.unit_of_work import take_turns

SLUG = "forum-acces-aux-droits"
ATTENDEES = 250
BLANK_BADGES, REHEARSAL_BADGES = 60, 5
WALK_INS = 14
_NOT_YET = 60  # the first badges, whose people are still to come


@dataclass(frozen=True)
class ForumSummary:
    forum: Forum
    stands: int
    sessions: int
    attendees: int
    entered: int
    moved: bool


def build(
    ctx: Context, organisations: dict[str, Organisation], attendees: int | None = None
) -> ForumSummary:
    """Create or bring to today; with ``attendees``, bring to that many registrations."""
    now = ctx.now
    with ctx.unit_of_work():
        take_turns(ctx.session, "demo-forum")
        territory = _territory(ctx)
        forum = ctx.session.scalar(queries.forum_by_uid(uid_of(SLUG)))
        moved = forum is None or forum.held_on != local_date(now)
        if forum is None:
            forum = _create(ctx, organisations, territory)
        elif moved:
            forum_moving.move(ctx, forum, day_of(now))
        day = Day(forum.held_on or local_date(now), forum.opens_at, forum.closes_at)
        forum.closes_at = prolonged(day, now)
        day = Day(day.held_on, day.opens_at, forum.closes_at)
        forum_door.stay_heard(ctx, forum, day)
        ctx.session.flush()
        if moved:
            forum_activity.play(ctx, forum, _until_now(day, now))
        _top_up(ctx, forum, territory, ATTENDEES if attendees is None else attendees)
        forum_neighbours.build(ctx, organisations, territory)
        return ForumSummary(
            forum=forum,
            stands=len(ctx.session.scalars(queries.confirmed_stands(forum.id)).all()),
            sessions=len(ctx.session.scalars(queries.sessions_of(forum.id)).all()),
            attendees=ctx.session.scalar(queries.number_registered(forum.id)) or 0,
            entered=ctx.session.scalar(queries.number_of_check_ins(forum.id)) or 0,
            moved=moved,
        )


def _create(ctx: Context, organisations: dict[str, Organisation], territory: Territory) -> Forum:
    day = day_of(ctx.now)
    forum = hall(ctx, SLUG, day)
    forum_stands.build(ctx, forum, organisations)
    sessions = forum_workshops.build(ctx, forum, day, organisations)
    forum_preparation.build(ctx, forum, day, organisations)
    forum_door.build(ctx, forum)
    press = Press(ctx, forum)
    ids = press.register([visitor(SLUG, rank, territory) for rank in range(ATTENDEES - WALK_INS)])
    forum_workshops.seat(ctx, sessions, ids)
    press.badges((None, "") for _ in range(BLANK_BADGES))
    press.badges(((None, "") for _ in range(REHEARSAL_BADGES)), is_rehearsal=True)
    came = press.register(
        [walk_in(SLUG, rank, territory) for rank in range(WALK_INS)], with_badges=False
    )
    blanks = ctx.session.scalars(queries.blank_badges(forum.id)).all()
    for badge, attendee_id in zip(blanks, came, strict=False):
        badge.attendee_id = attendee_id
    _lose_two_badges(ctx, press, list(ctx.session.scalars(queries.badges_of(ids[100:102]))))
    return forum


def _lose_two_badges(ctx: Context, press: Press, badges: list[Badge]) -> None:
    for badge in badges:
        badge.revoked_at = badge.changed_at = ctx.now
        badge.revoked_reason = "perdu, remplacé par un autre badge"
    ctx.session.flush()
    press.badges((badge.attendee_id, badge.label) for badge in badges)


def _top_up(ctx: Context, forum: Forum, territory: Territory, wanted: int) -> None:
    """Bring the forum to ``wanted`` registrations; nobody is ever removed."""
    missing = wanted - (ctx.session.scalar(queries.number_registered(forum.id)) or 0)
    if missing <= 0:
        return
    press = Press(ctx, forum)
    press.register([visitor(SLUG, press.last_number + k, territory) for k in range(1, missing + 1)])


def _until_now(day: Day, now: datetime) -> Span:
    return Span(day.opening, min(now, day.closing), first_badge=_NOT_YET, silent=True)


def _territory(ctx: Context) -> Territory:
    return Territory.of(
        list(ctx.session.scalars(queries.communes())), list(ctx.session.scalars(queries.qpvs()))
    )
