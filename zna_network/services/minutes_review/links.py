"""The link of somebody asked to read a draft: derived as invitations' are, never in clear."""

from zna_network.config import Settings
from zna_network.models.minutes_review import MinutesReader
from zna_network.queries import minutes_review as queries
from zna_network.services.context import Context
from zna_network.services.errors import LinkGoneError, NotFoundError
from zna_network.services.links import derived_token, hash_to_find, link_columns

PURPOSE = "minutes-reader"
UNKNOWN = (
    "Ce lien ne correspond à aucune relecture. Il est peut-être incomplet, ou a été remplacé : "
    "ouvrez celui du dernier message reçu, ou demandez-en un nouveau à la Communauté urbaine "
    "d’Arras."
)
REVOKED = "Votre relecture n’est plus attendue. Vous n’avez rien à faire."


def fresh_link(settings: Settings) -> dict[str, str]:
    """The columns of a new reader's link."""
    return link_columns(settings, PURPOSE)


def token_of(settings: Settings, reader: MinutesReader) -> str:
    return derived_token(settings, PURPOSE, reader.link_salt)


def link_of(settings: Settings, reader: MinutesReader) -> str:
    """The whole address, as mails carry it."""
    return f"{settings.base_url}/relecture/{token_of(settings, reader)}"


def reader_of(ctx: Context, token: str) -> MinutesReader:
    """Whose link this is. Raises NotFoundError, or LinkGoneError once it is withdrawn."""
    found = ctx.session.scalar(queries.by_link(hash_to_find(token)))
    if found is None:
        raise NotFoundError(UNKNOWN)
    if found.revoked_at is not None:
        raise LinkGoneError(REVOKED)
    return found
