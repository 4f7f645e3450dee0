"""The receiver's link for who refers and for the staff: sent again, replaced, stopped."""

from zna_network.models.referral import EventKind, Referral, Side
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.referrals import flow, mails
from zna_network.services.referrals.acting import acting, refuse_if_over
from zna_network.services.referrals.links import renew_link

NO_ADDRESS = (
    "Cet organisme n’a pas d’adresse e-mail dans l’annuaire. Complétez sa fiche, ou appelez-le."
)


def resend(ctx: Context, referral_id: int) -> Referral:
    """The mail again, with the present link, whose life is prolonged. Raises ConflictError when
    the link was stopped or the organisation has no address."""
    with acting(ctx, referral_id, Side.SENDER) as (referral, author):
        refuse_if_over(referral)
        if referral.link_revoked_at is not None:
            raise ConflictError("Ce lien est arrêté : faites-en un nouveau.")
        _send(ctx, referral)
        flow.append(ctx, referral, EventKind.LINK, author, act="resent")
    return referral


def renew(ctx: Context, referral_id: int) -> Referral:
    """Another link, which leaves by mail; the former one stops at once."""
    with acting(ctx, referral_id, Side.SENDER) as (referral, author):
        refuse_if_over(referral)
        renew_link(ctx.settings, referral, ctx.now)
        ctx.session.flush()
        _send(ctx, referral)
        flow.append(ctx, referral, EventKind.LINK, author, act="renewed")
    return referral


def revoke(ctx: Context, referral_id: int) -> Referral:
    """The link stops at once, whoever holds it. Stopping it again changes nothing."""
    with acting(ctx, referral_id, Side.SENDER) as (referral, author):
        if referral.link_revoked_at is not None:
            return referral
        referral.link_revoked_at = ctx.now
        flow.append(ctx, referral, EventKind.LINK, author, act="revoked")
    return referral


def _send(ctx: Context, referral: Referral) -> None:
    if not mails.to_receiver(ctx, referral, "referral_link"):
        raise ConflictError(NO_ADDRESS)
    if referral.sent_at is None:
        referral.sent_at = ctx.now
