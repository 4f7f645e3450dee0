"""Which acts a referral allows to each side, so that no page offers what would be refused. The use
cases judge again."""

from collections.abc import Collection
from enum import StrEnum

from zna_network.models.referral import Referral, ReferralState, Side
from zna_network.services.referrals import flow


class Act(StrEnum):
    """The value is the last part of the act's address."""

    SEEN = "recue"
    ACCEPT = "accepter"
    REFUSE = "refuser"
    ASK = "question"
    ANSWER = "reponse"
    PROPOSE = "rendez-vous"
    MOVE = "deplacer"
    FOLLOW = "suite"
    STEP = "etape"
    OUTCOME = "resultat"
    NOTE = "note"
    RESEND = "renvoyer-le-lien"
    RENEW = "nouveau-lien"
    REVOKE = "arreter-le-lien"
    REOPEN = "rouvrir"


RECEIVERS = frozenset({Act.SEEN, Act.ACCEPT, Act.REFUSE, Act.PROPOSE, Act.MOVE})
SENDERS = frozenset({Act.RESEND, Act.RENEW, Act.REVOKE, Act.REOPEN})
BY_LINK = frozenset(Act) - SENDERS
_OVER = frozenset({ReferralState.REFUSED, ReferralState.WITHDRAWN})
_WORK = frozenset({Act.PROPOSE, Act.MOVE, Act.STEP, Act.OUTCOME})


def available(referral: Referral, sides: Collection[Side]) -> frozenset[Act]:
    """What who is on these sides may do now."""
    may_all = bool({Side.STAFF, Side.SYSTEM} & set(sides))
    receives, sends = may_all or Side.RECEIVER in sides, may_all or Side.SENDER in sides
    if not (receives or sends) or referral.person.anonymised_at is not None:
        return frozenset()
    acts = _possible(referral)
    if not receives:
        acts -= RECEIVERS
    if not sends:
        acts -= SENDERS
    if Side.RECEIVER not in sides:
        acts -= {Act.SEEN}
    return frozenset(acts)


def _possible(referral: Referral) -> set[Act]:
    state = referral.state
    acts = {Act.NOTE, Act.FOLLOW}
    if referral.seen_at is None:
        acts |= {Act.SEEN}
    if state is not ReferralState.ACCEPTED and state is not ReferralState.WITHDRAWN:
        acts |= {Act.ACCEPT}
    if state in {ReferralState.OPEN, ReferralState.ACCEPTED}:
        acts |= {Act.REFUSE}
    if state not in _OVER:
        acts |= _WORK | {Act.ASK, Act.ANSWER, Act.RESEND, Act.RENEW}
    if flow.step_after_outcomes(referral) is not None:
        acts -= {Act.STEP}
    elif not referral.is_live:
        acts |= {Act.REOPEN}
    if state is ReferralState.OPEN and not referral.is_live:
        # Informed, declines: the organisation was never asked, or no longer has to answer.
        acts -= {Act.SEEN, Act.ACCEPT, Act.REFUSE, Act.ASK, Act.RESEND, Act.RENEW, *_WORK}
        acts |= {Act.OUTCOME} if referral.outcomes else set()
    if referral.link_revoked_at is None:
        acts |= {Act.REVOKE}
    else:
        acts -= {Act.RESEND}
    return acts
