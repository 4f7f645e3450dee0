"""The link of somebody invited to a trip: derived as invitations' are, never stored in clear."""

from zna_network.config import Settings
from zna_network.models.handover import BookingGuest
from zna_network.queries import van_guests as queries
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.links import derived_token, hash_to_find, link_columns

PURPOSE = "van-guest"
UNKNOWN = (
    "Ce lien ne correspond à aucune invitation. Il est peut-être incomplet, ou a été remplacé : "
    "ouvrez celui du dernier message reçu, ou demandez-en un nouveau à la Communauté urbaine "
    "d’Arras."
)


def fresh_link(settings: Settings) -> dict[str, str]:
    """The columns of a new guest's link."""
    return link_columns(settings, PURPOSE)


def token_of(settings: Settings, guest: BookingGuest) -> str:
    return derived_token(settings, PURPOSE, guest.link_salt)


def link_of(settings: Settings, guest: BookingGuest) -> str:
    """The whole address, as mails carry it."""
    return f"{settings.base_url}/cua-mobile/invitation/{token_of(settings, guest)}"


def guest_of(ctx: Context, token: str) -> BookingGuest:
    """Whose link this is, with the trip. Raises NotFoundError."""
    found = ctx.session.scalar(queries.by_link(hash_to_find(token)))
    if found is None:
        raise NotFoundError(UNKNOWN)
    return found
