"""The register of decisions, the figures, and the pages of an action, as people see them."""

from datetime import date, timedelta

import pytest

from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_decision, make_minutes
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.minutes import ActionItem, ActionState
from zna_network.services import action_links, minutes
from zna_network.services.context import Context

REGISTER, FIGURES = "/instances/decisions", "/instances/assiduite"


def _decisions(page: Page) -> list[str]:
    rows = page.all("span", class_="decision-text")
    return ["".join(row.itertext()) for row in rows]


@pytest.fixture
def told(ctx: Context) -> ActionItem:
    """An action of validated minutes, due on 15 January 2027."""
    draft = make_minutes(ctx.session, make_meeting(ctx.session, make_committee(ctx.session)))
    action = make_action(
        ctx.session, draft.meeting, text="Écrire aux bailleurs", owner="Camille Modèle",
        owner_email="camille@exemple.example",
    )  # fmt: skip
    minutes.validate(ctx, draft.meeting_id, minutes.reading(ctx, draft).seal)
    return action


def test_the_register_is_read_searched_and_exported(agent: Browser, ctx: Context) -> None:
    assert "Aucune décision pour le moment" in agent.get(REGISTER).text
    meeting = make_meeting(ctx.session, make_committee(ctx.session, name="COPIL"))
    make_decision(ctx.session, meeting, text="Ouvrir le samedi", owner="CCAS d’Arras")
    make_decision(
        ctx.session, make_meeting(ctx.session), text="Financer le car", decided_on=date(2026, 5, 4)
    )
    page = agent.get(REGISTER)
    assert _decisions(page) == ["Ouvrir le samedi", "Financer le car"]
    assert "Projet" in page.text
    assert f"/instances/reunions/{meeting.id}/compte-rendu" in " ".join(page.links())
    query = (
        f"?q=SAMEDI&instance={meeting.committee_id}&du=01/12/2026&au=2026-12-31&qui=CCAS d’Arras"
    )
    page = agent.get(REGISTER + query)
    assert _decisions(page) == ["Ouvrir le samedi"]
    assert (page.value_of("q"), page.value_of("du")) == ("SAMEDI", "2026-12-01")
    for chip in ("Instance : COPIL", "Depuis le 01/12/2026", "Qui en répond : CCAS d’Arras"):
        assert chip in page.text.replace("\u00a0", " ")
    [address] = [href for href in page.links() if ".csv" in href]
    lines = agent.send("GET", address).get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Ouvrir le samedi" in lines[1]
    assert "Aucune décision ne correspond" in agent.get(f"{REGISTER}?q=dimanche").text
    assert "finit avant de commencer" in agent.get(f"{REGISTER}?du=2027-01-02&au=2027-01-01").text
    assert len(_decisions(agent.get(f"{REGISTER}?du=hier&au=0001-01-01&instance="))) == 2
    assert _decisions(agent.get(f"{REGISTER}?instance=x")) == []
    assert agent.get(f"{REGISTER}.pdf").status == 404


def test_who_never_comes_is_on_top(agent: Browser, ctx: Context) -> None:
    assert "Aucune réunion à compter" in agent.get(FIGURES).text
    start = ctx.now - timedelta(days=3)
    meeting = make_meeting(ctx.session, starts_at=start, ends_at=start + timedelta(hours=1))
    absent = make_organisation(ctx.session, name="Association absente")
    make_invitation(ctx.session, meeting, organisation=absent, convened=True, name="Alix Secret")
    page = agent.get(f"{FIGURES}?instance={meeting.committee_id}&du=2026-01-01")
    assert "Association absente Jamais venu" in page.text
    assert "1 réunion n’a aucune présence pointée" in page.text
    assert f"/annuaire/organismes/{absent.slug}" in page.links()
    assert "Alix Secret" not in page.text
    [address] = [href for href in page.links() if ".xlsx" in href]
    assert "du=2026-01-01" in address
    assert agent.send("GET", address).status_code == 200


def test_an_owner_answers_from_their_link(
    agent: Browser, browser: Browser, ctx: Context, told: ActionItem
) -> None:
    link = f"/action/{action_links.token_of(ctx.settings, told)}"
    browser.send("HEAD", link)
    page = browser.get(link)
    headers = page.response.headers
    assert "noindex" in headers["X-Robots-Tag"]
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert page.all("script") == [] or all(s.get("src") for s in page.all("script"))
    assert told.is_open
    page = browser.post(
        link,
        {
            "kind": "other_date",
            "other_date-proposed_on": "2026-12-01",
            "other_date-words": "Congés",
        },
    )
    assert page.status == 422
    assert "Proposez une date à venir." in page.text
    assert page.value_of("other_date-words") == "Congés"
    assert browser.post(link, {"kind": "cannot"}).status == 422
    assert browser.post(link, {"kind": "x"}).status == 422
    proposal = {"kind": "other_date", "other_date-proposed_on": "01/02/2027"}
    page = browser.follow(browser.post(link, {**proposal, "other_date-words": "Congés"}))
    assert "Vous proposez le lundi 1er février 2027." in page.text
    # Seen by those who follow it, then refused with the reason.
    assert "Réponses de responsables d’actions" in agent.get("/").text
    assert "Autre date proposée" in agent.get("/instances/actions?etat=a-repondre").text
    url = f"/instances/actions/{told.id}"
    page = agent.get(url)
    assert "propose le lundi 1er février 2027" in page.text
    answer = {"reply_id": page.value_of("reply_id"), "verdict": "refuse"}
    page = agent.post(f"{url}/reponse", answer)
    assert page.status == 422
    assert "Dites pourquoi" in page.text
    agent.post(f"{url}/reponse", {**answer, "answer": "Le comité est le 20"})
    page = browser.get(link)
    assert "n’a pas pu être retenue" in page.text
    assert "Le comité est le 20" in page.text
    stale = page.value_of("done-seen")
    # Given until another day meanwhile: the page that was open is read again first.
    page = agent.get(url)
    form = {"owner": "Camille Modèle", "owner_email": "camille@exemple.example",
            "due_on": "2027-01-20", "revision": page.value_of("revision")}  # fmt: skip
    assert "La personne en est prévenue" in agent.follow(agent.post(f"{url}/suivi", form)).text
    page = agent.post(f"{url}/suivi", {**form, "due_on": "2027-01-25"})
    assert page.status == 422
    assert page.value_of("due_on") == "2027-01-25"
    page = browser.post(link, {"kind": "done", "done-words": "Fait", "done-seen": stale})
    assert "relisez-la" in page.text
    assert page.value_of("done-words") == "Fait"
    again = {"kind": "done", "done-words": "Fait", "done-seen": page.value_of("done-seen")}
    page = browser.follow(browser.post(link, again))
    assert "C’est noté, merci" in page.text
    assert "par Camille Modèle (par le lien)" in agent.get(url).text
    assert told.state is ActionState.DONE
    agent.post(f"/instances/actions/{told.id}/rouvrir")
    assert "Où en est cette action" in browser.get(link).text
    agent.post(f"/instances/actions/{told.id}/clore", {"state": "dropped", "outcome": "Sans objet"})
    page = browser.get(link)
    assert page.status == 410
    assert "abandonnée" in page.text
    assert browser.get("/action/inconnu").status == 404


def test_who_is_reminded_is_chosen_among_the_people_of_the_meeting(
    agent: Browser, ctx: Context
) -> None:
    draft = make_minutes(ctx.session)
    person = make_invitation(
        ctx.session, draft.meeting, name="Noor Fictif", email="noor@exemple.example"
    )
    url = f"/instances/reunions/{draft.meeting_id}/compte-rendu/actions/nouvelle"
    assert "Noor Fictif" in agent.get(url).text
    data = {"text": "Appeler la mairie", "person": person.email, "section_id": "0"}
    page = agent.post(url, {**data, "owner_email": "autre@exemple.example"})
    assert "pas les deux" in page.text
    assert page.value_of("owner_email") == "autre@exemple.example"
    assert "n’est plus dans la liste" in agent.post(url, {**data, "person": "x@y.example"}).text
    assert "Indiquez qui." in agent.post(url, {"text": "Appeler", "section_id": "0"}).text
    agent.post(url, data)
    made = db.session.query(ActionItem).one()
    assert (made.owner, made.owner_email) == ("Noor Fictif", person.email)
    validate = f"/instances/reunions/{draft.meeting_id}/compte-rendu/valider"
    assert "1 personne recevra aussitôt" in agent.get(validate).text.replace("\u00a0", " ")
    page = agent.get(f"/instances/reunions/{draft.meeting_id}/compte-rendu/actions/{made.id}")
    assert (page.value_of("person"), page.value_of("owner_email")) == (person.email, "")


def test_the_list_of_actions_costs_the_same_for_5_and_for_25(agent: Browser, ctx: Context) -> None:
    def cost() -> int:
        with counted_statements() as statements:
            agent.get("/instances/actions")
        return len(statements)

    meeting = make_meeting(ctx.session)
    for _ in range(5):
        make_action(ctx.session, meeting)
    few = cost()
    for _ in range(20):
        make_action(ctx.session, meeting)
    assert cost() == few
