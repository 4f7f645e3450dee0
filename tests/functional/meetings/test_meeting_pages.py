"""Fixing, moving, cancelling a meeting through its pages."""

from datetime import timedelta

from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_attachment, make_meeting
from tests.factories.minutes import make_action
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.invitation import Answer
from zna_network.models.meeting import Meeting, MeetingState

TYPED = {
    "day": "2027-01-21",
    "starts": "14:00",
    "ends": "16:00",
    "place": "Hôtel communautaire",
    "visio_url": "https://visio.example/abc",
    "notice": "Parking derrière la mairie",
}


def _errors(page: Page) -> dict[str, str]:
    """The message beside each field at fault."""
    found = {}
    for element in page.root.iter("div"):
        if element.get("class") == "field-error":
            name = (element.get("id") or "").removesuffix("-error")
            found[name] = " ".join("".join(element.itertext()).split())
    return found


def _form_of(agent: Browser, meeting: Meeting) -> dict[str, str]:
    page = agent.get(f"/instances/reunions/{meeting.id}/modifier")
    names = ("title", "day", "starts", "ends", "place", "visio_url", "notice", "revision")
    return {name: page.value_of(name).strip() for name in names}


def test_a_meeting_is_fixed_with_the_usual_title(agent: Browser) -> None:
    committee = make_committee(db.session())
    answer = agent.post(f"/instances/{committee.id}/reunions/nouvelle", TYPED)
    page = agent.follow(answer)
    assert "Réunion créée" in page.text
    for words in (
        "Comité technique du 21 janvier 2027",
        "jeudi 21 janvier 2027, de 14 h à 16 h",
        "Hôtel communautaire",
        "Parking derrière la mairie",
        "L’ordre du jour est vide",
    ):
        assert words in page.text
    assert "https://visio.example/abc" in page.links()


def test_hours_are_understood_as_people_write_them(agent: Browser) -> None:
    committee = make_committee(db.session())
    for hour in ("14:00", "14:00:00", "14h00", "14h", "14 h 00"):
        data = {**TYPED, "starts": hour, "day": "21/01/2027"}
        assert agent.post(f"/instances/{committee.id}/reunions/nouvelle", data).status == 302


def test_each_mistake_is_said_beside_its_field_and_the_rest_kept(agent: Browser) -> None:
    committee = make_committee(db.session())
    for typed, field, words in (
        ({"day": "2026-12-02"}, "day", "Cette date est passée"),
        ({"day": ""}, "day", "Indiquez la date."),
        ({"day": "le 21"}, "day", "valide"),
        ({"day": "0001-01-01"}, "day", "Relisez l’année"),
        ({"starts": ""}, "starts", "Indiquez l’heure de début."),
        ({"starts": "25:00"}, "starts", "valide"),
        ({"day": "2027-03-28", "starts": "02:30"}, "starts", "n’existe pas"),
        ({"ends": "13:00"}, "ends", "La fin doit venir après le début."),
        ({"day": "2027-01-24"}, "confirmed", "un dimanche"),
        ({"day": "2027-05-06"}, "confirmed", "l’Ascension"),
        ({"visio_url": "http://visio.example/abc"}, "visio_url", "https://"),
        ({"title": "x" * 161}, "title", "trop long"),
    ):
        data = {**TYPED, **typed}
        page = agent.post(f"/instances/{committee.id}/reunions/nouvelle", data)
        assert words in _errors(page)[field]
        for name in ("day", "starts", "ends", "place", "visio_url"):
            assert page.value_of(name) == data[name]
        assert db.session.query(Meeting).count() == 0


def test_all_the_mistakes_are_said_at_once(agent: Browser) -> None:
    committee = make_committee(db.session())
    typed = {"day": "2027-03-28", "starts": "02:30", "visio_url": "http://visio.example"}
    page = agent.post(f"/instances/{committee.id}/reunions/nouvelle", {**TYPED, **typed})
    assert set(_errors(page)) == {"starts", "visio_url"}


def test_a_sunday_is_taken_once_confirmed_and_remarked_upon(agent: Browser) -> None:
    committee = make_committee(db.session())
    data = {**TYPED, "day": "2027-01-24", "confirmed": "y"}
    page = agent.follow(agent.post(f"/instances/{committee.id}/reunions/nouvelle", data))
    assert "jour non ouvré : un dimanche" in page.text
    meeting = db.session.query(Meeting).one()
    form = agent.get(f"/instances/reunions/{meeting.id}/modifier")
    assert form.all("input", name="confirmed")[0].get("checked") is not None


def test_a_clash_is_shown_and_does_not_prevent(agent: Browser) -> None:
    meeting = make_meeting(db.session(), title="Réunion de l’autre instance")
    shared = make_membership(db.session(), meeting.committee).contact
    committee = make_committee(db.session())
    make_membership(db.session(), committee, shared)
    data = {**TYPED, "day": "2026-12-17", "starts": "15:00", "ends": "17:00"}
    answer = agent.post(f"/instances/{committee.id}/reunions/nouvelle", data)
    assert "Au même moment : « Réunion de l’autre instance »" in agent.follow(answer).text


def test_the_name_of_a_clash_is_for_those_who_may_read_it(app: Flask) -> None:
    leader = make_organisation(db.session())
    hidden = make_meeting(db.session(), title="Réunion confidentielle")
    meeting = make_meeting(db.session(), make_committee(db.session(), led_by=leader))
    shared = make_membership(db.session(), hidden.committee).contact
    make_membership(db.session(), meeting.committee, shared)
    grantee = Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, leader))
    text = grantee.get(f"/instances/reunions/{meeting.id}").text
    assert "Au même moment : une autre réunion" in text
    assert "Réunion confidentielle" not in text


def test_moving_a_meeting_tells_those_who_are_convened(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    make_invitation(db.session(), meeting, convened=True)
    page = agent.get(f"/instances/reunions/{meeting.id}/modifier")
    assert "enverra une mise à jour à chaque invité" in page.text
    data = _form_of(agent, meeting)
    answer = agent.post(
        f"/instances/reunions/{meeting.id}/modifier", {**data, "place": "Mairie d’exemple"}
    )
    page = agent.follow(answer)
    assert "les invités en sont prévenus" in page.text
    assert "Mairie d’exemple" in page.text


def test_saving_an_untouched_form_changes_and_tells_nothing(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    make_invitation(db.session(), meeting, convened=True)
    data = _form_of(agent, meeting)
    page = agent.follow(agent.post(f"/instances/reunions/{meeting.id}/modifier", data))
    assert "prévenus" not in page.text
    assert meeting.sequence == 0


def test_a_change_made_meanwhile_is_shown_and_nothing_is_lost(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    url = f"/instances/reunions/{meeting.id}/modifier"
    data = _form_of(agent, meeting)
    agent.post(url, {**data, "place": "Première salle"})
    page = agent.post(url, {**data, "place": "Seconde salle"})
    assert "Quelqu’un d’autre a modifié" in page.text
    assert "Première salle" in page.text
    assert page.value_of("place") == "Seconde salle"
    data["revision"] = page.value_of("revision")
    assert agent.post(url, {**data, "place": "Seconde salle"}).status == 302
    assert meeting.place == "Seconde salle"


def test_once_convened_the_grantee_is_told_to_ask_an_agent(app: Flask, agent: Browser) -> None:
    leader = make_organisation(db.session())
    meeting = make_meeting(db.session(), make_committee(db.session(), led_by=leader))
    make_invitation(db.session(), meeting, convened=True)
    grantee = Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, leader))
    url = f"/instances/reunions/{meeting.id}/modifier"
    page = grantee.post(url, {**_form_of(grantee, meeting), "place": "Ailleurs"})
    assert "seul un agent de la CUA peut changer" in page.text
    assert page.value_of("place") == "Ailleurs"
    assert meeting.place == "Salle d’exemple, Arras"


def test_a_meeting_is_cancelled_with_its_reason_and_stays_readable(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    make_agenda_item(db.session(), meeting, title="Bilan")
    url = f"/instances/reunions/{meeting.id}"
    assert "aucun message ne partira" in agent.get(f"{url}/annuler").text
    page = agent.post(f"{url}/annuler", {"reason": " "})
    assert "Indiquez le motif" in page.text
    page = agent.follow(agent.post(f"{url}/annuler", {"reason": "Grève des transports"}))
    for words in ("Réunion annulée", "Grève des transports", "Bilan"):
        assert words in page.text
    assert f"{url}/modifier" not in page.links()
    assert agent.get(f"{url}/modifier").status == 409
    assert agent.get(f"{url}/points/nouveau").status == 409
    page = agent.post(f"{url}/annuler", {"reason": "Encore"})
    assert "Cette réunion est annulée : elle ne peut plus être modifiée." in page.text
    assert meeting.state is MeetingState.CANCELLED


def test_says_how_many_will_be_told_of_the_cancellation(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    for _ in range(2):
        make_invitation(db.session(), meeting, convened=True)
    page = agent.get(f"/instances/reunions/{meeting.id}/annuler")
    assert "2 personnes convoquées recevront l’annulation" in page.text


def test_a_meeting_that_has_begun_is_not_cancelled(agent: Browser, clock: FrozenClock) -> None:
    meeting = make_meeting(db.session())
    clock.set(meeting.starts_at)
    page = agent.post(f"/instances/reunions/{meeting.id}/annuler", {"reason": "Trop tard"})
    assert "déjà commencé" in page.text
    assert not meeting.is_cancelled


def test_the_page_counts_the_answers_and_what_remains_to_do(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    make_agenda_item(db.session(), meeting)
    make_invitation(db.session(), meeting, convened=True, answer=Answer.ON_SITE)
    make_invitation(db.session(), meeting, convened=True, answer=Answer.DECLINED)
    make_invitation(db.session(), meeting, convened=True)
    text = agent.get(f"/instances/reunions/{meeting.id}").text
    for words in (
        "2 sur 3",
        "Présent sur place 1",
        "Absent 1",
        "Sans réponse 1",
        "1 point",
        "3 personnes convoquées",
        "le jour de la réunion",
        "après la réunion",
    ):
        assert words in text


def test_documents_to_print_appear_once_somebody_is_invited(app: Flask, agent: Browser) -> None:
    leader = make_organisation(db.session())
    meeting = make_meeting(db.session(), make_committee(db.session(), led_by=leader))
    url = f"/instances/reunions/{meeting.id}"
    printed = {f"{url}/presence/emargement.docx", f"{url}/convocations/lettres"}
    assert not printed & set(agent.get(url).links())
    make_invitation(db.session(), meeting)
    assert printed <= set(agent.get(url).links())
    grantee = Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, leader))
    assert printed & set(grantee.get(url).links()) == {f"{url}/presence/emargement.docx"}


def test_actions_left_open_come_back(agent: Browser) -> None:
    meeting = make_meeting(db.session())
    earlier = make_meeting(
        db.session(),
        meeting.committee,
        starts_at=meeting.starts_at - timedelta(days=30),
        ends_at=meeting.ends_at - timedelta(days=30),
    )
    make_action(db.session(), earlier, text="Relancer les bailleurs")
    text = agent.get(f"/instances/reunions/{meeting.id}").text
    assert "Suivi des actions" in text
    assert "Relancer les bailleurs" in text
    assert "Suivi des actions" not in agent.get(f"/instances/reunions/{earlier.id}").text


def test_the_list_tells_periods_apart_and_keeps_to_one_committee(
    agent: Browser, clock: FrozenClock
) -> None:
    meeting = make_meeting(db.session(), title="Réunion prévue")
    make_meeting(db.session(), title="Réunion d’ailleurs")
    make_meeting(db.session(), title="Réunion annulée hier", state=MeetingState.CANCELLED)
    make_meeting(
        db.session(),
        title="Réunion tenue",
        starts_at=clock.now() - timedelta(days=2),
        ends_at=clock.now() - timedelta(days=1, hours=23),
    )
    upcoming = agent.get("/instances/reunions").text
    assert "Réunion prévue" in upcoming
    assert "Réunion d’ailleurs" in upcoming
    assert "Réunion tenue" not in upcoming
    assert "Réunion tenue" in agent.get("/instances/reunions?periode=passees").text
    assert "Réunion annulée hier" in agent.get("/instances/reunions?periode=annulees").text
    one = agent.get(f"/instances/reunions?instance={meeting.committee_id}").text
    assert "Réunion prévue" in one
    assert "Réunion d’ailleurs" not in one


def test_an_odd_address_still_gives_a_list(agent: Browser) -> None:
    make_meeting(db.session())
    for query in (
        "periode=autre",
        "instance=abc",
        "tri=mot_de_passe",
        "page=-3",
        "instance=999999",
    ):
        assert agent.get(f"/instances/reunions?{query}").status == 200


def test_a_partner_lists_the_meetings_of_its_committees_only(app: Flask) -> None:
    make_meeting(db.session(), title="Réunion d’ailleurs")
    partner = make_user(db.session(), Role.PARTNER, make_organisation(db.session()))
    text = Browser(app).sign_in(partner).get("/instances/reunions").text
    assert "Réunion d’ailleurs" not in text
    assert "Aucune réunion à venir" in text


def test_a_meeting_costs_the_same_for_5_and_50_points(agent: Browser) -> None:
    meeting_id = make_meeting(db.session()).id
    costs = []
    for number in (5, 45):
        meeting = db.session.get_one(Meeting, meeting_id)
        for _ in range(number):
            make_attachment(db.session(), make_agenda_item(db.session(), meeting))
            make_invitation(db.session(), meeting, convened=True)
        with counted_statements() as statements:
            assert agent.get(f"/instances/reunions/{meeting_id}").status == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
