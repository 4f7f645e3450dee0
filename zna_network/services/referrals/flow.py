"""The states of a referral and its history: the only place that writes either.

A referral is taken or not (``state``), and the person goes from step to step (``step``). Every
passage adds an event and moves the referral with it, in the caller's transaction."""

from datetime import datetime

from zna_network.models.referral import (
    EventKind,
    OutcomeResult,
    Referral,
    ReferralEvent,
    ReferralState,
    Side,
    Step,
)
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import local_date
from zna_network.services.referrals.access import Author

_FROM: dict[ReferralState, frozenset[ReferralState]] = {
    ReferralState.OPEN: frozenset(
        {
            ReferralState.ACCEPTED,
            ReferralState.REFUSED,
            ReferralState.EXPIRED,
            ReferralState.WITHDRAWN,
        }
    ),
    ReferralState.ACCEPTED: frozenset({ReferralState.WITHDRAWN, ReferralState.REFUSED}),
    # Who answers late is welcome; a refusal may be reconsidered.
    ReferralState.EXPIRED: frozenset({ReferralState.OPEN, ReferralState.ACCEPTED}),
    ReferralState.REFUSED: frozenset({ReferralState.OPEN, ReferralState.ACCEPTED}),
    ReferralState.WITHDRAWN: frozenset({ReferralState.OPEN}),
}
# What the clock remarks moves nothing: silence is counted from what people did.
_REMARKS = frozenset({EventKind.REMINDED, EventKind.ESCALATED})
# What is done for a person, or with them: the two years after the last contact start again.
_CONTACTS = frozenset(
    {
        EventKind.CREATED,
        EventKind.ACCEPTED,
        EventKind.APPOINTMENT,
        EventKind.STEP,
        EventKind.OUTCOME,
        EventKind.CONSENT,
        EventKind.REOPENED,
    }
)


def append(
    ctx: Context,
    referral: Referral,
    kind: EventKind,
    author: Author,
    *,
    at: datetime | None = None,
    state: ReferralState | None = None,
    step: Step | None = None,
    words: str = "",
    **detail: str,
) -> ReferralEvent:
    """One event, with what it changes. ``at`` is when it happened, now by default. Raises
    ConflictError when the referral cannot pass from its state to ``state``."""
    if state is not None and state is not referral.state:
        _pass_to(ctx, referral, state)
    if step is not None:
        referral.step = step
    referral.closed_at = _closing(ctx, referral)
    referral.updated_at = ctx.now
    if kind not in _REMARKS:
        referral.moved_at = ctx.now
    if kind in _CONTACTS and author.side is not Side.SYSTEM:
        _note_contact(ctx, referral, at)
    event = ReferralEvent(
        referral=referral,
        kind=kind,
        side=author.side,
        author=author.label,
        author_id=author.user_id,
        at=at or ctx.now,
        recorded_at=ctx.now,
        state=referral.state,
        step=referral.step,
        detail=detail,
        words=words,
    )
    ctx.session.add(event)
    ctx.record(f"referral.{kind.value}", referral)
    return event


def step_after_outcomes(referral: Referral) -> Step | None:
    """The end of the road once every right of the referral has an outcome in force; none before."""
    in_force = {o.right_code: o.result for o in referral.outcomes if o.replaced_at is None}
    if not in_force or {right.right_code for right in referral.rights} - in_force.keys():
        return None
    won = {OutcomeResult.OPENED, OutcomeResult.RENEWED}
    return Step.OPENED if won & set(in_force.values()) else Step.REFUSED


def _note_contact(ctx: Context, referral: Referral, at: datetime | None) -> None:
    person = referral.person
    if person.anonymised_at is None:
        person.last_contact_on = max(person.last_contact_on, local_date(at or ctx.now))


def _pass_to(ctx: Context, referral: Referral, state: ReferralState) -> None:
    if state not in _FROM[referral.state]:
        raise ConflictError(
            f"Cette orientation est déjà « {referral.state.label.lower()} » : rien n’a été changé."
        )
    referral.state = state
    referral.decided_at = None if state is ReferralState.OPEN else ctx.now
    if state is not ReferralState.REFUSED:
        referral.refusal = None


def _closing(ctx: Context, referral: Referral) -> datetime | None:
    ended = referral.step.is_end or referral.state in {
        ReferralState.REFUSED,
        ReferralState.EXPIRED,
        ReferralState.WITHDRAWN,
    }
    return (referral.closed_at or ctx.now) if ended else None
