"""The composition of committees against a real database, on both engines."""

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.organisations import make_contact, make_organisation
from tests.races import results_at_once
from zna_network.models.account import Role
from zna_network.models.committee import Membership, MembershipState, Seat
from zna_network.models.organisation import Contact
from zna_network.services import committees, memberships
from zna_network.services.contacts import ContactData
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.memberships import Proposal

PROPOSED, VALIDATED = MembershipState.PROPOSED, MembershipState.VALIDATED
SET_ASIDE, LEFT = MembershipState.SET_ASIDE, MembershipState.LEFT


def _history(membership: Membership) -> list[tuple[MembershipState, str]]:
    return [(event.state, event.reason) for event in membership.events]


def test_a_proposal_waits_for_a_decision(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    contact = make_contact(ctx.session, make_organisation(ctx.session))
    proposal = Proposal(Seat.SUBSTITUTE)
    membership = memberships.propose_member(ctx, committee.id, contact.id, proposal)
    assert (membership.state, membership.seat) == (PROPOSED, Seat.SUBSTITUTE)
    assert _history(membership) == [(PROPOSED, "")]


def test_an_agent_proposes_and_validates_at_once(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    contact = make_contact(ctx.session, make_organisation(ctx.session))
    agent = acting_as(ctx, make_user(ctx.session, Role.AGENT))
    proposal = Proposal(validated=True)
    membership = memberships.propose_member(agent, committee.id, contact.id, proposal)
    assert membership.state is VALIDATED
    assert _history(membership) == [(PROPOSED, ""), (VALIDATED, "")]
    assert {event.actor_id for event in membership.events} == {agent.actor_id}


def test_a_new_contact_is_created_and_proposed_together(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    organisation = make_organisation(ctx.session)
    data = ContactData("Exemple", "Dominique", function="Responsable d’agence")
    membership = memberships.propose_new_contact(ctx, committee.id, organisation.id, data)
    assert membership.contact.organisation_id == organisation.id
    assert membership.contact.full_name == "Dominique Exemple"


def test_a_new_contact_is_not_created_when_it_cannot_be_proposed(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    organisation = make_organisation(ctx.session)
    committees.archive_committee(ctx, committee.id)
    with pytest.raises(ConflictError):
        memberships.propose_new_contact(ctx, committee.id, organisation.id, ContactData("Exemple"))
    assert ctx.session.query(Contact).count() == 0


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (PROPOSED, "figure déjà parmi les propositions"),
        (VALIDATED, "est déjà membre"),
        (SET_ASIDE, "seule la CUA peut y revenir"),
    ],
)
def test_the_same_contact_has_one_place(ctx: Context, state: MembershipState, message: str) -> None:
    known = make_membership(ctx.session, make_committee(ctx.session), state=state)
    with pytest.raises(ConflictError, match=message) as refusal:
        memberships.propose_member(ctx, known.committee_id, known.contact_id)
    assert refusal.value.field == "contact"
    assert known.contact.full_name in refusal.value.message


def test_the_same_contact_may_sit_elsewhere(ctx: Context) -> None:
    known = make_membership(ctx.session, make_committee(ctx.session))
    other = make_committee(ctx.session)
    assert memberships.propose_member(ctx, other.id, known.contact_id).state is PROPOSED


def test_somebody_who_left_may_be_proposed_again(ctx: Context) -> None:
    known = make_membership(ctx.session, make_committee(ctx.session), state=LEFT)
    again = memberships.propose_member(ctx, known.committee_id, known.contact_id)
    assert again.id == known.id
    assert [state for state, _ in _history(again)] == [PROPOSED, LEFT, PROPOSED]


def test_refuses_a_contact_that_is_archived_or_unknown(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    contact = make_contact(ctx.session, make_organisation(ctx.session), archived_at=ctx.now)
    for contact_id in (contact.id, 999):
        with pytest.raises(InvalidError) as refusal:
            memberships.propose_member(ctx, committee.id, contact_id)
        assert refusal.value.field == "contact"


def test_one_place_when_two_people_propose_the_same_contact_at_once(
    app: Flask, ctx: Context
) -> None:
    committee_id = make_committee(ctx.session).id
    contact_id = make_contact(ctx.session, make_organisation(ctx.session)).id
    outcomes = results_at_once(
        app, [lambda ctx: memberships.propose_member(ctx, committee_id, contact_id).id] * 4
    )
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 3


def test_decides_on_several_at_once_with_one_reason(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    waiting = [make_membership(ctx.session, committee, state=PROPOSED) for _ in range(3)]
    ids = [membership.id for membership in waiting]
    memberships.decide(ctx, committee.id, ids[:2], SET_ASIDE, " Hors du territoire. ")
    memberships.decide(ctx, committee.id, ids[2:], VALIDATED)
    assert [membership.state for membership in waiting] == [SET_ASIDE, SET_ASIDE, VALIDATED]
    assert _history(waiting[0])[-1] == (SET_ASIDE, "Hors du territoire.")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_setting_aside_needs_a_reason(ctx: Context, reason: str) -> None:
    waiting = make_membership(ctx.session, make_committee(ctx.session), state=PROPOSED)
    with pytest.raises(InvalidError) as refusal:
        memberships.decide(ctx, waiting.committee_id, [waiting.id], SET_ASIDE, reason)
    assert refusal.value.field == "reason"
    assert waiting.state is PROPOSED


def test_a_decision_is_about_somebody(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    with pytest.raises(InvalidError) as refusal:
        memberships.decide(ctx, committee.id, [], VALIDATED)
    assert refusal.value.field == "members"
    elsewhere = make_membership(ctx.session, make_committee(ctx.session), state=PROPOSED)
    with pytest.raises(NotFoundError):
        memberships.decide(ctx, committee.id, [elsewhere.id], VALIDATED)
    assert elsewhere.state is PROPOSED


def test_all_or_none_when_one_has_already_been_decided(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    waiting = make_membership(ctx.session, committee, state=PROPOSED)
    done = make_membership(ctx.session, committee)
    with pytest.raises(ConflictError, match="déjà décidé"):
        memberships.decide(ctx, committee.id, [waiting.id, done.id], SET_ASIDE, "Motif")
    assert (waiting.state, done.state) == (PROPOSED, VALIDATED)


def test_one_decision_is_kept_when_two_are_taken_at_once(app: Flask, ctx: Context) -> None:
    waiting = make_membership(ctx.session, make_committee(ctx.session), state=PROPOSED)
    committee_id, ids = waiting.committee_id, [waiting.id]

    def validate(ctx: Context) -> str:
        return memberships.decide(ctx, committee_id, ids, VALIDATED)[0].state.value

    def set_aside(ctx: Context) -> str:
        return memberships.decide(ctx, committee_id, ids, SET_ASIDE, "Motif")[0].state.value

    outcomes = results_at_once(app, [validate, set_aside] * 3)
    kept = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(kept) == 1
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 5
    assert waiting.state.value == kept[0]
    assert len(waiting.events) == 2


def test_somebody_set_aside_can_be_put_back(ctx: Context) -> None:
    aside = make_membership(ctx.session, make_committee(ctx.session), state=SET_ASIDE)
    memberships.put_back(ctx, aside.committee_id, aside.id, "Nouvel élément")
    assert _history(aside)[-1] == (PROPOSED, "Nouvel élément")
    with pytest.raises(ConflictError):
        memberships.put_back(ctx, aside.committee_id, aside.id)


def test_a_member_leaves_and_the_history_stays(ctx: Context) -> None:
    member = make_membership(ctx.session, make_committee(ctx.session))
    memberships.leave(ctx, member.committee_id, member.id, "A changé de poste")
    assert _history(member) == [(PROPOSED, ""), (VALIDATED, ""), (LEFT, "A changé de poste")]
    with pytest.raises(ConflictError, match="ne fait plus partie"):
        memberships.leave(ctx, member.committee_id, member.id)


def test_the_seat_changes_and_the_history_says_so(ctx: Context) -> None:
    member = make_membership(ctx.session, make_committee(ctx.session))
    memberships.change_seat(ctx, member.committee_id, member.id, Seat.GUEST)
    memberships.change_seat(ctx, member.committee_id, member.id, Seat.GUEST)
    assert member.seat is Seat.GUEST
    assert _history(member)[-1] == (VALIDATED, "Titulaire, désormais invité")
    assert len(member.events) == 3
    gone = make_membership(ctx.session, member.committee, state=LEFT)
    with pytest.raises(ConflictError):
        memberships.change_seat(ctx, gone.committee_id, gone.id, Seat.FULL)


def test_the_grantee_proposes_withdraws_and_decides_on_nothing(ctx: Context) -> None:
    grantee = make_organisation(ctx.session)
    committee = make_committee(ctx.session, led_by=grantee)
    member = make_membership(ctx.session, committee)
    contact = make_contact(ctx.session, make_organisation(ctx.session))
    mine = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    proposed = memberships.propose_member(mine, committee.id, contact.id)
    with pytest.raises(ForbiddenError):
        memberships.decide(mine, committee.id, [proposed.id], VALIDATED)
    with pytest.raises(ForbiddenError):
        memberships.leave(mine, committee.id, member.id)
    memberships.leave(mine, committee.id, proposed.id, "Erreur de personne")
    assert (proposed.state, member.state) == (LEFT, VALIDATED)
    with pytest.raises(ForbiddenError):
        memberships.propose_member(mine, committee.id, contact.id, Proposal(validated=True))
    assert proposed.state is LEFT


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_nobody_composes_the_committee_of_others(ctx: Context, role: Role) -> None:
    organisation = make_organisation(ctx.session)
    committee = make_committee(ctx.session, led_by=make_organisation(ctx.session))
    seat = make_membership(ctx.session, committee, make_contact(ctx.session, organisation))
    contact = make_contact(ctx.session, organisation)
    other = acting_as(ctx, make_user(ctx.session, role, organisation))
    with pytest.raises(ForbiddenError):
        memberships.propose_member(other, committee.id, contact.id)
    with pytest.raises(ForbiddenError):
        memberships.leave(other, committee.id, seat.id)
    with pytest.raises(ForbiddenError):
        memberships.put_back(other, committee.id, seat.id)
    with pytest.raises(ForbiddenError):
        memberships.change_seat(other, committee.id, seat.id, Seat.GUEST)
