"""Two people who write in the same minutes, in two real browsers: no word is lost, connection or
not, script or not."""

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import SignIn
from tests.browser.site import PASSWORD, Site
from tests.browser.visitor import Visitor
from zna_network.services.demo.accounts import PASSWORD as DEMO_PASSWORD

pytestmark = pytest.mark.browser
OTHER = "autre@cua.example"
MEETING = "/instances/reunions/2"


@pytest.fixture(scope="module", autouse=True)
def _begun(site: Site, sign_in: SignIn) -> None:
    """A second agent, and the minutes of a meeting begun."""
    site.add_user(OTHER, "agent", "--name", "Autre Personne Fictive")
    first = sign_in("agent@cua.example")
    first.goto(f"{MEETING}/compte-rendu")
    first.press("Commencer le compte-rendu")
    first.page.context.close()


@pytest.fixture
def writer(signed_in: SignIn) -> Visitor:
    return signed_in("agent@cua.example")


@pytest.fixture
def other(signed_in: SignIn) -> Visitor:
    return signed_in(OTHER, PASSWORD)


def _topic(visitor: Visitor, number: int) -> Locator:
    return visitor.page.locator(".topic").nth(number)


def _text(visitor: Visitor, number: int) -> Locator:
    return _topic(visitor, number).locator("textarea")


def _saved(visitor: Visitor, number: int) -> None:
    expect(_topic(visitor, number).locator("[data-state]")).to_contain_text("Enregistré à")


def _clash(writer: Visitor, other: Visitor, number: int, theirs: str, mine: str) -> Locator:
    """Both have the page open; the other is saved first."""
    for visitor in (writer, other):
        visitor.page.goto(f"{visitor.url}{MEETING}/compte-rendu")
    _text(other, number).fill(theirs)
    _saved(other, number)
    _text(writer, number).fill(mine)
    clash = _topic(writer, number).locator("[data-clash]")
    expect(clash).to_contain_text("Autre Personne Fictive a modifié ce texte")
    expect(clash.locator("[data-mine]")).to_have_text(mine)
    expect(clash.locator("[data-other]")).to_have_text(theirs)
    expect(writer.page.get_by_text("Un texte à rapprocher")).to_be_visible()
    return clash


def test_two_texts_are_shown_and_one_of_three_is_chosen(writer: Visitor, other: Visitor) -> None:
    choices = ["Garder le mien", "Garder l’autre", "Assembler"]
    for rank, choice in enumerate(choices):
        mine, theirs = f"Ce que j’ai écrit ({rank})", f"Ce que l’autre a écrit ({rank})"
        kept = [mine, theirs, f"{theirs}\n{mine}"][rank]
        clash = _clash(writer, other, 0, theirs, mine)
        if rank == 0:
            writer.check_both_ways_up()
        clash.get_by_role("button", name=choice).click()
        _saved(writer, 0)
        expect(_text(writer, 0)).to_have_value(kept)
        expect(clash).to_have_count(0)
        other.page.goto(f"{other.url}{MEETING}/compte-rendu")
        expect(_text(other, 0)).to_have_value(kept)
    _topic(other, 0).get_by_role("button", name="Historique").click()
    expect(other.page.get_by_text("Ce que l’autre a écrit (2)").first).to_be_visible()


def test_a_page_left_alone_follows_what_another_writes(writer: Visitor, other: Visitor) -> None:
    for visitor in (writer, other):
        visitor.goto(f"{MEETING}/compte-rendu")
    _text(other, 1).fill("Écrit ailleurs")
    _saved(other, 1)
    writer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(_text(writer, 1)).to_have_value("Écrit ailleurs")
    _text(writer, 1).fill("Écrit ailleurs, puis ici")
    _saved(writer, 1)
    _text(writer, 1).fill("")
    writer.press("Enregistrer")


def test_without_a_connection_the_text_is_kept_then_sent(writer: Visitor, site: Site) -> None:
    writer.goto(f"{MEETING}/compte-rendu")
    page = writer.page
    page.context.set_offline(True)
    _text(writer, 2).fill("Tapé dans le train")
    expect(page.get_by_text("Hors connexion : un texte gardé sur cet appareil")).to_be_visible()
    page.context.set_offline(False)
    _saved(writer, 2)
    page.context.set_offline(True)
    _text(writer, 2).fill("Tapé dans le tunnel")
    expect(page.get_by_text("Hors connexion")).to_be_visible()
    page.close()
    again = Visitor(page.context.new_page(), site.url)
    again.page.context.set_offline(False)
    again.goto(f"{MEETING}/compte-rendu")
    expect(_text(again, 2)).to_have_value("Tapé dans le tunnel")
    _saved(again, 2)
    again.goto(f"{MEETING}/compte-rendu")
    expect(_text(again, 2)).to_have_value("Tapé dans le tunnel")


def test_a_button_that_leads_elsewhere_waits_for_the_text(writer: Visitor) -> None:
    writer.goto(f"{MEETING}/compte-rendu")
    _text(writer, 3).fill("Juste avant de partir")
    _topic(writer, 3).get_by_role("button", name="Ajouter une décision").click()
    writer.page.wait_for_url("**/decisions/nouvelle*")
    writer.check()
    writer.page.get_by_label("Décision").fill("On ouvre une permanence")
    writer.press("Enregistrer")
    expect(_text(writer, 3)).to_have_value("Juste avant de partir")
    expect(_topic(writer, 3)).to_contain_text("On ouvre une permanence")


def test_without_script_the_conflict_is_settled_too(
    chromium: Browser, site: Site, other: Visitor
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{site.url}/connexion?suite={MEETING}/compte-rendu")
    page.get_by_label("Adresse e-mail").fill("agent@cua.example")
    page.get_by_label("Mot de passe").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    topic = page.locator(".topic").nth(4)
    topic.wait_for()  # opened before the other writes
    other.goto(f"{MEETING}/compte-rendu")
    _text(other, 4).fill("Avec script")
    _saved(other, 4)
    topic.locator("textarea").fill("Sans script")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(topic.locator("[data-clash]")).to_contain_text("Avec script")
    topic.get_by_role("button", name="Assembler").click()
    expect(topic.locator("textarea")).to_have_value("Avec script\nSans script")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Compte-rendu enregistré.")).to_be_visible()
    context.close()


def test_two_people_tick_the_same_list(writer: Visitor, other: Visitor) -> None:
    one, next_one = 0, 1
    for visitor in (writer, other):
        visitor.goto(f"{MEETING}/presence")
    mine, theirs = (visitor.page.locator("[data-line]") for visitor in (writer, other))
    for line, label in ((mine.nth(one), "Excusé"), (theirs.nth(next_one), "Absent")):
        line.get_by_text(label, exact=True).click()
        expect(line.locator("[data-state]")).to_have_text("Enregistré")
    late = theirs.nth(one)
    late.get_by_text("À distance", exact=True).click()
    expect(late.locator("[data-message]")).to_contain_text("quelqu’un a pointé « Excusé »")
    expect(late.get_by_role("radio", name="Excusé")).to_be_checked()
    other.check()
    late.get_by_text("Présent", exact=True).click()
    expect(late.locator("[data-state]")).to_have_text("Enregistré")
    writer.goto(f"{MEETING}/presence")
    expect(mine.nth(one).get_by_role("radio", name="Présent", exact=True)).to_be_checked()
    expect(mine.nth(next_one).get_by_role("radio", name="Absent")).to_be_checked()
