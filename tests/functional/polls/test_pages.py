"""The pages of a poll: prepared by an agent, answered from a link, closed on a date."""

from datetime import timedelta

from flask import Flask

from tests.conftest import system_context
from tests.factories.committees import make_committee, make_membership
from tests.factories.polls import make_invitee, make_poll
from tests.mail_reading import mails
from tests.page_checks import Browser, Page
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.committee import Seat
from zna_network.models.meeting import Meeting
from zna_network.models.poll import DatePoll, PollInvitee, PollState
from zna_network.services.polls import links


def _link(app: Flask, person: PollInvitee) -> str:
    return f"/sondage/{links.token_of(system_context(app).settings, person)}"


def _answers(poll: DatePoll, letters: str) -> dict[str, str]:
    words = {"y": "yes", "i": "if_needed", "n": "no"}
    options = zip(poll.options, letters, strict=True)
    return {"envoi": "choix", **{f"option_{o.id}": words[letter] for o, letter in options}}


def _checked(page: Page) -> list[str]:
    return [
        one.get("value", "") for one in page.all("input", type="radio") if "checked" in one.attrib
    ]


def test_an_agent_prepares_a_poll_and_opens_it(agent: Browser) -> None:
    session = db.session()
    committee = make_committee(session)
    member = make_membership(session, committee, seat=Seat.FULL)
    url = f"/instances/{committee.id}/sondages/nouveau"
    typed = {
        "deadline_day": "2026-12-17", "deadline_hour": "18:00", "place": "Salle Vauban",
        "starts": "14:00", "ends": "16:00", "day_0": "2027-01-14", "day_2": "2027-01-17",
        "day_4": "2027-01-21", "starts_4": "9h30", "ends_4": "11h",
    }  # fmt: skip
    refused = agent.post(url, typed)
    # A Sunday is to be confirmed: the box says so, what was typed stays.
    assert "Cochez « Je confirme cette date »" in refused.text
    assert refused.value_of("day_4") == "2027-01-21"
    page = agent.follow(agent.post(url, {**typed, "confirmed": "y"}))
    assert "un dimanche" in page.text
    assert "jeudi 21 janvier 2027, de 9 h 30 à 11 h" in page.text.replace("\u00a0", " ")
    poll = session.query(DatePoll).one()
    edit = f"/instances/sondages/{poll.id}/modifier"
    assert "Il faut au moins deux dates et une personne" in page.text
    assert agent.get(f"/instances/sondages/{poll.id}").response.location == edit
    empty = agent.post(f"/instances/sondages/{poll.id}/personnes/membres")
    assert "Cochez au moins une personne" in empty.text
    member_id = str(member.id)
    ticked = {"members": member_id, "essential": member_id}
    page = agent.follow(agent.post(f"/instances/sondages/{poll.id}/personnes/membres", ticked))
    assert "Indispensable" in page.text
    page = agent.follow(agent.post(f"/instances/sondages/{poll.id}/ouvrir"))
    assert "Sondage ouvert" in page.text
    assert len(mails(session, "poll_invitation")) == 1
    assert "Ouvert" in agent.get("/instances/sondages").text


def test_somebody_answers_from_their_link_and_changes_their_mind(
    app: Flask, browser: Browser, clock: FrozenClock
) -> None:
    session = db.session()
    poll = make_poll(session)
    person, other = (
        make_invitee(session, poll),
        make_invitee(session, poll, "nnn", comment="Secret"),
    )
    url = _link(app, person)
    page = browser.get(url)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert _checked(page) == []
    assert "Secret" not in page.text
    assert other.name not in page.text
    assert session.get(PollInvitee, person.id).answered_at is None
    partial = {key: value for key, value in _answers(poll, "yin").items() if "_3" not in key}
    partial.pop(f"option_{poll.options[2].id}", None)
    refused = browser.post(url, partial)
    assert refused.status == 422
    assert "Choisissez une réponse pour le jeudi 28 janvier 2027" in refused.text
    assert _checked(refused) == ["yes", "if_needed"]
    page = browser.follow(browser.post(url, {**_answers(poll, "yin"), "comment": "Plutôt tôt"}))
    assert "Votre réponse est enregistrée" in page.text
    assert _checked(page) == ["yes", "if_needed", "no"]
    page = browser.follow(browser.post(url, {"envoi": "aucune", "comment": "En congé"}))
    assert "Aucune de ces dates ne vous convient" in page.text
    assert _checked(page) == ["no", "no", "no"]
    poll.options[0].removed_at = clock.now()
    session.commit()
    # A date taken off under the person's eyes is no trouble.
    assert browser.post(url, _answers(poll, "yyy")).status == 303
    clock.move(timedelta(days=20))
    late = browser.post(url, _answers(poll, "nnn"))
    assert late.status == 410
    assert "Le délai de réponse est passé" in late.text
    assert browser.get("/sondage/inconnu").status == 404


def test_an_agent_reads_the_table_enters_an_answer_and_closes(agent: Browser) -> None:
    session = db.session()
    poll = make_poll(session, place="")
    make_invitee(session, poll, "nyi", is_essential=True, name="Noor Indispensable")
    caller = make_invitee(session, poll, email="", name="Sacha Sanscourriel")
    url = f"/instances/sondages/{poll.id}"
    page = agent.get(url)
    assert "Noor Indispensable, indispensable, ne peut pas venir." in page.text
    assert "Convient à 1 sur 2, dont la personne indispensable" in page.text
    assert "à appeler" in page.text
    entered = agent.post(f"{url}/reponses/{caller.id}", _answers(poll, "yyn"))
    page = agent.follow(entered)
    assert "2 sur 2" in page.text
    assert page.all("li", class_="poll-date-first")[0].find(".//h3").text.startswith("jeudi 21")
    close = f"{url}/clore?date={poll.options[1].id}"
    assert "2 personnes reçoivent" in agent.get(close).text.replace("\u00a0", " ")
    refused = agent.post(close)
    assert "Indiquez un lieu ou un lien de visio" in refused.text
    assert session.query(Meeting).count() == 0
    shown = agent.follow(agent.post(close, {"place": "Salle Vauban"}))
    assert "la réunion créée" in shown.text
    assert "Sacha Sanscourriel" in shown.text
    assert session.get(DatePoll, poll.id).state is PollState.CLOSED
    assert "La date est choisie" in agent.get(url).text
    again = agent.post(close, {"place": "Salle Vauban"})
    assert again.status == 409
    assert "Sondages de dates" in agent.get("/instances/sondages?voir=finis").text
