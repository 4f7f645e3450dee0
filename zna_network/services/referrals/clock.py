"""What the worker does about silence: it reminds the receiver, then tells who refers, then closes
what nobody has answered.

A referral that waits is counted from the day it was sent; one that was accepted, from the last
thing that anybody did, and a meeting to come is not silence: it is reminded of and told, never
closed. Late, the worker does what is due now, once: who was never reminded is reminded on the day
that the sender is told. The row is held while it is looked at again and marked: of two workers,
the second finds it done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from zna_network.config import Settings
from zna_network.models.referral import EventKind, Referral, ReferralState
from zna_network.queries import referral_acts as queries
from zna_network.queries import referrals as referral_queries
from zna_network.services.context import Context
from zna_network.services.one_by_one import safely
from zna_network.services.referrals import flow, mails, news
from zna_network.services.referrals.access import CLOCK
from zna_network.services.referrals.appointments import TO_COME


class Due(StrEnum):
    REMINDER = "reminder"
    ESCALATION = "escalation"
    EXPIRY = "expiry"


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many referrals something was done about, each in a transaction of
    its own. One that fails is logged, and holds back no other."""
    settings = ctx.settings
    waiting = queries.silent(
        ctx.now - timedelta(days=settings.referral_reminder_days),
        ctx.now - timedelta(days=settings.referral_escalation_days),
        ctx.now - timedelta(days=settings.referral_expiry_days),
    )
    done = 0
    for referral_id in ctx.session.scalars(waiting).all():
        if should_stop():
            break
        done += safely(ctx, partial(_treat, ctx, referral_id), "the clock of a referral has failed")
    return done


def silent_since(referral: Referral) -> datetime:
    """From when the days are counted."""
    if referral.state is ReferralState.OPEN:
        return referral.sent_at or referral.received_at
    to_come = [a.ends_at for a in referral.appointments if a.state in TO_COME]
    return max([referral.moved_at, *to_come])


def due(referral: Referral, settings: Settings, now: datetime) -> Due | None:
    """What is to be done about it now, the gravest first; none when nothing is, or was done since
    the days are counted."""
    waits = referral.state is ReferralState.OPEN
    if not referral.is_live or not (waits or referral.state is ReferralState.ACCEPTED):
        return None
    since = silent_since(referral)
    silence = now - since
    if waits and silence >= timedelta(days=settings.referral_expiry_days):
        return Due.EXPIRY
    told = _after(referral.escalated_at, since)
    if silence >= timedelta(days=settings.referral_escalation_days):
        return None if told else Due.ESCALATION
    if silence < timedelta(days=settings.referral_reminder_days) or told:
        return None
    return None if _after(referral.reminded_at, since) else Due.REMINDER


def _after(instant: datetime | None, since: datetime) -> bool:
    return instant is not None and instant >= since


def _treat(ctx: Context, referral_id: int) -> int:
    with ctx.unit_of_work():
        referral = ctx.session.scalar(referral_queries.by_id(referral_id, lock=True))
        what = due(referral, ctx.settings, ctx.now) if referral else None
        if referral is None or what is None:
            return 0
        if what is Due.EXPIRY:
            _expire(ctx, referral)
        elif what is Due.ESCALATION:
            _remind(ctx, referral)
            _escalate(ctx, referral)
        elif not _remind(ctx, referral):
            # Nobody to remind: who refers is told at once.
            _escalate(ctx, referral)
    return 1


def _remind(ctx: Context, referral: Referral) -> bool:
    """Whether the receiver has been reminded, now or before. False when it has no address."""
    since = silent_since(referral)
    if _after(referral.reminded_at, since):
        return True
    key = f"reminder:{since:%Y%m%dT%H%M%S}"
    told = mails.to_receiver(ctx, referral, "referral_reminder", key=key)
    if told:
        referral.reminded_at = ctx.now
        flow.append(ctx, referral, EventKind.REMINDED, CLOCK, mails=str(told))
    return bool(told)


def _escalate(ctx: Context, referral: Referral) -> None:
    since = silent_since(referral)
    waiting = referral.state is ReferralState.OPEN
    what = news.escalated(referral, (ctx.now - since).days, waiting=waiting)
    told = mails.to_sender(ctx, referral, what, key=f"escalation:{since:%Y%m%dT%H%M%S}")
    referral.escalated_at = ctx.now
    flow.append(ctx, referral, EventKind.ESCALATED, CLOCK, mails=str(told))


def _expire(ctx: Context, referral: Referral) -> None:
    since = silent_since(referral)
    what = news.expired((ctx.now - since).days)
    key = f"expiry:{since:%Y%m%dT%H%M%S}"
    mails.to_sender(ctx, referral, what, key=key)
    if referral.sent_at is not None:
        mails.to_receiver(ctx, referral, "referral_word", what, key=key)
    flow.append(ctx, referral, EventKind.EXPIRED, CLOCK, state=ReferralState.EXPIRED)
