"""The demonstration's committees: one comité technique a lot, and the COPIL."""

from dataclasses import dataclass

from zna_network.models.committee import Committee, CommitteeKind, MembershipState
from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.queries import demo as queries
from zna_network.services import committees, memberships
from zna_network.services.committees import CommitteeData
from zna_network.services.context import Context
from zna_network.services.demo.partners import ASSOCIATIONS, GRANTEES, NETWORK
from zna_network.services.memberships import Proposal

COPIL = "COPIL Territoire Zéro Non-Recours"
_SEATED = 9  # partners of the network that sit in each comité technique
_ELECTED_KINDS = {OrganisationKind.CCAS, OrganisationKind.EPCI}
_REFUSED = "L’organisme est déjà représenté par sa direction."


@dataclass(frozen=True)
class _Plan:
    name: str
    kind: CommitteeKind
    leader: str
    members: tuple[str, ...]
    waiting: tuple[str, ...]


def build(ctx: Context, organisations: dict[str, Organisation]) -> dict[str, Committee]:
    """The committees by name, composed where they are new."""
    plans = _plans()
    known = {c.name: c for c in ctx.session.scalars(queries.committees_named(list(plans)))}
    for plan in plans.values():
        if plan.name not in known:
            known[plan.name] = _compose(ctx, plan, organisations)
    return known


def _plans() -> dict[str, _Plan]:
    network = [partner.name for partner in NETWORK]
    plans = [
        _Plan(
            name=f"Comité technique — lot {lots[0]}",
            kind=CommitteeKind.TECHNICAL,
            leader=grantee.name,
            members=(grantee.name, *network[:_SEATED]),
            waiting=(ASSOCIATIONS[lots[0] - 1].name, network[-lots[0]]),
        )
        for grantee, lots in GRANTEES
    ]
    grantees = tuple(grantee.name for grantee, _ in GRANTEES)
    plans.append(_Plan(COPIL, CommitteeKind.STEERING, "", (*network[:11], *grantees), ()))
    return {plan.name: plan for plan in plans}


def _compose(ctx: Context, plan: _Plan, organisations: dict[str, Organisation]) -> Committee:
    leader = organisations.get(plan.leader)
    committee = committees.create_committee(
        ctx,
        CommitteeData(
            kind=plan.kind,
            name=plan.name,
            description="Données de démonstration : les personnes sont inventées.",
            led_by_id=str(leader.id) if leader else "",
            led_by=plan.leader,
        ),
    )
    proposed = [
        memberships.propose_member(ctx, committee.id, contact_id, Proposal())
        for name in plan.members
        for contact_id in _contact_ids(ctx, organisations[name], plan.kind)
    ]
    ids = [membership.id for membership in proposed]
    memberships.decide(ctx, committee.id, ids, MembershipState.VALIDATED)
    waiting = [
        memberships.propose_member(ctx, committee.id, contact_id)
        for name in plan.waiting
        for contact_id in _contact_ids(ctx, organisations[name], plan.kind)
    ]
    if waiting:
        memberships.decide(ctx, committee.id, [waiting[-1].id], MembershipState.SET_ASIDE, _REFUSED)
    return committee


def _contact_ids(ctx: Context, organisation: Organisation, kind: CommitteeKind) -> list[int]:
    """Its referent; in the COPIL, its elected member where it has one."""
    elected = kind is CommitteeKind.STEERING and organisation.kind in _ELECTED_KINDS
    contact = ctx.session.scalar(queries.first_contact_of(organisation.id, elected=elected))
    return [contact.id] if contact else []
