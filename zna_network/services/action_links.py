"""The link of each action: its owner says from it what became of it, without an account.

It ends when the action is dropped or removed, and when somebody else becomes its owner."""

from zna_network.config import Settings
from zna_network.models.minutes import ActionItem, ActionState
from zna_network.queries import action_follow_up as queries
from zna_network.services.context import Context
from zna_network.services.errors import LinkGoneError, NotFoundError
from zna_network.services.links import derived_token, hash_to_find, link_columns

PURPOSE = "action"
UNKNOWN = (
    "Ce lien ne correspond à aucune action. Il est peut-être incomplet\u00a0: ouvrez-le depuis le "
    "message reçu, sans le recopier. Si l’action a été confiée à quelqu’un d’autre, vous n’avez "
    "rien à faire."
)
DROPPED = "Cette action a été abandonnée\u00a0: vous n’avez plus rien à faire."


def token_of(settings: Settings, action: ActionItem) -> str:
    return derived_token(settings, PURPOSE, action.link_salt)


def link_of(settings: Settings, action: ActionItem) -> str:
    """The whole address, as mails carry it."""
    return f"{settings.base_url}/action/{token_of(settings, action)}"


def renew_link(settings: Settings, action: ActionItem) -> None:
    """Whoever holds the present link can do nothing with it any more."""
    fresh = link_columns(settings, PURPOSE)
    action.link_salt, action.link_hash = fresh["link_salt"], fresh["link_hash"]


def action_of(ctx: Context, token: str) -> ActionItem:
    """Whose link this is. Raises NotFoundError for one that leads nowhere, LinkGoneError once the
    action was dropped."""
    action = ctx.session.scalar(queries.by_link(hash_to_find(token)))
    if action is None:
        raise NotFoundError(UNKNOWN)
    if action.state is ActionState.DROPPED:
        raise LinkGoneError(DROPPED)
    return action
