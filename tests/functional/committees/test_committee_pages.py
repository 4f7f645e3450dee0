"""The pages of committees, as the people who use them see them."""

from datetime import timedelta

from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.page_checks import Browser
from tests.statements import counted_statements
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.committee import Committee, CommitteeKind, MembershipState


def test_an_agent_is_told_how_to_begin(agent: Browser) -> None:
    page = agent.get("/instances")
    assert "Aucune instance pour le moment" in page.text
    assert "/instances/nouvelle" in page.links()


def test_a_partner_who_sits_nowhere_is_told_why_the_list_is_empty(app: Flask) -> None:
    partner = make_user(db.session(), Role.PARTNER, make_organisation(db.session()))
    page = Browser(app).sign_in(partner).get("/instances")
    assert "Votre organisme ne siège dans aucune instance" in page.text
    assert "/instances/nouvelle" not in page.links()


def test_the_list_tells_members_proposals_and_meetings(agent: Browser) -> None:
    committee = make_committee(db.session(), name="Comité technique du lot 1")
    make_committee(db.session(), name="COPIL du territoire", kind=CommitteeKind.STEERING)
    for state in (MembershipState.VALIDATED, MembershipState.PROPOSED, MembershipState.LEFT):
        make_membership(db.session(), committee, state=state)
    meeting = make_meeting(db.session(), committee)
    text = agent.get("/instances").text
    assert text.index("COPIL du territoire") < text.index("Comité technique du lot 1")
    assert "1 membre" in text
    assert "1 proposition à examiner" in text
    assert "jeudi 17 décembre 2026" in text
    assert f"/instances/reunions/{meeting.id}" in agent.get("/instances").links()
    assert "Aucune date fixée" in text


def test_a_committee_is_created_and_shown(agent: Browser) -> None:
    make_grantee(db.session(), name="Association Exemple Solidaire")
    answer = agent.post(
        "/instances/nouvelle",
        {
            "kind": "comite_technique",
            "name": "Comité technique du lot 1",
            "led_by": "Association Exemple Solidaire",
            "description": "Suit le lot 1.",
        },
    )
    page = agent.follow(answer)
    assert "Instance créée" in page.text
    assert "animé par Association Exemple Solidaire" in page.text
    assert "Suit le lot 1." in page.text
    assert "Proposez les premiers membres" in page.text
    edit = agent.get(f"{answer.response.location}/modifier")
    assert edit.value_of("led_by") == "Association Exemple Solidaire"
    assert edit.value_of("description").strip() == "Suit le lot 1."


def test_a_mistake_is_said_beside_the_field_and_the_rest_kept(agent: Browser) -> None:
    make_committee(db.session(), name="Lot 1")
    page = agent.post(
        "/instances/nouvelle",
        {"kind": "copil", "name": "Lot 1", "led_by": "Inconnue", "description": "Texte gardé"},
    )
    assert "Une instance s’appelle déjà « Lot 1 »." in page.text
    assert page.all("input", name="name")[0].get("aria-invalid") == "true"
    assert page.value_of("led_by") == "Inconnue"
    assert page.value_of("description").strip() == "Texte gardé"
    assert page.value_of("kind") == "copil"
    page = agent.post("/instances/nouvelle", {"kind": "autre", "name": ""})
    assert "Donnez un nom à cette instance." in page.text
    assert db.session.query(Committee).count() == 1


def test_a_change_made_meanwhile_is_shown_and_nothing_is_lost(agent: Browser) -> None:
    committee = make_committee(db.session(), name="Lot 1")
    form = agent.get(f"/instances/{committee.id}/modifier")
    data = {"kind": "comite_technique", "revision": form.value_of("revision")}
    agent.post(f"/instances/{committee.id}/modifier", {**data, "name": "Lot 1 et 2"})
    page = agent.post(f"/instances/{committee.id}/modifier", {**data, "name": "Lot 1 bis"})
    assert "Quelqu’un d’autre a modifié" in page.text
    assert "Lot 1 et 2" in page.text
    assert page.value_of("name") == "Lot 1 bis"
    data["revision"] = page.value_of("revision")
    answer = agent.post(f"/instances/{committee.id}/modifier", {**data, "name": "Lot 1 bis"})
    assert answer.status == 302
    assert committee.name == "Lot 1 bis"


def test_a_spoilt_revision_is_a_conflict_and_no_error(agent: Browser) -> None:
    committee = make_committee(db.session(), name="Lot 1")
    for revision in ("", "abc", "-1"):
        page = agent.post(
            f"/instances/{committee.id}/modifier",
            {"kind": "copil", "name": "Autre", "revision": revision},
        )
        assert page.status == 200
    assert committee.name == "Lot 1"


def test_an_archived_committee_is_read_and_opened_again(agent: Browser) -> None:
    committee = make_committee(db.session())
    page = agent.follow(agent.post(f"/instances/{committee.id}/archiver"))
    assert "Cette instance est archivée depuis le 03/12/2026" in page.text
    assert f"/instances/{committee.id}/proposer" not in page.links()
    assert committee.name not in agent.get("/instances").text
    assert committee.name in agent.get("/instances?archives=1").text
    page = agent.follow(agent.post(f"/instances/{committee.id}/rouvrir"))
    assert f"/instances/{committee.id}/proposer" in page.links()


def test_a_committee_with_a_meeting_to_come_is_not_archived(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    page = agent.post(f"/instances/{meeting.committee_id}/archiver")
    assert page.status == 409
    assert "annulez-la avant d’archiver" in page.text


def test_meetings_past_and_to_come_are_told_apart(agent: Browser, clock: FrozenClock) -> None:
    committee = make_committee(db.session())
    now = clock.now()
    make_meeting(
        db.session(),
        committee,
        title="Réunion tenue",
        starts_at=now - timedelta(days=9),
        ends_at=now - timedelta(days=8, hours=22),
    )
    make_meeting(db.session(), committee, title="Réunion prévue")
    text = agent.get(f"/instances/{committee.id}").text
    assert text.index("Réunion prévue") < text.index("Réunions passées")
    assert text.index("Réunion tenue") > text.index("Réunions passées")


def test_the_elected_members_of_a_copil_come_first_with_their_title(agent: Browser) -> None:
    copil = make_committee(db.session(), kind=CommitteeKind.STEERING)
    make_membership(db.session(), copil)
    elected = make_contact(
        db.session(),
        make_organisation(db.session()),
        civility="Mme",
        first_name="Jeanne",
        last_name="Fictive",
        function="Vice-présidente",
        is_elected=True,
    )
    make_membership(db.session(), copil, elected)
    text = agent.get(f"/instances/{copil.id}").text
    assert text.index("Mme Jeanne Fictive") < text.index("Camille")
    assert "Vice-présidente" in text


def test_those_who_sit_see_the_members_and_neither_proposals_nor_history(app: Flask) -> None:
    own = make_organisation(db.session())
    committee = make_committee(db.session(), led_by=make_organisation(db.session()))
    member = make_membership(db.session(), committee, make_contact(db.session(), own))
    waiting = make_membership(db.session(), committee, state=MembershipState.PROPOSED)
    aside = make_membership(
        db.session(), committee, state=MembershipState.SET_ASIDE, reason="Motif confidentiel"
    )
    partner = Browser(app).sign_in(make_user(db.session(), Role.PARTNER, own))
    page = partner.get(f"/instances/{committee.id}")
    assert member.contact.full_name in page.text
    for hidden in (waiting.contact.full_name, aside.contact.full_name, "Motif confidentiel"):
        assert hidden not in page.text
    assert not [link for link in page.links() if "/membres/" in link or "/proposer" in link]


def test_the_pages_cost_the_same_for_5_and_50(agent: Browser) -> None:
    committee_id = make_committee(db.session()).id
    costs: dict[str, list[int]] = {"/instances": [], f"/instances/{committee_id}": []}
    for number in (5, 45):
        committee = db.session.get_one(Committee, committee_id)
        for _ in range(number):
            make_membership(db.session(), committee, state=MembershipState.VALIDATED)
            make_membership(db.session(), committee, state=MembershipState.PROPOSED)
            make_meeting(db.session(), make_committee(db.session()))
        for url, seen in costs.items():
            with counted_statements() as statements:
                assert agent.get(url).status == 200
            seen.append(len(statements))
    for seen in costs.values():
        assert seen[0] == seen[1]
