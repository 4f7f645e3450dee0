"""What came of a right: opened, renewed or refused, with its amount and what shows it. A correction
is another row, and ends the one before; the database holds one in force for each right."""

from typing import Any

from zna_network.models.person import RightStatus
from zna_network.models.referral import (
    EventKind,
    Outcome,
    OutcomeResult,
    Referral,
    ReferralState,
    Side,
)
from zna_network.queries import referral_acts as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.referrals import flow, mails, news
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.acting import acting, note_seen, take
from zna_network.services.referrals.outcome_values import CleanOutcome, OutcomeData, clean

__all__ = ["OutcomeData", "add", "record", "snapshot_before"]
_CLOSED = frozenset({ReferralState.REFUSED, ReferralState.WITHDRAWN})


def add(ctx: Context, target: int | str, data: OutcomeData) -> Outcome:
    """The use case, for accounts and for the link's holder. Either side may know what came of it;
    the other is told."""
    with acting(ctx, target, Side.RECEIVER, Side.SENDER) as (referral, author):
        values = clean(ctx, data)
        note_seen(ctx, referral, author)
        take(ctx, referral, author)
        count = len(referral.outcomes)
        outcome = _write(ctx, referral, values, author)
        if len(referral.outcomes) > count:
            mails.tell_others(ctx, referral, author, news.outcome(author.label))
    return outcome


def record(ctx: Context, referral: Referral, data: OutcomeData, author: Author) -> Outcome:
    """In the caller's transaction, which holds the referral. What is already written, to the
    letter, is not written again: the same outcome sent twice counts once. Raises InvalidError
    naming a field of ``OutcomeData``, or ConflictError on a referral refused or withdrawn."""
    return _write(ctx, referral, clean(ctx, data), author)


def snapshot_before(ctx: Context, referral: Referral) -> dict[str, str]:
    """The person's rights as known when the referral was made: what the last diagnostic found by
    then, and « to check » for those of the referral that it says nothing of."""
    diagnostic = ctx.session.scalar(
        queries.diagnostic_before(referral.person_id, referral.received_at)
    )
    to_check = {right.right_code: RightStatus.TO_CHECK.value for right in referral.rights}
    return to_check | (diagnostic.statuses if diagnostic else {})


def _write(ctx: Context, referral: Referral, values: CleanOutcome, author: Author) -> Outcome:
    if referral.state in _CLOSED:
        raise ConflictError(
            f"Cette orientation est « {referral.state.label.lower()} » : rien n’a été changé."
        )
    current = _in_force(referral, values.right_code)
    before = current.before if current else snapshot_before(ctx, referral)
    after = _after(values, _known(referral, before))
    if current is not None:
        if values.says_the_same_as(current, after):
            return current
        current.replaced_at = ctx.now
        ctx.session.flush()
    outcome = Outcome(
        referral=referral,
        **values.columns(),
        before=before,
        after=after,
        recorded_at=ctx.now,
        recorded_by=author.label,
        author_id=author.user_id,
    )
    ctx.session.add(outcome)
    detail: dict[str, Any] = values.detail() | ({"replaces": str(current.id)} if current else {})
    step = flow.step_after_outcomes(referral)
    flow.append(ctx, referral, EventKind.OUTCOME, author, step=step, **detail)
    return outcome


def _in_force(referral: Referral, right_code: str) -> Outcome | None:
    return next(
        (o for o in referral.outcomes if o.right_code == right_code and o.replaced_at is None),
        None,
    )


def _known(referral: Referral, before: dict[str, str]) -> dict[str, str]:
    """The rights as the other outcomes of this referral have left them."""
    known = dict(before)
    for outcome in referral.outcomes:
        if outcome.replaced_at is None and outcome.result is not OutcomeResult.REFUSED:
            known[outcome.right_code] = RightStatus.HAS.value
    return known


def _after(values: CleanOutcome, known: dict[str, str]) -> dict[str, str]:
    if values.after is not None:
        return values.after
    won = values.result is not OutcomeResult.REFUSED
    status = RightStatus.HAS if won else RightStatus.NOT_CONCERNED
    return known | {values.right_code: status.value}
