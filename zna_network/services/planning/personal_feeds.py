"""The secret addresses where people's calendars read their own dates.

Whoever has the address reads them, so it is made, replaced and revoked by its owner, and its token
is derived from the row: the database alone gives none away. It ends with the account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zna_network.config import Settings
from zna_network.models.account import User
from zna_network.models.planning import PersonalFeed
from zna_network.queries import planning as queries
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    LinkGoneError,
    NotFoundError,
)
from zna_network.services.links import derived_token, hash_to_find, link_columns
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import take_turns

PURPOSE = "personal-feed"
PATH = "/agenda/"
MOST = 5
READ_EVERY = timedelta(hours=1)
UNKNOWN = "Cet abonnement n’existe pas."
UNKNOWN_LINK = "Cette adresse ne correspond à aucun agenda. Elle est peut-être incomplète."
GONE = (
    "Cette adresse d’agenda ne répond plus\u00a0: elle a été révoquée, ou le compte est fermé. "
    "Faites-en une nouvelle depuis votre compte."
)
REVOKED = "Cet abonnement a déjà été révoqué\u00a0: son adresse ne répond plus."
TOO_MANY = f"Vous avez déjà {MOST} adresses\u00a0: révoquez celles qui ne servent plus."


@dataclass(frozen=True)
class FeedRow:
    """One live address, in the two forms that calendars ask for."""

    id: int
    https: str
    webcal: str
    created_at: datetime
    read_at: datetime | None


def listed(ctx: Context) -> tuple[FeedRow, ...]:
    """The actor's own. Raises ForbiddenError."""
    found = ctx.session.scalars(queries.feeds_of(_owner(ctx).id))
    return tuple(_row(ctx.settings, one) for one in found)


def create(ctx: Context) -> PersonalFeed:
    """Raises ForbiddenError, or ConflictError when there are ``MOST`` already."""
    with ctx.unit_of_work():
        owner = _owner(ctx)
        take_turns(ctx.session, f"personal_feed:{owner.id}")
        if len(ctx.session.scalars(queries.feeds_of(owner.id)).all()) >= MOST:
            raise ConflictError(TOO_MANY)
        return _add(ctx, "agenda.created", owner)


def renew(ctx: Context, feed_id: int) -> PersonalFeed:
    """Another address in the place of one that too many people know. Raises as ``revoke``."""
    with ctx.unit_of_work():
        feed = _to_change(ctx, feed_id)
        feed.revoked_at = ctx.now
        return _add(ctx, "agenda.renewed", feed.user)


def revoke(ctx: Context, feed_id: int) -> None:
    """The address stops for good. Raises NotFoundError for somebody else's, ConflictError."""
    with ctx.unit_of_work():
        feed = _to_change(ctx, feed_id)
        feed.revoked_at = ctx.now
        ctx.record("agenda.revoked", feed)


def feed_of(ctx: Context, token: str) -> PersonalFeed:
    """Whose address this is; that it was read is noted, once an hour at most. Raises NotFoundError,
    or LinkGoneError once it was revoked or its account closed."""
    feed = ctx.session.scalar(queries.feed_by_link(hash_to_find(token)))
    if feed is None:
        raise NotFoundError(UNKNOWN_LINK)
    if feed.revoked_at is not None or not _is_at_work(feed.user):
        raise LinkGoneError(GONE)
    if feed.read_at is None or feed.read_at + READ_EVERY <= ctx.now:
        with ctx.unit_of_work():
            feed.read_at = ctx.now
    return feed


def address_of(settings: Settings, feed: PersonalFeed) -> str:
    token = derived_token(settings, PURPOSE, feed.link_salt)
    return f"{settings.base_url}{PATH}{token}.ics"


def _is_at_work(user: User) -> bool:
    """An association that has left the network has no calendar here; the staff's own body has."""
    archived = user.organisation is not None and user.organisation.is_archived
    return user.is_active and (user.is_staff or not archived)


def _owner(ctx: Context) -> User:
    """A feed is somebody's: neither a command nor a link has one."""
    if ctx.actor is None:
        raise ForbiddenError
    ctx.require(Permission.OWN_ACCOUNT)
    return ctx.actor


def _to_change(ctx: Context, feed_id: int) -> PersonalFeed:
    owner = _owner(ctx)
    feed = ctx.session.scalar(queries.feed(feed_id))
    if feed is None or feed.user_id != owner.id:
        raise NotFoundError(UNKNOWN)
    if feed.revoked_at is not None:
        raise ConflictError(REVOKED)
    return feed


def _add(ctx: Context, action: str, owner: User) -> PersonalFeed:
    feed = PersonalFeed(user_id=owner.id, **link_columns(ctx.settings, PURPOSE), created_at=ctx.now)
    ctx.session.add(feed)
    ctx.session.flush()
    ctx.record(action, feed)
    return feed


def _row(settings: Settings, feed: PersonalFeed) -> FeedRow:
    address = address_of(settings, feed)
    webcal = f"webcal://{address.partition('://')[2]}"
    return FeedRow(feed.id, address, webcal, feed.created_at, feed.read_at)
