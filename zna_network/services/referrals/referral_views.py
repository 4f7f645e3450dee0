"""One referral as its reader may see it, and its withdrawal by who had made it."""

from dataclasses import dataclass

from zna_network.models.person import FileOpening
from zna_network.models.referral import EventKind, Referral, ReferralState, Side
from zna_network.queries import referrals as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.referrals import decisions, flow
from zna_network.services.referrals.access import (
    UNKNOWN_REFERRAL,
    Identity,
    identity_of,
    may_read_words,
    may_see_situation,
    opening_of,
    sides_of,
)
from zna_network.services.referrals.acting import acting, clean_words

OVER = "Cette orientation est close : il n’y a plus rien à retirer."
_WITHDRAWABLE = frozenset({ReferralState.OPEN, ReferralState.ACCEPTED})


@dataclass(frozen=True)
class ReferralView:
    """``identity`` when the reader may know it; ``reads_words``: whether what was typed about the
    need is theirs to read; ``sees_situation``: where the person lives and what they are.
    ``may_open``: the reader may open the file by saying why."""

    referral: Referral
    sides: tuple[Side, ...]
    identity: Identity | None
    reads_words: bool
    sees_situation: bool
    may_open: bool
    opening: FileOpening | None
    may_withdraw: bool

    @property
    def is_ours(self) -> bool:
        """The reader's own organisation refers, or follows the person."""
        return Side.SENDER in self.sides


def read(ctx: Context, referral_id: int) -> ReferralView:
    """Raises NotFoundError when there is none, or it is not theirs to see."""
    with ctx.unit_of_work():
        view = _view(ctx, referral_id)
        ctx.record("referral.read", view.referral, what="page")
        if view.identity is not None:
            ctx.record("person.read", view.referral.person, what="referral")
    # Committed, and expired by it: read again as the templates will.
    return _view(ctx, referral_id)


def withdraw(ctx: Context, referral_id: int, words: str = "") -> Referral:
    """Who had made it asks nothing any more: the receiver is told, and no longer knows who the
    person is. Withdrawn already, nothing happens. Raises ConflictError once it is closed."""
    said = clean_words(words)
    with acting(ctx, referral_id, Side.SENDER) as (referral, author):
        if referral.state is ReferralState.WITHDRAWN:
            return referral
        if not referral.is_live:
            raise ConflictError(OVER)
        decisions.before_withdrawal(ctx, referral, author)
        state = ReferralState.WITHDRAWN
        flow.append(ctx, referral, EventKind.WITHDRAWN, author, state=state, words=said)
    return referral


def _view(ctx: Context, referral_id: int) -> ReferralView:
    referral = ctx.session.scalar(queries.by_id(referral_id))
    sides = sides_of(ctx, referral) if referral is not None else ()
    if referral is None or not sides:
        raise NotFoundError(UNKNOWN_REFERRAL)
    sends = bool({Side.SENDER, Side.STAFF, Side.SYSTEM} & set(sides))
    return ReferralView(
        referral=referral,
        sides=sides,
        identity=identity_of(ctx, referral.person, referral),
        reads_words=may_read_words(ctx, referral),
        sees_situation=may_see_situation(ctx, referral),
        may_open=ctx.actor is not None
        and ctx.actor.is_staff
        and ctx.may(Permission.PERSON_OPEN)
        and referral.person.anonymised_at is None,
        opening=opening_of(ctx, referral.person),
        may_withdraw=sends and referral.is_live and referral.state in _WITHDRAWABLE,
    )
