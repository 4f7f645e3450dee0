"""Composing a committee through its pages."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.committee import Committee, Membership, MembershipState
from zna_network.models.organisation import Contact


def _grantee(app: Flask, committee: Committee) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, committee.led_by))


@pytest.fixture
def committee(app: Flask) -> Committee:
    return make_committee(db.session(), led_by=make_organisation(db.session()))


def test_the_grantee_proposes_somebody_of_the_directory(app: Flask, committee: Committee) -> None:
    contact = make_contact(db.session(), make_organisation(db.session()))
    grantee = _grantee(app, committee)
    page = grantee.get(f"/instances/{committee.id}/proposer")
    assert page.all("input", name="validated") == []
    assert page.all("input", name="contact")[0].get("data-url") == (
        "/annuaire/suggestions/contacts"
    )
    answer = grantee.post(
        f"/instances/{committee.id}/proposer",
        {"contact": "peu importe", "contact_id": contact.id, "seat": "suppleant", "validated": "y"},
    )
    page = grantee.follow(answer)
    assert f"{contact.full_name} : proposé." in page.text
    assert "vous serez prévenu par courriel" in page.text
    assert db.session.query(Membership).one().state is MembershipState.PROPOSED


def test_an_agent_adds_several_people_in_a_row(agent: Browser, committee: Committee) -> None:
    contact = make_contact(db.session(), make_organisation(db.session()))
    url = f"/instances/{committee.id}/proposer"
    data = {"contact": "x", "contact_id": contact.id, "seat": "titulaire", "validated": "y"}
    answer = agent.post(url, {**data, "suite": "encore"})
    assert answer.response.location == url
    assert "validé" in agent.follow(answer).text
    assert db.session.query(Membership).one().state is MembershipState.VALIDATED


def test_the_same_person_twice_is_said_clearly(agent: Browser, committee: Committee) -> None:
    member = make_membership(db.session(), committee)
    name = member.contact.full_name
    page = agent.post(
        f"/instances/{committee.id}/proposer",
        {"contact": name, "contact_id": member.contact_id, "seat": "invite"},
    )
    assert f"{name} est déjà membre de cette instance." in page.text
    assert page.value_of("contact") == name
    assert page.value_of("seat") == "invite"


@pytest.mark.parametrize("typed", ["", "Personne Inconnue"])
def test_nobody_found_is_said_beside_the_field(
    agent: Browser, committee: Committee, typed: str
) -> None:
    page = agent.post(
        f"/instances/{committee.id}/proposer", {"contact": typed, "seat": "titulaire"}
    )
    assert page.status == 200
    assert page.all("input", name="contact")[0].get("aria-invalid") == "true"
    assert page.value_of("contact") == typed


def test_a_new_contact_is_created_on_the_spot(app: Flask, committee: Committee) -> None:
    organisation = make_organisation(db.session(), name="CCAS d’exemple")
    grantee = _grantee(app, committee)
    answer = grantee.post(
        f"/instances/{committee.id}/proposer/nouveau-contact",
        {
            "organisation": "CCAS d’exemple",
            "civility": "Mme",
            "first_name": "Lou",
            "last_name": "Exemple",
            "function": "Travailleuse sociale",
            "email": "lou.exemple@ccas.example",
            "seat": "titulaire",
        },
    )
    assert "Lou Exemple" in grantee.follow(answer).text
    contact = db.session.query(Contact).one()
    assert contact.organisation_id == organisation.id
    assert contact.formal_name == "Mme Lou Exemple"


def test_what_is_wrong_with_a_new_contact_is_said_and_nothing_written(
    agent: Browser, committee: Committee
) -> None:
    make_organisation(db.session(), name="CCAS d’exemple")
    url = f"/instances/{committee.id}/proposer/nouveau-contact"
    typed = {"last_name": "Exemple", "civility": "", "seat": "titulaire"}
    page = agent.post(url, {**typed, "organisation": "Inconnu"})
    assert "Aucun organisme ne s’appelle « Inconnu »" in page.text
    page = agent.post(
        url,
        {**typed, "organisation": "CCAS d’exemple", "email": "pas une adresse", "phone": "12"},
    )
    assert "Cette adresse e-mail n’est pas valable" in page.text
    assert "Ce numéro n’est pas valable" in page.text
    assert page.value_of("email") == "pas une adresse"
    assert db.session.query(Contact).count() == 0
    assert db.session.query(Membership).count() == 0


def test_an_agent_decides_on_those_that_are_ticked(agent: Browser, committee: Committee) -> None:
    first, second, third = (
        make_membership(db.session(), committee, state=MembershipState.PROPOSED) for _ in range(3)
    )
    page = agent.get(f"/instances/{committee.id}")
    assert len(page.all("input", name="members")) == 3
    url = f"/instances/{committee.id}/decisions"
    answer = agent.post(url, {"members": [first.id, second.id], "decision": "validated"})
    assert "2 propositions validées." in agent.follow(answer).text
    answer = agent.post(
        url, {"members": [third.id], "decision": "set_aside", "reason": "Hors du lot"}
    )
    page = agent.follow(answer)
    assert "Proposition écartée." in page.text
    assert "Hors du lot" in page.text
    states = [membership.state for membership in (first, second, third)]
    assert states == [MembershipState.VALIDATED] * 2 + [MembershipState.SET_ASIDE]


def test_setting_aside_without_a_reason_keeps_the_ticks(
    agent: Browser, committee: Committee
) -> None:
    waiting = make_membership(db.session(), committee, state=MembershipState.PROPOSED)
    other = make_membership(db.session(), committee, state=MembershipState.PROPOSED)
    page = agent.post(
        f"/instances/{committee.id}/decisions", {"members": [waiting.id], "decision": "set_aside"}
    )
    assert "Indiquez le motif : il sera transmis au lauréat." in page.text
    ticked = {
        box.get("value")
        for box in page.all("input", name="members")
        if box.get("checked") is not None
    }
    assert ticked == {str(waiting.id)}
    assert {waiting.state, other.state} == {MembershipState.PROPOSED}


def test_nothing_ticked_or_already_decided_is_said(agent: Browser, committee: Committee) -> None:
    member = make_membership(db.session(), committee)
    make_membership(db.session(), committee, state=MembershipState.PROPOSED)
    url = f"/instances/{committee.id}/decisions"
    assert "Cochez au moins une proposition." in agent.post(url, {"decision": "validated"}).text
    page = agent.post(url, {"members": [member.id], "decision": "validated"})
    assert "Quelqu’un a déjà décidé." in page.text
    page = agent.post(url, {"members": ["abc"], "decision": "validated"})
    assert page.status == 200


def test_says_so_when_nothing_is_left_to_decide(agent: Browser, committee: Committee) -> None:
    member = make_membership(db.session(), committee)
    page = agent.post(
        f"/instances/{committee.id}/decisions",
        {"members": [member.id], "decision": "set_aside", "reason": "Un long motif"},
    )
    assert "Quelqu’un a déjà décidé." in page.text


def test_a_member_leaves_from_their_own_page(agent: Browser, committee: Committee) -> None:
    member = make_membership(db.session(), committee)
    url = f"/instances/{committee.id}/membres/{member.id}"
    page = agent.get(url)
    assert "Proposé" in page.text
    assert "Validé" in page.text
    answer = agent.post(f"{url}/sortie", {"reason": "A changé de poste"})
    assert "ne fait plus partie de l’instance" in agent.follow(answer).text
    assert "A changé de poste" in agent.get(url).text
    page = agent.post(f"{url}/sortie", {"reason": "Encore"})
    assert "ne fait plus partie de cette instance" in page.text
    assert "Historique" in page.text


def test_somebody_set_aside_is_put_back(agent: Browser, committee: Committee) -> None:
    aside = make_membership(
        db.session(), committee, state=MembershipState.SET_ASIDE, reason="Hors du lot"
    )
    url = f"/instances/{committee.id}/membres/{aside.id}"
    assert "Hors du lot" in agent.get(url).text
    answer = agent.post(f"{url}/remettre", {"reason": "Le lot a changé"})
    assert "de nouveau à examiner" in agent.follow(answer).text
    assert "n’est plus" not in agent.post(f"{url}/remettre").text
    assert aside.state is MembershipState.PROPOSED


def test_the_seat_is_changed_and_a_wrong_one_refused(agent: Browser, committee: Committee) -> None:
    member = make_membership(db.session(), committee)
    url = f"/instances/{committee.id}/membres/{member.id}/siege"
    assert "Siège enregistré." in agent.follow(agent.post(url, {"seat": "invite"})).text
    assert agent.post(url, {"seat": "trone"}).status == 200
    assert member.seat.value == "invite"


def test_the_grantee_withdraws_a_proposal_and_leaves_members_alone(
    app: Flask, committee: Committee
) -> None:
    waiting = make_membership(db.session(), committee, state=MembershipState.PROPOSED)
    member = make_membership(db.session(), committee)
    grantee = _grantee(app, committee)
    page = grantee.get(f"/instances/{committee.id}/membres/{member.id}")
    assert page.all("form", action=f"/instances/{committee.id}/membres/{member.id}/sortie") == []
    answer = grantee.post(f"/instances/{committee.id}/membres/{waiting.id}/sortie")
    assert answer.status == 302
    assert waiting.state is MembershipState.LEFT


def test_the_history_tells_every_step_with_its_reason(agent: Browser, committee: Committee) -> None:
    assert "Aucun mouvement" in agent.get(f"/instances/{committee.id}/historique").text
    aside = make_membership(
        db.session(), committee, state=MembershipState.SET_ASIDE, reason="Hors du lot"
    )
    for _ in range(14):
        make_membership(db.session(), committee)
    first = agent.get(f"/instances/{committee.id}/historique")
    assert "page=2" in " ".join(first.links())
    text = agent.get(f"/instances/{committee.id}/historique?page=2").text
    assert f"{aside.contact.full_name}" in text
    assert "Hors du lot" in text
