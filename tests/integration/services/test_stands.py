"""Inviting, answering, confirming, withdrawing a stand, and what each tells calendars. Both
engines."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.forums import make_forum, make_stand, stand_link
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.mail_reading import calendar_lines, mails, parsed, text_of
from tests.races import race, refusals_at_once
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role
from zna_network.models.organisation import OrganisationKind
from zna_network.models.outbox import OutboxMessage
from zna_network.models.stand import Stand, StandState
from zna_network.services import (
    delivery,
    merging,
    stand_answers,
    stand_applications,
    stand_invitations,
    stands,
)
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
)
from zna_network.services.merging import MergeData
from zna_network.services.stand_answers import Seen, Stage
from zna_network.services.stand_applications import ApplicationData
from zna_network.services.stand_details import StandData
from zna_network.services.stand_invitations import StandInvitation
from zna_network.services.stand_links import token_of
from zna_network.services.stand_squares import Place

NEEDS = StandData(
    contact_name="Awa Fictive",
    contact_email="awa@organisme.example",
    tables=3,
    chairs=4,
    sockets=1,
    needs_screen=True,
    people="Awa Fictive, conseillère\nCamille Exemple",
    right_codes=["RSA"],
)


def _last(ctx: Context) -> OutboxMessage:
    return mails(ctx.session)[-1]


def _seen(stand: Stand) -> Seen:
    return Seen(stand.revision, stand.forum.sequence)


def _has_calendar(mail: OutboxMessage) -> bool:
    return any(part.get_content_type() == "text/calendar" for part in parsed(mail).walk())


def test_an_invitation_from_the_mail_to_the_withdrawal(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    forum = make_forum(ctx.session)
    organisation = make_organisation(ctx.session, name="CCAS d’Exemple")
    make_contact(ctx.session, organisation, is_referent=True, email="referent@organisme.example")
    stand = stand_invitations.invite(ctx, forum.id, StandInvitation(organisation="ccas d'exemple"))
    mail, lines = _last(ctx), calendar_lines(_last(ctx))
    assert (mail.kind, mail.recipient) == ("stand_invitation", "referent@organisme.example")
    assert (lines["METHOD"], lines["SEQUENCE"], lines["UID"]) == ("REQUEST", "0", stand.uid)
    assert "PARTSTAT=NEEDS-ACTION" in lines["ATTENDEE"]
    assert "RSVP=TRUE" in lines["ATTENDEE"]
    token = token_of(ctx.settings, stand)
    assert f"/forum/stand/{token}" in text_of(mail)
    delivery.deliver_due(ctx, "tests")

    link = replace(ctx, is_system=False, actor=None)
    accepted = stand_answers.accept(link, token, NEEDS, _seen(stand))
    assert accepted.state is StandState.CONFIRMED
    assert accepted.needs_screen
    assert [(p.name, p.function) for p in accepted.people] == [
        ("Awa Fictive", "conseillère"),
        ("Camille Exemple", ""),
    ]
    assert [right.code for right in accepted.rights] == ["RSA"]
    # The link never changes the address: it is what the link was sent to.
    assert accepted.contact_email == "referent@organisme.example"
    assert _last(ctx).id == mail.id

    with pytest.raises(InvalidError) as refusal:
        stands.withdraw_stand(ctx, forum.id, stand.number, " ", stand.revision)
    assert refusal.value.field == "reason"
    stands.withdraw_stand(ctx, forum.id, stand.number, "Salle trop petite", stand.revision)
    lines = calendar_lines(_last(ctx))
    assert (lines["METHOD"], lines["SEQUENCE"], lines["UID"]) == ("CANCEL", "1", stand.uid)
    assert "Salle trop petite" in text_of(_last(ctx))
    assert stand_answers.read(link, token).stage is Stage.WITHDRAWN
    with pytest.raises(LinkGoneError):
        stand_answers.accept(link, token, NEEDS, _seen(stand))


def test_declining_frees_the_place_and_may_be_taken_back(ctx: Context) -> None:
    stand = make_stand(ctx.session, place=Place(0, 0, 2, 2))
    token = stand_link(ctx.settings, ctx.session, stand).rpartition("/")[2]
    with pytest.raises(InvalidError):
        stand_answers.decline(ctx, token, "", _seen(stand))
    declined = stand_answers.decline(ctx, token, "Pas de bénévole", _seen(stand))
    assert (declined.state, declined.column, declined.squares) == (StandState.DECLINED, None, [])
    with pytest.raises(ConflictError):
        stand_answers.accept(ctx, token, NEEDS, Seen(stand.revision - 1, 0))
    with pytest.raises(ConflictError, match="vient de changer"):
        stand_answers.accept(ctx, token, NEEDS, Seen(stand.revision, 4))
    back = stand_answers.accept(ctx, token, NEEDS, _seen(stand))
    assert back.state is StandState.CONFIRMED
    assert back.reason == ""
    lines = calendar_lines(_last(ctx))
    assert lines["METHOD"] == "REQUEST"
    assert "PARTSTAT=ACCEPTED" in lines["ATTENDEE"]


def test_an_application_becomes_a_stand(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    known = make_organisation(ctx.session, name="Les Droits d’Exemple")
    visitor = replace(ctx, is_system=False, actor=None)
    data = ApplicationData("les droits d'exemple", details=NEEDS)
    stand = stand_applications.apply_for_stand(visitor, forum.slug, data)
    assert (stand.state, stand.organisation) == (StandState.APPLIED, known)
    assert _last(ctx).kind == "stand_application"
    assert not _has_calendar(_last(ctx))
    with pytest.raises(ConflictError, match="déjà un stand"):
        stand_applications.apply_for_stand(visitor, forum.slug, data)
    stands.confirm_stand(ctx, forum.id, stand.number, stand.revision)
    lines = calendar_lines(_last(ctx))
    assert (lines["METHOD"], lines["SEQUENCE"]) == ("REQUEST", "0")
    assert "PARTSTAT=ACCEPTED" in lines["ATTENDEE"]


def test_an_applicant_that_the_directory_lacks_is_given_a_record(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    taken = make_stand(ctx.session, forum).organisation
    assert taken is not None
    data = ApplicationData("Nouvelle Association", organisation_id="999999", details=NEEDS)
    stand = stand_applications.apply_for_stand(ctx, forum.slug, data)
    assert (stand.organisation, stand.name) == (None, "Nouvelle Association")
    with pytest.raises(InvalidError, match="pas dans l’annuaire"):
        stands.confirm_stand(ctx, forum.id, stand.number, stand.revision)
    with pytest.raises(InvalidError, match="déjà un stand"):
        stands.confirm_stand(ctx, forum.id, stand.number, stand.revision, chosen_id=str(taken.id))
    stands.confirm_stand(
        ctx, forum.id, stand.number, stand.revision, new_kind=OrganisationKind.ASSOCIATION
    )
    assert stand.organisation is not None
    assert stand.organisation.name == "Nouvelle Association"
    assert (stand.state, stand.organisation_name) == (StandState.CONFIRMED, "")


def test_an_application_set_aside_or_taken_back_is_over(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    data = ApplicationData("Un", details=NEEDS)
    aside = stand_applications.apply_for_stand(ctx, forum.slug, data)
    stands.withdraw_stand(ctx, forum.id, aside.number, "Forum complet", aside.revision)
    assert _last(ctx).kind == "stand_set_aside"
    assert "Forum complet" in text_of(_last(ctx))
    back = stand_applications.apply_for_stand(ctx, forum.slug, replace(data, organisation="Deux"))
    token = token_of(ctx.settings, back)
    stand_answers.decline(ctx, token, "Plus disponible", _seen(back))
    assert back.state is StandState.WITHDRAWN
    with pytest.raises(ConflictError):
        stands.confirm_stand(ctx, forum.id, back.number, back.revision)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_an_application_is_refused_for(ctx: Context, clock: FrozenClock) -> None:
    visitor = replace(ctx, is_system=False, actor=None)
    forum = make_forum(ctx.session)
    for changes, field in (
        ({"contact_name": " "}, "contact_name"),
        ({"contact_email": ""}, "contact_email"),
        ({"contact_email": "pas une adresse"}, "contact_email"),
        ({"tables": 13}, "tables"),
        ({"sockets": -1}, "sockets"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"people": "x\n" * 13}, "people"),
    ):
        wrong = replace(NEEDS, **changes)  # type: ignore[arg-type]
        with pytest.raises(InvalidError) as refusal:
            stand_applications.apply_for_stand(visitor, forum.slug, ApplicationData("X", "", wrong))
        assert refusal.value.field == field
    closed = make_forum(ctx.session, takes_stands=False)
    with pytest.raises(ConflictError, match="pas ouvertes"):
        stand_applications.apply_for_stand(visitor, closed.slug, ApplicationData("X", "", NEEDS))
    with pytest.raises(NotFoundError):
        stand_applications.apply_for_stand(visitor, "inconnu", ApplicationData("X", "", NEEDS))
    clock.set(datetime(2026, 12, 16, 8, 0, tzinfo=UTC))
    with pytest.raises(ConflictError):
        stand_applications.apply_for_stand(visitor, forum.slug, ApplicationData("X", "", NEEDS))
    assert mails(ctx.session) == []


def test_many_are_invited_at_once(ctx: Context) -> None:
    forum = make_forum(ctx.session, held_on=None)
    reachable = make_grantee(ctx.session, email="accueil@laureat.example")
    silent = make_grantee(ctx.session)
    former = make_organisation(ctx.session, email="accueil@ancien.example")
    make_stand(ctx.session, make_forum(ctx.session), former)
    present = make_grantee(ctx.session, email="deja@laureat.example")
    make_stand(ctx.session, forum, present)
    proposed = stand_invitations.proposals(ctx, forum.id)
    assert {one.organisation.id for one in proposed} == {reachable.id, silent.id, former.id}
    ids = [reachable.id, silent.id, former.id, present.id]
    invited = stand_invitations.invite_many(ctx, forum.id, ids)
    assert invited.unreachable == [silent.name]
    assert [stand.number for stand in invited.stands] == [2, 3]
    sent = mails(ctx.session)
    assert sorted(mail.recipient for mail in sent) == [
        "accueil@ancien.example",
        "accueil@laureat.example",
    ]
    assert not any(_has_calendar(mail) for mail in sent)  # The date is to be announced.
    with pytest.raises(InvalidError, match="pas d’adresse"):
        stand_invitations.invite(ctx, forum.id, StandInvitation(str(silent.id)))
    with pytest.raises(ConflictError, match="déjà un stand"):
        stand_invitations.invite(ctx, forum.id, StandInvitation(str(present.id)))


def test_an_organisation_is_invited_once_whoever_is_first(app: Flask, ctx: Context) -> None:
    forum = make_forum(ctx.session)
    ids = [make_organisation(ctx.session, email=f"a{n}@b.example").id for n in range(3)]
    same = StandInvitation(str(ids[0]))
    others = [StandInvitation(str(one)) for one in ids[1:]]
    acts = [
        lambda c, data=data: stand_invitations.invite(c, forum.id, data)
        for data in (same, same, same, *others)
    ]
    assert race(app, acts) == ["ConflictError"] * 2 + ["won"] * 3
    numbers = {stand.number for stand in ctx.session.query(Stand)}
    assert numbers == {1, 2, 3}
    assert len(mails(ctx.session)) == 3


def test_an_answer_and_an_agent_at_the_same_instant(app: Flask, ctx: Context) -> None:
    """Whoever is first, the other learns that something changed; nothing is overwritten."""
    forum = make_forum(ctx.session)
    organisation = make_organisation(ctx.session, email="a@b.example")
    stand = stand_invitations.invite(ctx, forum.id, StandInvitation(str(organisation.id)))
    token, seen, number = token_of(ctx.settings, stand), _seen(stand), stand.number
    refusals = refusals_at_once(
        app,
        [
            lambda c: stand_answers.accept(c, token, NEEDS, seen),
            lambda c: stands.withdraw_stand(c, forum.id, number, "Trop tard", seen.revision),
        ],
    )
    assert len(refusals) == 1


def test_a_new_address_gets_the_link_and_the_former_one_a_cancel(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    forum = make_forum(ctx.session)
    organisation = make_organisation(ctx.session, email="avant@b.example")
    stand = stand_invitations.invite(ctx, forum.id, StandInvitation(str(organisation.id)))
    delivery.deliver_due(ctx, "tests")
    former = token_of(ctx.settings, stand)
    data = replace(NEEDS, contact_email="apres@b.example")
    stands.update_stand(ctx, forum.id, stand.number, data, stand.revision)
    cancel, request = mails(ctx.session)[-2:]
    assert (cancel.recipient, calendar_lines(cancel)["METHOD"]) == ("avant@b.example", "CANCEL")
    assert (request.recipient, calendar_lines(request)["METHOD"]) == ("apres@b.example", "REQUEST")
    with pytest.raises(NotFoundError):
        stand_answers.read(ctx, former)
    assert stand_answers.read(ctx, token_of(ctx.settings, stand)).stand.id == stand.id
    stand_invitations.resend_link(ctx, forum.id, stand.number)
    assert _last(ctx).kind == "stand_link"


def test_two_records_that_each_have_a_stand_are_not_merged(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    kept, other = make_organisation(ctx.session), make_organisation(ctx.session)
    make_stand(ctx.session, forum, kept)
    second = make_stand(ctx.session, forum, other)
    elsewhere = make_stand(ctx.session, make_forum(ctx.session), other)
    data = MergeData(kept.id, other.id, kept.revision, other.revision)
    with pytest.raises(ConflictError, match="n° 1 et n° 2"):
        merging.merge_organisations(ctx, data)
    stands.withdraw_stand(ctx, forum.id, second.number, "Doublon", second.revision)
    merging.merge_organisations(ctx, data)
    assert elsewhere.organisation_id == kept.id


def test_its_organisation_may_correct_it_until_the_day(ctx: Context, clock: FrozenClock) -> None:
    own = make_organisation(ctx.session)
    forum = make_forum(ctx.session)
    stand = make_stand(ctx.session, forum, own)
    other = make_stand(ctx.session, forum)
    member = acting_as(ctx, make_user(ctx.session, Role.PARTNER, own))
    data = replace(NEEDS, contact_email=stand.contact_email)
    stands.update_stand(member, forum.id, stand.number, data, stand.revision)
    assert stand.tables == 3
    with pytest.raises(ForbiddenError):
        stands.update_stand(member, forum.id, other.number, data, other.revision)
    with pytest.raises(ForbiddenError):
        stands.readable_stand(member, forum, other.number)
    with pytest.raises(ForbiddenError):
        stands.withdraw_stand(member, forum.id, stand.number, "Non", stand.revision)
    with pytest.raises(ForbiddenError):
        stand_invitations.invite(member, forum.id, StandInvitation("1"))
    with pytest.raises(ConflictError):
        stands.update_stand(member, forum.id, stand.number, data, stand.revision - 1)
    clock.set(datetime(2026, 12, 16, 8, 0, tzinfo=UTC))
    with pytest.raises(ForbiddenError, match="commencé"):
        stands.update_stand(member, forum.id, stand.number, data, stand.revision)
    stands.update_stand(ctx, forum.id, stand.number, data, stand.revision)
