"""What the page of a forum shows."""

from typing import Any

from flask import current_app, url_for

from zna_network.models.forum import Forum, ForumState
from zna_network.models.stand import StandState
from zna_network.queries import forums as queries
from zna_network.services.context import Context
from zna_network.services.forum_days import day_in_words, day_of, hours_in_words, is_over

_MOVES = {
    ForumState.DRAFT: ((ForumState.PUBLISHED, "Publier", "primary", ""),),
    ForumState.PUBLISHED: (
        (
            ForumState.CLOSED,
            "Clore le forum",
            "outline",
            "Clore le forum ? Les inscriptions et les candidatures de stand se ferment.",
        ),
        (ForumState.DRAFT, "Rendre invisible", "quiet", "Cacher ce forum au public ?"),
    ),
    ForumState.CLOSED: ((ForumState.PUBLISHED, "Publier de nouveau", "outline", ""),),
    ForumState.CANCELLED: (),
}


def overview(ctx: Context, forum: Forum) -> dict[str, Any]:
    stands = {row[0]: row[1] for row in ctx.session.execute(queries.stands_by_state(forum.id))}
    registered, workshops = ctx.session.execute(queries.sizes(forum.id)).one()
    day = day_of(forum)
    return {
        "day": day_in_words(day),
        "hours": hours_in_words(day),
        "is_over": is_over(forum, ctx.now),
        "can_cancel": not forum.state.is_final and not is_over(forum, ctx.now),
        "confirmed": stands.get(StandState.CONFIRMED, 0),
        "waiting": stands.get(StandState.APPLIED, 0),
        "invited": stands.get(StandState.INVITED, 0),
        "registered": registered,
        "workshops": workshops,
        "is_empty": forum.state is ForumState.DRAFT
        and not ctx.session.scalar(queries.contents(forum.id)),
        "moves": _MOVES[forum.state],
        "public_url": _address("programme.show", forum.slug),
        "register_url": _address("registrations.register", forum.slug),
        "apply_url": _address("stands.apply", forum.slug),
    }


def _address(endpoint: str, slug: str) -> str:
    """The whole address, to be copied in a mail or on a poster."""
    if endpoint not in current_app.view_functions:
        return ""
    settings = current_app.extensions["zna_settings"]
    return f"{settings.base_url}{url_for(endpoint, slug=slug)}"
