"""The forums, as the services and pages read them."""

from datetime import date

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import joinedload, undefer

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.forum import Forum, ForumState
from zna_network.models.stand import Stand, StandState
from zna_network.models.workshop import Workshop
from zna_network.queries.listing import SortKeys

# « à annoncer » counts as later than any date.
FORUM_SORTS: SortKeys = {
    "date": (Forum.held_on.is_(None), Forum.held_on, Forum.id),
    "title": (Forum.title, Forum.id),
}


def by_slug(slug: str) -> Select[Forum]:
    return select(Forum).where(Forum.slug == slug).options(joinedload(Forum.commune))


def by_id(forum_id: int, *, lock: bool = False) -> Select[Forum]:
    """``lock`` holds it until the transaction ends: nobody else may change it meanwhile. New rows
    that refer to it (scans, registrations) do not wait: its key is left alone."""
    statement = select(Forum).where(Forum.id == forum_id).options(joinedload(Forum.commune))
    if not lock:
        return statement
    return statement.with_for_update(of=Forum, key_share=True).execution_options(
        populate_existing=True
    )


def shared(forum_id: int) -> Select[Forum]:
    """The forum, held as it is until the transaction ends, by several at once: for what must not
    cross a change of its date or its state."""
    return (
        select(Forum)
        .where(Forum.id == forum_id)
        .with_for_update(read=True, of=Forum)
        .execution_options(populate_existing=True)
    )


def with_plan_image(forum_id: int) -> Select[Forum]:
    return select(Forum).where(Forum.id == forum_id).options(undefer(Forum.plan_image))


def all_forums() -> Select[Forum]:
    return select(Forum)


def stands_by_state(forum_id: int) -> Select[StandState, int]:
    return select(Stand.state, func.count()).where(Stand.forum_id == forum_id).group_by(Stand.state)


def sizes(forum_id: int) -> Select[int, int]:
    """How many registrations stand, and how many workshops there are."""
    attendees = select(func.count(Attendee.id)).where(
        Attendee.forum_id == forum_id, Attendee.cancelled_at.is_(None)
    )
    workshops = select(func.count(Workshop.id)).where(Workshop.forum_id == forum_id)
    return select(attendees.scalar_subquery(), workshops.scalar_subquery())


def most_current(today: date) -> Select[Forum]:
    """The public forum held today, else the next one (a date comes before « à annoncer »), else
    the last one held. One that is cancelled is spoken of until its day, after those that take
    place on a given day: whoever meant to come must read it."""
    is_past = Forum.held_on < today
    is_cancelled = Forum.state == ForumState.CANCELLED
    return (
        select(Forum)
        .where(
            or_(
                Forum.state == ForumState.PUBLISHED,
                (Forum.state == ForumState.CLOSED) & is_past,
                is_cancelled & (Forum.held_on >= today),
            )
        )
        .order_by(
            case((is_past, 3), (Forum.held_on.is_(None), 2), (is_cancelled, 1), else_=0),
            case((is_past, None), else_=Forum.held_on),
            Forum.held_on.desc(),
            Forum.id.desc(),
        )
        .options(joinedload(Forum.commune))
        .limit(1)
    )


def has_attendees(forum_id: int) -> Select[int]:
    """One of its registrations, if there is any."""
    return select(Attendee.id).where(Attendee.forum_id == forum_id).limit(1)


def contents(forum_id: int) -> Select[int]:
    """How many stands, registrations, workshops and badges it has, cancelled ones included."""
    counts = [
        select(func.count()).where(model.forum_id == forum_id).scalar_subquery()
        for model in (Stand, Attendee, Workshop, Badge)
    ]
    return select(counts[0] + counts[1] + counts[2] + counts[3])


def slugs_like(base: str) -> Select[str]:
    return select(Forum.slug).where(
        or_(Forum.slug == base, Forum.slug.startswith(f"{base}-", autoescape=True))
    )
