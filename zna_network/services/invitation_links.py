"""The link of each invited person: what it is, whose it is, and how it stops working."""

from zna_network.config import Settings
from zna_network.models.invitation import Invitation, RetiredLink
from zna_network.queries import invitations as queries
from zna_network.services.context import Context
from zna_network.services.errors import LinkGoneError, NotFoundError
from zna_network.services.links import derived_token, hash_to_find, link_columns

PURPOSE = "invitation"
UNKNOWN = (
    "Ce lien ne correspond à aucune convocation. Il est peut-être incomplet\u00a0: ouvrez-le "
    "directement depuis le message reçu, sans le recopier."
)
REPLACED = (
    "Ce lien a été remplacé ou désactivé. Utilisez celui du dernier message reçu, ou demandez-en "
    "un nouveau à la Communauté urbaine d’Arras."
)


def fresh_link(settings: Settings) -> dict[str, str]:
    """The columns of a new invitation's link."""
    return link_columns(settings, PURPOSE)


def token_of(settings: Settings, invitation: Invitation) -> str:
    return derived_token(settings, PURPOSE, invitation.link_salt)


def link_of(settings: Settings, invitation: Invitation) -> str:
    """The whole address, as mails and letters carry it."""
    return f"{settings.base_url}/r/{token_of(settings, invitation)}"


def invitation_of(ctx: Context, token: str) -> Invitation:
    """Whose link this is. Raises LinkGoneError for a link that no longer works, NotFoundError
    for one that never did."""
    hashed = hash_to_find(token)
    found = ctx.session.scalar(queries.by_link(hashed))
    if found is None and ctx.session.scalar(queries.retired_link(hashed)) is not None:
        raise LinkGoneError(REPLACED)
    if found is None:
        raise NotFoundError(UNKNOWN)
    return found


def retire_link(ctx: Context, invitation: Invitation) -> None:
    """Stop the present link for good; the invitation gets another, that nobody has yet."""
    ctx.session.add(
        RetiredLink(link_hash=invitation.link_hash, invitation_id=invitation.id, retired_at=ctx.now)
    )
    fresh = fresh_link(ctx.settings)
    invitation.link_salt, invitation.link_hash = fresh["link_salt"], fresh["link_hash"]
