"""The link of who answers for a stand: derived as invitations' are, never stored in clear."""

from zna_network.config import Settings
from zna_network.models.stand import Stand
from zna_network.queries import stands as queries
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.links import derived_token, hash_to_find, link_columns

PURPOSE = "stand"
UNKNOWN = (
    "Ce lien ne correspond à aucun stand. Il est peut-être incomplet, ou a été remplacé : ouvrez "
    "celui du dernier message reçu, ou demandez-en un nouveau à la Communauté urbaine d’Arras."
)


def fresh_link(settings: Settings) -> dict[str, str]:
    """The columns of a new stand's link."""
    return link_columns(settings, PURPOSE)


def replace_link(settings: Settings, stand: Stand) -> None:
    """Stop the present link for good: the stand gets another, that nobody has yet."""
    fresh = fresh_link(settings)
    stand.link_salt, stand.link_hash = fresh["link_salt"], fresh["link_hash"]


def token_of(settings: Settings, stand: Stand) -> str:
    return derived_token(settings, PURPOSE, stand.link_salt)


def link_of(settings: Settings, stand: Stand) -> str:
    """The whole address, as mails carry it."""
    return f"{settings.base_url}/forum/stand/{token_of(settings, stand)}"


def stand_of(ctx: Context, token: str) -> Stand:
    """Whose link this is. Raises NotFoundError."""
    found = ctx.session.scalar(queries.by_link(hash_to_find(token)))
    if found is None:
        raise NotFoundError(UNKNOWN)
    return found
