"""The secret addresses that calendars subscribe to: an association's bookings, or a vehicle's.

Whoever has the address reads the feed, so it is made, replaced and revoked here, and its token is
derived from the row: the database alone gives none away. A grantee handles their association's and
those that they made of a vehicle; the CUA all of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zna_network.config import Settings
from zna_network.models.handover import CalendarFeed
from zna_network.models.organisation import Organisation
from zna_network.queries import organisations as organisation_queries
from zna_network.queries import van as vehicle_queries
from zna_network.queries import van_feeds as queries
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
)
from zna_network.services.links import derived_token, hash_to_find, link_columns
from zna_network.services.permissions import Permission, Scope, scope_of
from zna_network.services.van.occupancy import UNKNOWN_VEHICLE

PURPOSE = "van-feed"
MOST = 20
READ_EVERY = timedelta(hours=1)
UNKNOWN = "Cet abonnement n’existe pas."
UNKNOWN_LINK = "Cette adresse ne correspond à aucun agenda. Elle est peut-être incomplète."
GONE = (
    "Cette adresse d’agenda a été révoquée. Demandez-en une nouvelle à l’organisme ou à la "
    "Communauté urbaine d’Arras."
)
REVOKED = "Cet abonnement a déjà été révoqué : son adresse ne répond plus."
TOO_MANY = f"Il y a déjà {MOST} adresses pour cet agenda : révoquez celles qui ne servent plus."
WHICH_ORGANISATION = "Choisissez un organisme de la liste."


@dataclass(frozen=True)
class FeedRow:
    """One live feed, with its two addresses: the same file, for calendars that ask for either."""

    id: int
    name: str
    is_vehicle: bool
    https: str
    webcal: str
    created_at: datetime
    created_by: str
    read_at: datetime | None


@dataclass(frozen=True)
class Offered:
    """(id, name) of what the actor may subscribe to."""

    organisations: tuple[tuple[int, str], ...]
    vehicles: tuple[tuple[int, str], ...]


def offered(ctx: Context) -> Offered:
    vehicles = tuple((one.id, one.name) for one in ctx.session.scalars(vehicle_queries.vehicles()))
    if _sees_all(ctx):
        found = ctx.session.scalars(organisation_queries.grantees())
        return Offered(tuple((one.id, one.name) for one in found), vehicles)
    own = _own(ctx)
    return Offered(((own.id, own.name),), vehicles)


def listed(ctx: Context) -> tuple[FeedRow, ...]:
    """The live feeds that the actor may handle. Raises ForbiddenError."""
    own = None if _sees_all(ctx) else _own(ctx).id
    by_user = None if own is None else ctx.actor_id
    found = ctx.session.scalars(queries.live(organisation_id=own, by_user=by_user))
    return tuple(_row(ctx.settings, one) for one in found)


def create(
    ctx: Context, *, organisation_id: int | None = None, vehicle_id: int | None = None
) -> CalendarFeed:
    """One of the two. Raises ForbiddenError, NotFoundError, InvalidError, ConflictError."""
    if (organisation_id is None) is (vehicle_id is None):
        raise InvalidError("Choisissez un organisme ou un véhicule.", field="subject")
    with ctx.unit_of_work():
        _check_subject(ctx, organisation_id, vehicle_id)
        if (ctx.session.scalar(queries.count_live(organisation_id, vehicle_id)) or 0) >= MOST:
            raise ConflictError(TOO_MANY, field="subject")
        return _add(ctx, "feed.created", organisation_id, vehicle_id)


def revoke(ctx: Context, feed_id: int) -> None:
    """The address stops for good. Raises NotFoundError, ForbiddenError, ConflictError."""
    with ctx.unit_of_work():
        feed = _to_change(ctx, feed_id)
        feed.revoked_at = ctx.now
        ctx.record("feed.revoked", feed)


def renew(ctx: Context, feed_id: int) -> CalendarFeed:
    """Another address in the place of one that too many people know. Same errors."""
    with ctx.unit_of_work():
        feed = _to_change(ctx, feed_id)
        feed.revoked_at = ctx.now
        ctx.record("feed.revoked", feed)
        return _add(ctx, "feed.renewed", feed.organisation_id, feed.vehicle_id)


def feed_of(ctx: Context, token: str) -> CalendarFeed:
    """Whose address this is; that it was read is noted, once an hour at most. Raises NotFoundError,
    or LinkGoneError once it was revoked."""
    found = ctx.session.scalar(queries.by_link(hash_to_find(token)))
    if found is None:
        raise NotFoundError(UNKNOWN_LINK)
    is_stopped = found.organisation is not None and found.organisation.is_archived
    if found.revoked_at is not None or is_stopped:
        raise LinkGoneError(GONE)
    if found.read_at is None or found.read_at + READ_EVERY <= ctx.now:
        with ctx.unit_of_work():
            found.read_at = ctx.now
    return found


def address_of(settings: Settings, feed: CalendarFeed) -> str:
    token = derived_token(settings, PURPOSE, feed.link_salt)
    return f"{settings.base_url}/cua-mobile/agenda/{token}.ics"


def _row(settings: Settings, feed: CalendarFeed) -> FeedRow:
    address = address_of(settings, feed)
    subject = feed.vehicle or feed.organisation
    return FeedRow(
        id=feed.id,
        name=subject.name if subject else "",
        is_vehicle=feed.vehicle_id is not None,
        https=address,
        webcal=f"webcal://{address.partition('://')[2]}",
        created_at=feed.created_at,
        created_by=feed.created_by.name if feed.created_by else "",
        read_at=feed.read_at,
    )


def _sees_all(ctx: Context) -> bool:
    return ctx.is_system or scope_of(ctx.actor, Permission.VAN_REQUEST) is Scope.ALL


def _own(ctx: Context) -> Organisation:
    """The actor's association; a partner has none here, and reads the calendar itself."""
    organisation = ctx.actor.organisation if ctx.actor else None
    if organisation is None or not ctx.may(Permission.VAN_REQUEST, organisation.id):
        raise ForbiddenError
    return organisation


def _check_subject(ctx: Context, organisation_id: int | None, vehicle_id: int | None) -> None:
    if vehicle_id is not None:
        if not _sees_all(ctx):
            _own(ctx)
        vehicle = ctx.session.scalar(vehicle_queries.vehicle(vehicle_id))
        if vehicle is None or not vehicle.is_lent:
            raise NotFoundError(UNKNOWN_VEHICLE, field="subject")
        return
    ctx.require(Permission.VAN_REQUEST, organisation_id)
    organisation = ctx.session.get(Organisation, organisation_id)
    if organisation is None or organisation.is_archived:
        raise InvalidError(WHICH_ORGANISATION, field="subject")


def _to_change(ctx: Context, feed_id: int) -> CalendarFeed:
    feed = ctx.session.scalar(queries.feed(feed_id))
    if feed is None:
        raise NotFoundError(UNKNOWN)
    if not (_sees_all(ctx) or _is_own(ctx, feed)):
        raise ForbiddenError
    if feed.revoked_at is not None:
        raise ConflictError(REVOKED)
    return feed


def _is_own(ctx: Context, feed: CalendarFeed) -> bool:
    own = _own(ctx)
    made_it = ctx.actor_id is not None and feed.created_by_id == ctx.actor_id
    return feed.organisation_id == own.id or (feed.vehicle_id is not None and made_it)


def _add(
    ctx: Context, action: str, organisation_id: int | None, vehicle_id: int | None
) -> CalendarFeed:
    feed = CalendarFeed(
        organisation_id=organisation_id,
        vehicle_id=vehicle_id,
        **link_columns(ctx.settings, PURPOSE),
        created_by_id=ctx.actor_id,
        created_at=ctx.now,
    )
    ctx.session.add(feed)
    ctx.session.flush()
    ctx.record(action, feed)
    return feed
