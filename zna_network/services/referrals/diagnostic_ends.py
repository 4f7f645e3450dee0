"""How a diagnostic ends: the rights to check, gathered by who can help, become referrals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zna_network.models.referral import Referral
from zna_network.models.territory import Right
from zna_network.queries import diagnostics as queries
from zna_network.queries import territory as territory_queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.referrals import creation, receivers
from zna_network.services.referrals.creation import ReferralData, Sender
from zna_network.services.referrals.diagnostics import DiagnosticView
from zna_network.services.referrals.receivers import Suggestion

NOTHING_CHOSEN = "Choisissez au moins une orientation à faire."


@dataclass(frozen=True)
class Proposal:
    """Rights that one organisation can check together; ``suggestions`` best first, none where the
    directory knows nobody: it is then to be named."""

    rights: tuple[Right, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def key(self) -> str:
        """What the form names it by: the codes of its rights."""
        return "+".join(right.code for right in self.rights)


@dataclass(frozen=True)
class Leg:
    """One of the referrals to make; ``client_id`` is drawn by the form for each."""

    client_id: str
    receiver_id: int | None
    rights: tuple[str, ...]


def proposals(ctx: Context, view: DiagnosticView, sender_id: int) -> list[Proposal]:
    """The rights to check that nobody has been referred for from this diagnostic, each under the
    organisation that suits it best, other than the one that refers."""
    done = set(ctx.session.scalars(queries.referred_rights(view.diagnostic.id)))
    wanted = [code for code in view.to_check if code not in done]
    person = view.person
    place = (person.commune_insee, person.qpv_id, person.target_group)
    gathered: dict[int | None, list[Right]] = {}
    for right in ctx.session.scalars(territory_queries.rights_among(wanted)):
        found = _others(receivers.suggest(ctx, (right.code,), *place), sender_id)
        gathered.setdefault(found[0].organisation_id if found else None, []).append(right)
    return [
        Proposal(
            tuple(rights),
            _others(receivers.suggest(ctx, [right.code for right in rights], *place), sender_id),
        )
        for rights in gathered.values()
    ]


def _others(found: Sequence[Suggestion], sender_id: int) -> tuple[Suggestion, ...]:
    return tuple(one for one in found if one.organisation_id != sender_id)


def refer(
    ctx: Context, sender: Sender, legs: Sequence[Leg], common: ReferralData
) -> list[Referral]:
    """Make them all, or none: ``common`` says what they share (the person, how to call back, what
    was agreed to, from which diagnostic)."""
    if not legs:
        raise InvalidError(NOTHING_CHOSEN, field="legs")
    with ctx.unit_of_work():
        return [creation.create(ctx, sender, _of(leg, common)) for leg in legs]


def _of(leg: Leg, common: ReferralData) -> ReferralData:
    return replace(common, client_id=leg.client_id, receiver_id=leg.receiver_id, rights=leg.rights)
