"""The composition of a committee: proposals, decisions, departures, and their history."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.committee import (
    Committee,
    Membership,
    MembershipEvent,
    MembershipState,
    Seat,
)
from zna_network.models.organisation import Contact
from zna_network.queries import memberships as queries
from zna_network.services import contacts, membership_mails
from zna_network.services.clean_values import clean_text
from zna_network.services.committees import committee_at_work
from zna_network.services.contacts import ContactData
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission

PROPOSED, VALIDATED = MembershipState.PROPOSED, MembershipState.VALIDATED
SET_ASIDE, LEFT = MembershipState.SET_ASIDE, MembershipState.LEFT
REASON_LENGTH = 1000


@dataclass(frozen=True)
class Proposal:
    """In what capacity somebody is proposed; ``validated`` by the same act, for those who may
    decide."""

    seat: Seat = Seat.FULL
    validated: bool = False


def propose_member(
    ctx: Context, committee_id: int, contact_id: int, proposal: Proposal = Proposal()
) -> Membership:
    """Propose a contact of the directory. Somebody who left may be proposed again.

    Raises ConflictError when this contact already has a place, or was set aside."""
    with ctx.unit_of_work():
        committee = _open_to_proposals(ctx, committee_id)
        contact = ctx.session.get(Contact, contact_id)
        if contact is None or contact.archived_at is not None:
            raise InvalidError("Ce contact n’est plus dans l’annuaire.", field="contact")
        return _seated(ctx, committee, contact, proposal)


def propose_new_contact(
    ctx: Context,
    committee_id: int,
    organisation_id: int,
    data: ContactData,
    proposal: Proposal = Proposal(),
) -> Membership:
    """Add somebody to an organisation of the directory and propose them, both or neither."""
    with ctx.unit_of_work():
        committee = _open_to_proposals(ctx, committee_id)
        contact = contacts.create_contact(ctx, organisation_id, data)
        return _seated(ctx, committee, contact, proposal)


def decide(
    ctx: Context,
    committee_id: int,
    membership_ids: Sequence[int],
    decision: MembershipState,
    reason: str = "",
) -> list[Membership]:
    """Validate or set aside several proposals, all of them or none.

    Raises ConflictError naming the one on which somebody else has decided meanwhile."""
    ctx.require(Permission.MEMBER_DECIDE)
    if decision not in {VALIDATED, SET_ASIDE}:
        raise ValueError(f"not a decision: {decision}")
    if not membership_ids:
        raise InvalidError("Cochez au moins une proposition.", field="members")
    reason = _clean_reason(reason, required=decision is SET_ASIDE)
    with ctx.unit_of_work():
        committee = committee_at_work(ctx, committee_id)
        chosen = list(ctx.session.scalars(queries.to_decide(committee.id, set(membership_ids))))
        if len(chosen) != len(set(membership_ids)):
            raise NotFoundError("Une de ces propositions n’existe plus.")
        for membership in chosen:
            if membership.state is not PROPOSED:
                raise ConflictError(f"Quelqu’un a déjà décidé. {_already(membership)}")
            _step(ctx, membership, decision, reason)
        membership_mails.announce_decisions(ctx, committee, chosen)
    return chosen


def put_back(ctx: Context, committee_id: int, membership_id: int, reason: str = "") -> Membership:
    """Make a proposal again of somebody who was set aside."""
    ctx.require(Permission.MEMBER_DECIDE)
    reason = _clean_reason(reason)
    with ctx.unit_of_work():
        membership = _one(ctx, committee_at_work(ctx, committee_id), membership_id)
        if membership.state is not SET_ASIDE:
            raise ConflictError(_already(membership))
        _step(ctx, membership, PROPOSED, reason)
    return membership


def leave(ctx: Context, committee_id: int, membership_id: int, reason: str = "") -> Membership:
    """End a member's seat, or withdraw a proposal that nobody has decided on yet: whoever may
    propose may withdraw, the CUA alone ends a seat."""
    reason = _clean_reason(reason)
    with ctx.unit_of_work():
        committee = _open_to_proposals(ctx, committee_id)
        membership = _one(ctx, committee, membership_id)
        if membership.state is VALIDATED:
            ctx.require(Permission.MEMBER_DECIDE)
        elif membership.state is not PROPOSED:
            raise ConflictError(_already(membership))
        _step(ctx, membership, LEFT, reason)
    return membership


def change_seat(ctx: Context, committee_id: int, membership_id: int, seat: Seat) -> Membership:
    """Full member, substitute or guest. The history keeps the change."""
    ctx.require(Permission.MEMBER_DECIDE)
    with ctx.unit_of_work():
        membership = _one(ctx, committee_at_work(ctx, committee_id), membership_id)
        if membership.state not in {PROPOSED, VALIDATED}:
            raise ConflictError(_already(membership))
        if membership.seat is not seat:
            reason = f"{membership.seat.label}, désormais {seat.label.lower()}"
            membership.seat = seat
            _note(ctx, membership, membership.state, reason)
            ctx.record("membership.seat_changed", membership, seat=seat.value)
    return membership


def _open_to_proposals(ctx: Context, committee_id: int) -> Committee:
    committee = committee_at_work(ctx, committee_id)
    ctx.require(Permission.MEMBER_PROPOSE, committee.led_by_id)
    return committee


def _one(ctx: Context, committee: Committee, membership_id: int) -> Membership:
    membership = ctx.session.scalar(queries.to_decide(committee.id, [membership_id]))
    if membership is None:
        raise NotFoundError("Ce membre n’existe pas dans cette instance.")
    return membership


def _seated(ctx: Context, committee: Committee, contact: Contact, proposal: Proposal) -> Membership:
    if proposal.validated:
        ctx.require(Permission.MEMBER_DECIDE)
    membership = ctx.session.scalar(queries.of_contact(committee.id, contact.id))
    if membership is None:
        membership = Membership(committee=committee, contact=contact)
        ctx.session.add(membership)
    elif membership.state is not LEFT:
        raise ConflictError(_already(membership), field="contact")
    membership.seat = proposal.seat
    _step(ctx, membership, PROPOSED, "")
    if proposal.validated:
        _step(ctx, membership, VALIDATED, "")
    return membership


def _step(ctx: Context, membership: Membership, state: MembershipState, reason: str) -> None:
    membership.state = state
    membership.reason = reason
    _note(ctx, membership, state, reason)
    ctx.session.flush()
    ctx.record(f"membership.{state.value}", membership, committee=membership.committee_id)


def _note(ctx: Context, membership: Membership, state: MembershipState, reason: str) -> None:
    event = MembershipEvent(state=state, reason=reason, at=ctx.now, actor_id=ctx.actor_id)
    membership.events.append(event)


def _already(membership: Membership) -> str:
    """Why this cannot be done, given what has become of this person."""
    name = membership.contact.full_name
    return {
        PROPOSED: f"{name} figure déjà parmi les propositions.",
        VALIDATED: f"{name} est déjà membre de cette instance.",
        SET_ASIDE: f"La proposition de {name} a été écartée : seule la CUA peut y revenir.",
        LEFT: f"{name} ne fait plus partie de cette instance.",
    }[membership.state]


def _clean_reason(typed: str, *, required: bool = False) -> str:
    reason = clean_text(typed, field="reason", limit=REASON_LENGTH)
    if required and not reason:
        raise InvalidError("Indiquez le motif : il sera transmis au lauréat.", field="reason")
    return reason
