"""Who is put on a meeting's list, and taken off it."""

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.committee import MembershipState, Seat
from zna_network.models.invitation import Answer, Invitation
from zna_network.services import invitations, invitees, rsvp
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError
from zna_network.services.invitees import Person
from zna_network.services.representatives import Representative
from zna_network.services.rsvp import AnswerData


def test_proposes_the_validated_members_who_are_not_on_the_list(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    meeting = make_meeting(ctx.session, committee)
    waiting = make_membership(ctx.session, committee)
    make_membership(ctx.session, committee, state=MembershipState.PROPOSED)
    make_membership(ctx.session, committee, state=MembershipState.SET_ASIDE)
    gone = make_membership(ctx.session, committee)
    gone.contact.archived_at = ctx.now
    there = make_membership(ctx.session, committee)
    make_invitation(ctx.session, meeting, there.contact)
    assert [member.id for member in invitees.proposals(ctx, meeting)] == [waiting.id]


def test_adds_members_with_what_the_directory_says_of_them(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    meeting = make_meeting(ctx.session, committee)
    full = make_membership(ctx.session, committee)
    guest = make_membership(ctx.session, committee, seat=Seat.GUEST)
    added = invitees.add_members(ctx, meeting.id, [full.id, guest.id, 99_999])
    first, second = added.invitations
    assert (first.name, first.email) == (full.contact.full_name, full.contact.email)
    assert first.organisation is full.contact.organisation
    assert (first.is_required, second.is_required) == (True, False)
    assert first.link_hash != second.link_hash
    assert not first.is_convened


def test_a_member_whose_address_is_taken_is_left_out_and_named(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    meeting = make_meeting(ctx.session, committee)
    first = make_membership(ctx.session, committee)
    contact = make_contact(ctx.session, first.contact.organisation, email=first.contact.email)
    second = make_membership(ctx.session, committee, contact)
    added = invitees.add_members(ctx, meeting.id, [first.id, second.id])
    assert len(added.invitations) == 1
    [reason] = added.left_out
    assert reason.startswith(contact.full_name)
    assert "est déjà celle de" in reason


def test_nobody_ticked_is_a_refusal(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    with pytest.raises(InvalidError) as refusal:
        invitees.add_members(ctx, meeting.id, [])
    assert refusal.value.field == "members"


def test_a_contact_is_on_the_list_once(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    contact = make_contact(ctx.session, make_organisation(ctx.session), email="")
    meeting_id, contact_id = meeting.id, contact.id
    ctx.session.rollback()
    outcomes = results_at_once(
        app, [lambda own: invitees.add_contact(own, meeting_id, contact_id).id] * 4
    )
    assert len([one for one in outcomes if isinstance(one, ConflictError)]) == 3
    assert ctx.session.query(Invitation).count() == 1


def test_an_archived_contact_is_refused(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    contact = make_contact(ctx.session, make_organisation(ctx.session), archived_at=ctx.now)
    with pytest.raises(InvalidError) as refusal:
        invitees.add_contact(ctx, meeting.id, contact.id)
    assert refusal.value.field == "contact"


def test_a_one_off_person_keeps_an_organisation_that_the_directory_lacks(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    known = make_organisation(ctx.session, name="CCAS d’Exempleville")
    typed = invitees.add_person(
        ctx, meeting.id, Person("Léo Témoin", organisation="ccas d'exempleville")
    )
    unknown = invitees.add_person(
        ctx, meeting.id, Person("Inès Essai", organisation="Cabinet Inconnu")
    )
    chosen = invitees.add_person(
        ctx, meeting.id, Person("Rose Gabarit", organisation="x", organisation_id=known.id)
    )
    assert typed.organisation is known
    assert chosen.organisation_label == "CCAS d’Exempleville"
    assert (unknown.organisation, unknown.organisation_label) == (None, "Cabinet Inconnu")


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (Person("  "), "name"),
        (Person("Léo Témoin", email="leo"), "email"),
        (Person("L" * 171), "name"),
    ],
)
def test_a_person_badly_described_is_refused_beside_the_field(
    ctx: Context, person: Person, field: str
) -> None:
    meeting = make_meeting(ctx.session)
    with pytest.raises(InvalidError) as refusal:
        invitees.add_person(ctx, meeting.id, person)
    assert refusal.value.field == field
    assert ctx.session.query(Invitation).count() == 0


def test_an_address_is_on_the_list_once(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    with pytest.raises(ConflictError) as refusal:
        invitees.add_person(ctx, meeting.id, Person("Autre", email=person.email.upper()))
    assert refusal.value.field == "email"
    elsewhere = make_meeting(ctx.session)
    assert invitees.add_person(ctx, elsewhere.id, Person("Autre", email=person.email)).id


def test_two_people_without_address_are_two_people(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    invitees.add_person(ctx, meeting.id, Person("Une"))
    invitees.add_person(ctx, meeting.id, Person("Deux"))
    assert ctx.session.query(Invitation).count() == 2


def test_the_list_is_closed_once_the_meeting_has_begun(ctx: Context, clock: FrozenClock) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    clock.set(meeting.starts_at)
    with pytest.raises(ConflictError, match="ne change plus"):
        invitees.add_person(ctx, meeting.id, Person("Tard Venu"))
    with pytest.raises(ConflictError, match="ne change plus"):
        invitees.remove(ctx, meeting.id, person.id)


def test_the_grantee_prepares_the_list_of_its_own_committee_only(ctx: Context) -> None:
    grantee = make_organisation(ctx.session)
    own = make_meeting(ctx.session, make_committee(ctx.session, led_by=grantee))
    foreign = make_meeting(ctx.session)
    theirs = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    added = invitees.add_person(theirs, own.id, Person("Une", email="une@organisme.example"))
    invitees.remove(theirs, own.id, added.id)
    with pytest.raises(ForbiddenError):
        invitees.add_person(theirs, foreign.id, Person("Une"))
    convened = make_invitation(ctx.session, own, convened=True)
    with pytest.raises(ForbiddenError):
        invitees.remove(theirs, own.id, convened.id)
    assert convened.is_live


def test_removing_somebody_removes_who_stands_in_for_them(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting, convened=True)
    rsvp.enter_answer(ctx, meeting.id, person.id, _represented("Inès Essai"))
    [stand_in] = person.representatives
    invitees.remove(ctx, meeting.id, person.id)
    assert not stand_in.is_live


def test_removing_a_representative_asks_the_person_again(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting, convened=True)
    rsvp.enter_answer(ctx, meeting.id, person.id, _represented("Inès Essai"))
    [stand_in] = person.representatives
    invitations.send_convocations(ctx, meeting.id)
    assert len(mails_to(ctx.session, stand_in)) == 1
    invitees.remove(ctx, meeting.id, stand_in.id)
    assert person.answer is None
    assert person.outdated_answer is Answer.REPRESENTED


def _represented(name: str) -> AnswerData:
    return AnswerData(
        Answer.REPRESENTED,
        representative=Representative(name, email="ines.essai@organisme.example"),
    )
