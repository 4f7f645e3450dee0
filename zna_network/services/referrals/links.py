"""The receiver's link: derived as invitations' are, never stored in clear, good for a time."""

from datetime import datetime, timedelta

from zna_network.config import Settings
from zna_network.models.referral import Referral
from zna_network.queries import referrals as queries
from zna_network.services.context import Context
from zna_network.services.errors import LinkGoneError, NotFoundError
from zna_network.services.links import derived_token, hash_to_find, link_columns

PURPOSE = "referral"
LASTS = timedelta(days=60)
UNKNOWN = (
    "Ce lien ne correspond à aucune orientation. Il est peut-être incomplet, ou a été remplacé : "
    "ouvrez celui du dernier message reçu."
)
GONE = (
    "Ce lien n’est plus valable. Demandez-en un nouveau à l’organisme qui oriente, ou à la "
    "Communauté urbaine d’Arras."
)


def fresh_link(settings: Settings, now: datetime) -> dict[str, str | datetime]:
    """The columns of a new link."""
    return {**link_columns(settings, PURPOSE), "link_expires_at": now + LASTS}


def renew_link(settings: Settings, referral: Referral, now: datetime) -> None:
    """Another link in the place of the present one, which stops for good."""
    for column, value in fresh_link(settings, now).items():
        setattr(referral, column, value)
    referral.link_revoked_at = None


def link_of(settings: Settings, referral: Referral) -> str:
    """The whole address, as mails carry it."""
    return f"{settings.base_url}/o/{derived_token(settings, PURPOSE, referral.link_salt)}"


def referral_of(ctx: Context, token: str, *, lock: bool = False) -> Referral:
    """Whose link this is. Raises NotFoundError, or LinkGoneError once it has expired or has been
    revoked."""
    found = ctx.session.scalar(queries.by_link(hash_to_find(token), lock=lock))
    if found is None:
        raise NotFoundError(UNKNOWN)
    if found.link_revoked_at is not None or found.link_expires_at <= ctx.now:
        raise LinkGoneError(GONE)
    return found
