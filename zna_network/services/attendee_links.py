"""The link to one's own badge: what it is, whose it is, and how it stops working."""

from zna_network.config import Settings
from zna_network.models.attendee import Attendee
from zna_network.queries import attendees as queries
from zna_network.services.context import Context
from zna_network.services.errors import LinkGoneError, NotFoundError
from zna_network.services.languages import to_translate
from zna_network.services.links import derived_token, hash_to_find, link_columns

PURPOSE = "attendee"
UNKNOWN = to_translate(
    "Ce lien ne mène à aucun badge. Il est peut-être incomplet. Vous pouvez venir au forum sans "
    "badge\u00a0: on vous en donnera un à l’entrée."
)
ERASED = to_translate(
    "Les informations de cette inscription ont été effacées. Vous pouvez venir au forum sans "
    "badge\u00a0: on vous en donnera un à l’entrée."
)


def fresh_link(settings: Settings, salt: str | None = None) -> dict[str, str]:
    """The columns of an attendee's link; ``salt`` names the sending of a form, so that the same
    form sent twice is the same registration."""
    return link_columns(settings, PURPOSE, salt)


def token_of(settings: Settings, attendee: Attendee) -> str:
    return derived_token(settings, PURPOSE, attendee.link_salt)


def link_of(settings: Settings, attendee: Attendee) -> str:
    """The whole address, as mails carry it."""
    return f"{settings.base_url}/forum/b/{token_of(settings, attendee)}"


def attendee_of(ctx: Context, token: str, *, lock: bool = False) -> Attendee:
    """Whose link this is. Raises NotFoundError, or LinkGoneError once it has been erased."""
    found = ctx.session.scalar(queries.by_link(hash_to_find(token), lock=lock))
    if found is None:
        raise NotFoundError(UNKNOWN)
    if found.erased_at is not None:
        raise LinkGoneError(ERASED)
    return found
