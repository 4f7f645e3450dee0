"""The forums themselves: preparing one, publishing it, moving it.

Whatever calendars show (title, date, hours, place) raises ``sequence``, and those whose calendar
has the forum are told, in the same transaction."""

import secrets
from dataclasses import dataclass
from datetime import date, time
from itertools import count
from urllib.parse import urlsplit

from zna_network.models.forum import Forum, ForumState
from zna_network.queries import forums as queries
from zna_network.services import forum_changes, shifts, workshop_sessions
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.forum_choice import UNKNOWN
from zna_network.services.forum_days import day_of
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.session_times import UNDATED
from zna_network.services.slugs import slugify
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns

# Words that the addresses under /forum/ and /forums/ keep for their own pages.
RESERVED_SLUGS = frozenset({"nouveau", "stand", "b"})
MOST_PEOPLE = 50_000
YEARS = range(2000, 2101)
CANCELLED = "Ce forum est annulé : il ne change plus. Créez-en un autre."


@dataclass(frozen=True)
class ForumData:
    """``held_on`` none: « date à annoncer ». Hours are on the clocks of Arras."""

    title: str
    held_on: date | None = None
    opens_at: time = time(9, 30)
    closes_at: time = time(17, 0)
    place: str = ""
    address: str = ""
    commune_insee: str | None = None
    access: str = ""
    presentation: str = ""
    gauge: int = 300
    takes_registrations: bool = False
    takes_stands: bool = False
    stands_answer_by: date | None = None


def create_forum(ctx: Context, data: ForumData) -> Forum:
    """A forum in preparation, that the public does not see yet. Raises InvalidError beside the
    field at fault, for instance for a day in the past."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        if data.held_on and data.held_on < local_date(ctx.now):
            raise InvalidError("Cette date est passée.", field="held_on")
        take_turns(ctx.session, "forum:slug")
        forum = Forum(
            slug=_free_slug(ctx, data.title),
            uid=_new_uid(ctx),
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        _describe(forum, data)
        ctx.session.add(forum)
        ctx.session.flush()
        ctx.record("forum.created", forum)
    return forum


def update_forum(ctx: Context, forum_id: int, data: ForumData, revision: int) -> Forum:
    """Raises ConflictError when somebody else has changed it, InvalidError beside a field."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = forum_to_change(ctx, forum_id, revision)
        if forum.state is ForumState.CANCELLED:
            raise ConflictError(CANCELLED)
        before = day_of(forum)
        if data.held_on != forum.held_on and data.held_on and data.held_on < local_date(ctx.now):
            raise InvalidError("Cette date est passée.", field="held_on")
        _describe(forum, data)
        forum.updated_at = ctx.now
        if day_of(forum) != before:
            forum.sequence += 1
            ctx.session.flush()
            workshop_sessions.move_sessions(ctx, forum)
            shifts.move_shifts(ctx, forum, before.held_on or UNDATED)
            forum_changes.announce(ctx, forum, before)
        ctx.record("forum.updated", forum, sequence=forum.sequence)
    return forum


def change_state(ctx: Context, forum_id: int, state: ForumState, revision: int) -> Forum:
    """Publish it, close it, or take it back into preparation while nobody has registered.
    Closing also closes the registrations and the stand applications."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = forum_to_change(ctx, forum_id, revision)
        if forum.state is state:
            return forum
        if forum.state is ForumState.CANCELLED:
            raise ConflictError(CANCELLED)
        if state is ForumState.CANCELLED:
            raise InvalidError("Une annulation demande un motif.", field="state")
        if state is ForumState.DRAFT and ctx.session.scalar(queries.has_attendees(forum_id)):
            raise ConflictError(
                "Des visiteurs se sont inscrits : le forum ne peut plus redevenir invisible."
            )
        if state is ForumState.CLOSED:
            forum.takes_registrations = forum.takes_stands = False
        forum.state = state
        forum.updated_at = ctx.now
        ctx.record("forum.state_changed", forum, state=state.value)
    return forum


def delete_forum(ctx: Context, forum_id: int, revision: int) -> None:
    """Delete one made by mistake: never published, and empty."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = forum_to_change(ctx, forum_id, revision)
        if forum.state is not ForumState.DRAFT or ctx.session.scalar(queries.contents(forum_id)):
            raise ConflictError(
                "Seul un forum en préparation, sans stand, atelier, badge ni inscription, peut "
                "être supprimé."
            )
        ctx.record("forum.deleted", forum, title=forum.title)
        ctx.session.delete(forum)


def forum_to_change(ctx: Context, forum_id: int, revision: int | None = None) -> Forum:
    """The forum, locked until the transaction ends. To be called inside a unit of work.

    Raises NotFoundError, or ConflictError when ``revision`` is no longer its own."""
    forum = ctx.session.scalar(queries.by_id(forum_id, lock=True))
    if forum is None:
        raise NotFoundError(UNKNOWN)
    if revision is not None and forum.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return forum


def _describe(forum: Forum, data: ForumData) -> None:
    forum.title = clean_line(
        data.title, field="title", limit=160, required="Donnez un nom à ce forum."
    )
    if data.held_on and data.held_on.year not in YEARS:
        raise InvalidError("Relisez l’année.", field="held_on")
    if data.closes_at <= data.opens_at:
        raise InvalidError("La fermeture doit venir après l’ouverture.", field="closes_at")
    if not 1 <= data.gauge <= MOST_PEOPLE:
        raise InvalidError("Indiquez un nombre de personnes, de 1 à 50 000.", field="gauge")
    forum.held_on, forum.opens_at, forum.closes_at = data.held_on, data.opens_at, data.closes_at
    forum.place = clean_line(data.place, field="place", limit=200)
    forum.address = clean_line(data.address, field="address", limit=300)
    forum.commune_insee = data.commune_insee or None
    forum.access = clean_text(data.access, field="access")
    forum.presentation = clean_text(data.presentation, field="presentation")
    forum.gauge = data.gauge
    forum.takes_registrations = data.takes_registrations
    forum.takes_stands = data.takes_stands
    if data.stands_answer_by and data.held_on and data.stands_answer_by >= data.held_on:
        raise InvalidError("Choisissez un jour avant le forum.", field="stands_answer_by")
    forum.stands_answer_by = data.stands_answer_by
    if forum.state is ForumState.CLOSED and (data.takes_registrations or data.takes_stands):
        raise InvalidError(
            "Ce forum est clos : publiez-le de nouveau avant de rouvrir les inscriptions.",
            field="takes_registrations" if data.takes_registrations else "takes_stands",
        )
    _ = day_of(forum).instants  # Refuses an hour that the clocks skip that day.


def _free_slug(ctx: Context, title: str) -> str:
    """« forum-de-l-acces-aux-droits-2026 », numbered when taken; kept for life."""
    base = slugify(title)[:70].strip("-")
    if base == "organisme" or base in RESERVED_SLUGS:
        base = f"forum-{base}"
    taken = set(ctx.session.scalars(queries.slugs_like(base)))
    if base not in taken:
        return base
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)


def _new_uid(ctx: Context) -> str:
    host = urlsplit(ctx.settings.base_url).hostname or "localhost"
    return f"forum-{secrets.token_hex(12)}@{host}"
