"""A new stand at a forum: its number, its link, its place in calendars."""

import secrets
from urllib.parse import urlsplit

from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand, StandState
from zna_network.queries import forums as forum_queries
from zna_network.queries import stands as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.forum_choice import UNKNOWN
from zna_network.services.forum_days import is_over
from zna_network.services.stand_links import fresh_link

OVER = "Ce forum est passé, clos ou annulé : ses stands ne changent plus."


def forum_to_fill(ctx: Context, forum_id: int) -> Forum:
    """The forum, locked, so that numbers follow one another. Raises NotFoundError, or
    ConflictError once it is closed or past. To be called inside a unit of work."""
    forum = ctx.session.scalar(forum_queries.by_id(forum_id, lock=True))
    return _at_work(ctx, forum)


def forum_at_work(ctx: Context, forum_id: int) -> Forum:
    """The same, held as it is by several at once: for what touches one stand."""
    return _at_work(ctx, ctx.session.scalar(forum_queries.shared(forum_id)))


def open_stand(
    ctx: Context,
    forum: Forum,
    state: StandState,
    organisation: Organisation | None,
    typed: str = "",
    *,
    key: str = "",
) -> Stand:
    """``key`` is what its calendar UID is made of, random unless given. Raises ConflictError where
    the organisation already has a stand or asks for one."""
    if organisation is not None:
        live = ctx.session.scalar(queries.live_of(forum.id, [organisation.id]))
        if live is not None:
            raise ConflictError(
                f"{organisation.name} a déjà un stand à ce forum (n° {live.number}, "
                f"{live.state.label.lower()})."
            )
    stand = Stand(
        forum=forum,
        organisation=organisation,
        organisation_name="" if organisation else typed,
        number=(ctx.session.scalar(queries.last_number(forum.id)) or 0) + 1,
        state=state,
        uid=uid_of(ctx, key or secrets.token_hex(12)),
        created_at=ctx.now,
        updated_at=ctx.now,
        **fresh_link(ctx.settings),
    )
    ctx.session.add(stand)
    return stand


def uid_of(ctx: Context, key: str) -> str:
    host = urlsplit(ctx.settings.base_url).hostname or "localhost"
    return f"stand-{key}@{host}"[:80]


def _at_work(ctx: Context, forum: Forum | None) -> Forum:
    if forum is None:
        raise NotFoundError(UNKNOWN)
    if forum.state.is_final or is_over(forum, ctx.now):
        raise ConflictError(OVER)
    return forum
