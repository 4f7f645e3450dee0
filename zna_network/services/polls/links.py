"""The link of each person asked: what it is, whose it is."""

from zna_network.config import Settings
from zna_network.models.poll import PollInvitee
from zna_network.queries import polls as queries
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.links import derived_token, hash_to_find, link_columns

PURPOSE = "poll"
UNKNOWN = (
    "Ce lien ne correspond à aucun sondage. Il est peut-être incomplet, ou remplacé par celui d’un "
    "message plus récent\u00a0: ouvrez-le directement depuis le dernier message reçu."
)


def fresh_link(settings: Settings) -> dict[str, str]:
    """The columns of a new invitee's link."""
    return link_columns(settings, PURPOSE)


def token_of(settings: Settings, invitee: PollInvitee) -> str:
    return derived_token(settings, PURPOSE, invitee.link_salt)


def link_of(settings: Settings, invitee: PollInvitee) -> str:
    """The whole address, as mails carry it."""
    return f"{settings.base_url}/sondage/{token_of(settings, invitee)}"


def invitee_of(ctx: Context, token: str) -> PollInvitee:
    """Whose link this is; they may have been taken off since. Raises NotFoundError."""
    found = ctx.session.scalar(queries.by_link(hash_to_find(token)))
    if found is None:
        raise NotFoundError(UNKNOWN)
    return found
