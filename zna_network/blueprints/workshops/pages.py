"""What the pages about workshops show."""

from typing import Any

from flask import url_for

from zna_network.models.forum import Forum, ForumState
from zna_network.models.workshop import Session
from zna_network.queries import workshops as queries
from zna_network.queries.territory import rights
from zna_network.services import seat_desk, seat_views, workshops
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.session_times import is_outside


def index_page(ctx: Context, forum: Forum) -> dict[str, Any]:
    """The workshops with their sessions, and the same sessions by room: the day at a glance."""
    offered = ctx.session.scalars(queries.of_forum(forum.id)).all()
    sessions = [session for workshop in offered for session in workshop.sessions]
    filled = {one.session.id: one for one in seat_views.with_fillings(ctx, sessions)}
    rooms = ctx.session.scalars(queries.rooms(forum.id)).all()
    reads_people = ctx.may(Permission.ATTENDEES_READ)
    return {
        **common(ctx, forum),
        "workshops": offered,
        "filled": filled,
        "rooms": [(room, _in_room(sessions, room.id)) for room in rooms],
        "mine": {w.id for w in offered if workshops.may_manage(ctx, w)},
        "to_tell": seat_desk.count_to_tell(ctx, forum) if reads_people else 0,
        "may_create": _may_create(ctx),
        "outside": [session for session in sessions if is_outside(forum, session)],
    }


def session_page(ctx: Context, forum: Forum, session: Session) -> dict[str, Any]:
    """One session; the names in it only for those who may read them."""
    (one,) = seat_views.with_fillings(ctx, [session])
    page: dict[str, Any] = {
        **common(ctx, forum),
        "session": session,
        "one": one,
        "may_manage": workshops.may_manage(ctx, session.workshop),
        "reads_people": ctx.may(Permission.ATTENDEES_READ),
    }
    if page["reads_people"]:
        page["seated"], page["waiting"] = seat_desk.list_of(ctx, session)
    return page


def common(ctx: Context, forum: Forum) -> dict[str, Any]:
    return {
        "forum": forum,
        "is_open": not forum.state.is_final,
        "may_edit_forum": ctx.may(Permission.FORUM_EDIT),
        "may_seat": ctx.may(Permission.REGISTER_AT_DESK) and forum.state is ForumState.PUBLISHED,
        "breadcrumb": [
            ("Forums", url_for("forums.index")),
            (forum.title, url_for("forums.show", slug=forum.slug)),
        ],
    }


def choices_of_rights(ctx: Context) -> Any:
    return ctx.session.scalars(rights(active_only=True)).all()


def _in_room(sessions: list[Session], room_id: int) -> list[Session]:
    held = [s for s in sessions if s.room_id == room_id and not s.is_cancelled]
    return sorted(held, key=lambda session: session.starts_at)


def _may_create(ctx: Context) -> bool:
    own = ctx.actor.organisation_id if ctx.actor else None
    return ctx.may(Permission.WORKSHOP_MANAGE, own)
