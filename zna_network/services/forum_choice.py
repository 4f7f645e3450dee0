"""Which forum is meant: the one in an address, or the one that everybody speaks of now."""

from zna_network.models.forum import Forum
from zna_network.queries import forums as queries
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.languages import to_translate
from zna_network.services.permissions import Permission

UNKNOWN = to_translate("Ce forum n’existe pas.")


def current(ctx: Context) -> Forum | None:
    """The published forum held today, else the next one (a date before « à annoncer »), else the
    last one held."""
    return ctx.session.scalar(queries.most_current(local_date(ctx.now)))


def by_slug(ctx: Context, slug: str) -> Forum:
    """For the preparation pages. Raises ForbiddenError or NotFoundError."""
    ctx.require(Permission.FORUM_READ)
    return _found(ctx.session.scalar(queries.by_slug(slug)))


def public_by_slug(ctx: Context, slug: str) -> Forum:
    """For anybody: a published, closed or cancelled forum; staff see one in preparation as it
    will be. Raises NotFoundError."""
    forum = _found(ctx.session.scalar(queries.by_slug(slug)))
    is_staff = ctx.actor is not None and ctx.may(Permission.FORUM_EDIT)
    if not forum.is_public and not is_staff:
        raise NotFoundError(UNKNOWN)
    return forum


def _found(forum: Forum | None) -> Forum:
    if forum is None:
        raise NotFoundError(UNKNOWN)
    return forum
