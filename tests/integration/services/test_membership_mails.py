"""What the organisation that proposed is told of the decisions."""

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.organisations import make_contact, make_organisation
from tests.world import MailboxMailer
from zna_network.models.account import Role
from zna_network.models.committee import Committee, Membership, MembershipState
from zna_network.models.organisation import Organisation
from zna_network.services import delivery, memberships
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError


def _proposed_by(ctx: Context, committee: Committee, last_name: str) -> Membership:
    organisation = make_organisation(ctx.session, name="CCAS d’exemple")
    contact = make_contact(ctx.session, organisation, first_name="Lou", last_name=last_name)
    return memberships.propose_member(ctx, committee.id, contact.id)


def _recipients(ctx: Context, mailbox: MailboxMailer) -> list[str]:
    delivery.deliver_due(ctx, "tests")
    return sorted(envelope.recipient for envelope in mailbox.envelopes)


def _grantee(ctx: Context) -> Organisation:
    return make_organisation(ctx.session, name="Association Exemple Solidaire")


def test_each_account_of_the_proposing_organisation_gets_one_mail(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    grantee = _grantee(ctx)
    committee = make_committee(ctx.session, name="Comité technique du lot 1", led_by=grantee)
    accounts = [make_user(ctx.session, Role.GRANTEE, grantee) for _ in range(2)]
    make_user(ctx.session, Role.GRANTEE, grantee, is_active=False)
    mine = acting_as(ctx, accounts[0])
    waiting = [_proposed_by(mine, committee, name) for name in ("Exemple", "Modèle")]
    memberships.decide(
        ctx, committee.id, [m.id for m in waiting], MembershipState.SET_ASIDE, "Hors du lot 1."
    )
    assert _recipients(ctx, mailbox) == sorted(account.email for account in accounts)
    mail = mailbox.messages()[0]
    assert mail["Subject"] == "Comité technique du lot 1 : 2 propositions écartées"
    plain = mail.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert "- Lou Exemple, CCAS d’exemple (titulaire)" in text
    assert "- Lou Modèle, CCAS d’exemple (titulaire)" in text
    assert "Motif : Hors du lot 1." in text
    assert f"/instances/{committee.id}" in text


def test_a_validation_is_told_in_its_own_words(ctx: Context, mailbox: MailboxMailer) -> None:
    grantee = _grantee(ctx)
    committee = make_committee(ctx.session, led_by=grantee)
    mine = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    waiting = _proposed_by(mine, committee, "Exemple")
    memberships.decide(ctx, committee.id, [waiting.id], MembershipState.VALIDATED)
    _recipients(ctx, mailbox)
    mail = mailbox.messages()[0]
    assert mail["Subject"].endswith("1 proposition validée")
    html = mail.get_body(("html",))
    assert html is not None
    assert "a validé" in html.get_content()
    assert "Motif" not in html.get_content()


def test_the_leading_grantee_is_told_of_what_an_agent_had_proposed(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    grantee = _grantee(ctx)
    account = make_user(ctx.session, Role.GRANTEE, grantee)
    committee = make_committee(ctx.session, led_by=grantee)
    agent = acting_as(ctx, make_user(ctx.session, Role.AGENT))
    waiting = _proposed_by(agent, committee, "Exemple")
    memberships.decide(agent, committee.id, [waiting.id], MembershipState.VALIDATED)
    assert _recipients(ctx, mailbox) == [account.email]


def test_nobody_is_told_when_the_agents_compose_by_themselves(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    committee = make_committee(ctx.session)
    agent = acting_as(ctx, make_user(ctx.session, Role.AGENT))
    waiting = _proposed_by(agent, committee, "Exemple")
    memberships.decide(agent, committee.id, [waiting.id], MembershipState.VALIDATED)
    assert _recipients(ctx, mailbox) == []


def test_no_mail_leaves_when_the_decision_is_refused(ctx: Context, mailbox: MailboxMailer) -> None:
    grantee = _grantee(ctx)
    make_user(ctx.session, Role.GRANTEE, grantee)
    committee = make_committee(ctx.session, led_by=grantee)
    waiting = _proposed_by(ctx, committee, "Exemple")
    memberships.decide(ctx, committee.id, [waiting.id], MembershipState.VALIDATED)
    sent = _recipients(ctx, mailbox)
    with pytest.raises(ConflictError):
        memberships.decide(ctx, committee.id, [waiting.id], MembershipState.SET_ASIDE, "Motif")
    assert _recipients(ctx, mailbox) == sent
