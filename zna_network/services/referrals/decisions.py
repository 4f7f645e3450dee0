"""Received, accepted, refused, reopened. The decision carries what its author was looking at: of
two people who decide at once, the second is told of the first's, and nothing is overwritten."""

from zna_network.models.referral import (
    EventKind,
    Referral,
    ReferralState,
    RefusalReason,
    Side,
    Step,
)
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import short_datetime
from zna_network.services.referrals import appointments, flow, mails, news
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.acting import Target, acting, clean_words, note_seen
from zna_network.services.referrals.links import renew_link

_DECIDING = {
    EventKind.ACCEPTED,
    EventKind.REFUSED,
    EventKind.EXPIRED,
    EventKind.WITHDRAWN,
    EventKind.REOPENED,
}


def mark_seen(ctx: Context, target: Target) -> Referral:
    """« J’ai bien reçu »: the sender is told, once."""
    with acting(ctx, target, Side.RECEIVER) as (referral, author):
        if note_seen(ctx, referral, author):
            mails.to_sender(ctx, referral, news.seen(referral))
    return referral


def accept(ctx: Context, target: Target, *, shown: ReferralState | None = None) -> Referral:
    """The receiver takes the referral. ``shown`` is the state that the page showed; accepting
    what is already accepted changes nothing. Raises ConflictError."""
    with acting(ctx, target, Side.RECEIVER) as (referral, author):
        note_seen(ctx, referral, author)
        if referral.state is ReferralState.ACCEPTED:
            return referral
        # Nobody has decided anything on one that expired: who answers late is welcome.
        if referral.state is not ReferralState.EXPIRED:
            _refuse_if_decided(referral, shown)
        flow.append(ctx, referral, EventKind.ACCEPTED, author, state=ReferralState.ACCEPTED)
        mails.to_sender(ctx, referral, news.accepted(referral))
    return referral


def refuse(
    ctx: Context,
    target: Target,
    reason: RefusalReason,
    *,
    words: str = "",
    shown: ReferralState | None = None,
) -> Referral:
    """The receiver does not take it, or no longer does, for a coded reason; « other » needs words.
    The meetings to come are cancelled. Raises ConflictError, InvalidError."""
    other = reason is RefusalReason.OTHER
    said = clean_words(words, required="Dites la raison en quelques mots." if other else "")
    with acting(ctx, target, Side.RECEIVER) as (referral, author):
        note_seen(ctx, referral, author)
        if referral.state is ReferralState.REFUSED and referral.refusal is reason:
            return referral
        _refuse_if_decided(referral, shown)
        appointments.cancel_to_come(ctx, referral, author)
        referral.refusal = reason
        flow.append(
            ctx,
            referral,
            EventKind.REFUSED,
            author,
            state=ReferralState.REFUSED,
            words=said,
            reason=reason.value,
        )
        mails.to_sender(ctx, referral, news.refused(referral))
    return referral


def reopen(ctx: Context, referral_id: int, *, words: str = "") -> Referral:
    """Who refers, or the staff, asks again: the receiver is told as at first, with a link that
    works, and the days are counted anew. The end that the person had come to is left."""
    said = clean_words(words)
    with acting(ctx, referral_id, Side.SENDER) as (referral, author):
        if referral.is_live:
            raise ConflictError("Cette orientation est déjà ouverte : rien n’a été changé.")
        if flow.step_after_outcomes(referral) is not None:
            raise ConflictError(
                "Chaque droit de cette orientation a son résultat : corrigez le résultat, ou "
                "faites une nouvelle orientation."
            )
        step = Step.IDENTIFIED if referral.step.is_end else referral.step
        if referral.state is ReferralState.ACCEPTED:
            flow.append(ctx, referral, EventKind.REOPENED, author, step=step, words=said)
            return referral
        flow.append(
            ctx,
            referral,
            EventKind.REOPENED,
            author,
            state=ReferralState.OPEN,
            step=step,
            words=said,
        )
        if referral.link_revoked_at is not None or referral.link_expires_at <= ctx.now:
            renew_link(ctx.settings, referral, ctx.now)
        referral.sent_at = None
        mails.announce(ctx, referral)
    return referral


def before_withdrawal(ctx: Context, referral: Referral, author: Author) -> None:
    """What a withdrawal leads to, in its transaction, before the state changes: the meetings to
    come are cancelled and the receiver is told."""
    appointments.cancel_to_come(ctx, referral, author)
    mails.announce_withdrawal(ctx, referral)


def _refuse_if_decided(referral: Referral, shown: ReferralState | None) -> None:
    if shown is None or referral.state is shown:
        return
    last = next((event for event in reversed(referral.events) if event.kind in _DECIDING), None)
    who = f" par {last.author} le {short_datetime(last.at)}" if last else ""
    raise ConflictError(
        f"Entre-temps, cette orientation est devenue « {referral.state.label.lower()} »{who} : "
        "votre décision n’a pas été enregistrée. Relisez, puis décidez."
    )
