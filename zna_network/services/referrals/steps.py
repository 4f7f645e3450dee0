"""How far the person has come. That a right is opened or refused is said by its outcome, so that
no figure lacks its right and its amount."""

from datetime import date, datetime, time

from zna_network.models.referral import EventKind, Referral, Side, Step
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import from_local, local_date
from zna_network.services.referrals import flow
from zna_network.services.referrals.acting import (
    Target,
    acting,
    clean_words,
    note_seen,
    said_already,
    take,
)

OFFERED = (Step.CONTACTED, Step.MET, Step.FILED, Step.WITHDRAWN, Step.DECLINED)
_NOON = time(12, 0)


def record(
    ctx: Context, target: Target, step: Step, *, on: date | None = None, words: str = ""
) -> Referral:
    """The person has come to ``step``, on that day, today by default; either side may know it.
    Saying again what is said already changes nothing."""
    said = clean_words(words)
    if step not in OFFERED:
        raise InvalidError("Choisissez une étape de la liste.", field="step")
    with acting(ctx, target, Side.RECEIVER, Side.SENDER) as (referral, author):
        at = _instant(ctx, referral, on)
        note_seen(ctx, referral, author)
        take(ctx, referral, author)
        again = not said or said_already(referral, EventKind.STEP, author, said)
        if referral.step is step and again:
            return referral
        if flow.step_after_outcomes(referral) is not None:
            raise ConflictError(
                "Chaque droit de cette orientation a son résultat, qui dit où elle en est."
            )
        flow.append(ctx, referral, EventKind.STEP, author, at=at, step=step, words=said)
    return referral


def _instant(ctx: Context, referral: Referral, on: date | None) -> datetime | None:
    today = local_date(ctx.now)
    if on is None or on == today:
        return None
    if on > today:
        raise InvalidError("Cette date est à venir : notez l’étape une fois passée.", field="on")
    if on < local_date(referral.made_at):
        raise InvalidError("Cette date précède l’orientation.", field="on")
    return max(from_local(on, _NOON, field="on"), referral.made_at)
