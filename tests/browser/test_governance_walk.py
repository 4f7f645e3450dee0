"""A date found among people who share no calendar, and what becomes of the meeting.

poll → close → invitations → answers by link and by mail → meeting day → minutes → the next meeting
carries the open actions."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, expect

from tests.browser.contexts import PHONE, new_context
from tests.browser.governance_world import ACTION, World, build_committee
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.mail_server import ReceivedMail
from tests.mails.answers import Answer
from tests.mails.clients import outlook
from zna_network.services.demo.accounts import PASSWORD

pytestmark = pytest.mark.browser
NOTE = "Les permanences de janvier sont confirmées."
DECISION, NEW_ACTION = "Ouvrir une permanence à Dainville", "Réserver la salle de Dainville"


def test_from_a_poll_to_the_next_meeting(visitor: Visitor, site: Site, chromium: Browser) -> None:
    mark = secrets.token_hex(3)
    world = build_committee(site, mark)
    visitor.sign_in("agent@cua.example", PASSWORD)
    _ask_for_dates(visitor, world)
    _say_when(chromium, site, world, "Amarante", ("Oui", "Non"))
    _say_when(chromium, site, world, "Bourrache", ("Si besoin", "Oui"))
    meeting = _take_the_best_date(visitor)
    convened = {
        name: _mail_to(site, email, "text/calendar") for name, email in world["emails"].items()
    }
    _answer_from_the_link(chromium, site, convened["Amarante"])
    _answer_from_outlook(site, convened["Bourrache"], world["emails"]["Bourrache"])
    visitor.goto(f"{meeting}/convocations")
    main = visitor.page.locator("main")
    expect(main.get_by_text("par le lien").first).to_be_visible()
    expect(main.get_by_text("par l’agenda").first).to_be_visible()
    _run_the_meeting(visitor, meeting, mark)
    _validate_the_minutes(visitor, meeting)
    _find_the_actions_again(visitor, world, mark)


def _ask_for_dates(visitor: Visitor, world: World) -> None:
    visitor.goto(f"/instances/{world['committee']}/sondages/nouveau")
    page = visitor.page
    for rank, day in enumerate(world["days"]):
        page.locator(f"[name=day_{rank}]").fill(day)
    page.get_by_label("Réponses jusqu’au").fill(
        (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
    )
    page.locator("[name=place]").fill("Hôtel communautaire, Arras")
    visitor.press("Continuer")
    page.get_by_label("Indispensable : ").first.check()
    visitor.press("Ajouter les personnes cochées")
    visitor.confirm("Ouvrir le sondage")


def _say_when(
    chromium: Browser, site: Site, world: World, name: str, choices: tuple[str, str]
) -> None:
    """On a phone, without an account; the page is looked at as a desk shows it too."""
    link = _link_in(_mail_to(site, world["emails"][name]), "sondage")
    context = new_context(chromium, *PHONE)
    partner = Visitor(context.new_page(), site.url, is_seen_both_ways=True)
    partner.goto(link)
    for rank, choice in enumerate(choices):
        date = partner.page.locator("fieldset").nth(rank)
        date.get_by_role("radio", name=choice, exact=True).press("Space")
    partner.press("Envoyer ma réponse")
    assert partner.says("Votre réponse est enregistrée")
    context.close()


def _take_the_best_date(visitor: Visitor) -> str:
    """The first one is what the indispensable person can do. Gives the meeting's address."""
    visitor.page.reload()
    visitor.check()
    assert visitor.says("2 sur 3")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("link", name=re.compile("^Choisir cette date")).first.click()
    visitor.check()
    visitor.press("Choisir cette date et convoquer")
    assert visitor.says("convoqu")
    found = re.search(r"/instances/reunions/\d+", visitor.page.url)
    assert found, visitor.page.url
    return found.group()


def _answer_from_the_link(chromium: Browser, site: Site, mail: ReceivedMail) -> None:
    context = new_context(chromium, *PHONE)
    partner = Visitor(context.new_page(), site.url)
    partner.goto(_link_in(mail, "r"))
    partner.press("Je viens sur place")
    assert partner.says("Votre réponse est enregistrée")
    context.close()


def _answer_from_outlook(site: Site, mail: ReceivedMail, email: str) -> None:
    """The button of the calendar client: a mail to the answering mailbox."""
    event = _calendar(mail).walk("VEVENT")[0]
    reply = outlook(
        Answer(
            str(event["UID"]),
            email,
            sequence=int(event["SEQUENCE"]),
            stamp=datetime.now(UTC),
            starts_at=event["DTSTART"].dt.astimezone(UTC),
        )
    )
    waiting = Path(site.folder) / "courriels-recus" / "new"
    waiting.mkdir(parents=True, exist_ok=True)
    (waiting / f"{secrets.token_hex(6)}.eml").write_bytes(reply)
    site.deliver()


def _run_the_meeting(visitor: Visitor, meeting: str, mark: str) -> None:
    """The screen of the day: a point, what is said of it kept at a pause, a decision, an action."""
    page = visitor.page
    visitor.goto(f"{meeting}/points/nouveau")
    page.get_by_label("Point", exact=True).fill("Permanences de janvier")
    visitor.press("Ajouter ce point")
    visitor.goto(f"{meeting}/seance")
    visitor.press("Ouvrir la séance")
    assert visitor.says(f"{ACTION} {mark}"), "what earlier meetings left open is on the screen"
    page.get_by_role("button", name="Commencer").click()
    expect(page.locator(".day-now-title")).to_contain_text("Permanences de janvier")
    with page.expect_response(lambda answer: "/compte-rendu/textes/" in answer.url):
        page.get_by_role("textbox", name="Notes").fill(NOTE)
    for kind, words in (("Décision", DECISION), ("Action", NEW_ACTION)):
        entry = page.locator("[data-entry-form]")
        entry.get_by_role("radio", name=kind, exact=True).press("Space")
        entry.get_by_label("Ce qui est décidé ou à faire").fill(words)
        entry.get_by_label("Qui", exact=True).fill("CUA")
        entry.get_by_role("button", name="Ajouter").click()
        expect(page.locator("[data-part=entries]").get_by_text(words, exact=True)).to_be_visible()
    visitor.confirm("Clore la séance")


def _validate_the_minutes(visitor: Visitor, meeting: str) -> None:
    visitor.goto(f"{meeting}/compte-rendu")
    for words in (DECISION, NEW_ACTION):
        assert visitor.says(words)
    visitor.press("Relire et valider")
    assert visitor.says(NOTE)
    visitor.press("Valider le compte-rendu")
    assert visitor.says("version 1")


def _find_the_actions_again(visitor: Visitor, world: World, mark: str) -> None:
    """The next meeting of the committee begins with what is still to be done."""
    visitor.goto(f"/instances/{world['committee']}/reunions/nouvelle")
    page = visitor.page
    day = datetime.now(UTC).date() + timedelta(days=120)
    page.get_by_label("Date", exact=True).fill(day.isoformat())
    page.get_by_label("Début", exact=True).fill("14:00")
    page.get_by_label("Fin", exact=True).fill("16:00")
    page.get_by_label("Je confirme cette date").check()
    visitor.press("Créer la réunion")
    visitor.goto(page.url.partition("/points/")[0])
    for words in (NEW_ACTION, f"{ACTION} {mark}"):
        assert visitor.says(words)


def _mail_to(site: Site, address: str, content_type: str = "text/plain") -> ReceivedMail:
    """The last one that has such a part."""
    site.deliver()
    found = [
        mail
        for mail in site.smtp.mails
        if mail.recipients == (address,)
        and any(part.get_content_type() == content_type for part in mail.message.walk())
    ]
    assert found, f"no mail to {address}"
    return found[-1]


def _link_in(mail: ReceivedMail, page: str) -> str:
    body = mail.message.get_body(("plain",))
    assert body is not None
    found = re.search(rf"https?://\S+/{page}/[a-z2-7]+", body.get_content())
    assert found, body.get_content()
    return found.group()


def _calendar(mail: ReceivedMail) -> Calendar:
    part = next(p for p in mail.message.walk() if p.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return Calendar.from_ical(content)
