"""A referral from one end to the other: a badge read at a stand, what the person agrees to, the
partner's link, a right that is opened; what the bilan and the national evaluation then hold. And
that none of what was typed about anybody is in the stored files."""

import csv
import io
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import SignIn
from tests.browser.contexts import DESK, PHONE, new_context
from tests.browser.door_phone import Phone, new_phone
from tests.browser.site import Site
from tests.browser.stand_world import World, build_stands, read_referrals
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
NEED = "Chaudière en panne depuis lundi, trois petits"
_LINK = re.compile(r"https?://[^\s\"]+(/o/[a-z2-7]{32})")
_CONTACT, _EVALUATION = "Être contacté par l’organisme", "Transmission à l’évaluation nationale"


@dataclass(frozen=True)
class Typed:
    """What is said of somebody at the stand."""

    name: str
    phone: str
    agrees: bool

    @property
    def words(self) -> tuple[str, ...]:
        return self.name, self.name.split()[1], self.phone, self.phone.replace(" ", ""), NEED


AGREES = Typed("Philomène Trouvetout", "06 39 98 71 72", agrees=True)
REFUSES = Typed("Barnabé Tairait", "06 39 98 73 74", agrees=False)


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    return build_stands(site)


@pytest.fixture
def phone(chromium: Browser, site: Site, world: World, contexts: list[BrowserContext]) -> Phone:
    contexts.append(new_context(chromium, *PHONE))
    phone = new_phone(contexts[-1], site).pair(world["codes"].pop())
    expect(phone.page.locator("[data-refer-nobody]")).to_be_visible()
    return phone


@pytest.fixture
def partner(chromium: Browser, site: Site, contexts: list[BrowserContext]) -> Visitor:
    """Who opens the link of a mail, without an account."""
    contexts.append(new_context(chromium, *DESK))
    return Visitor(contexts[-1].new_page(), site.url, is_seen_both_ways=True)


def test_from_a_badge_to_the_right_that_was_opened(
    site: Site, world: World, phone: Phone, partner: Visitor, signed_in: SignIn
) -> None:
    number = _refer(site, world, phone, AGREES, rank=8)
    partner.goto(_link_in_the_mail(site, number, AGREES))
    assert not _told(partner, AGREES), "before it is acknowledged, the link says nothing"
    partner.press("J’ai bien reçu : voir l’orientation")
    assert partner.says(AGREES.name)
    assert partner.says(AGREES.phone)
    assert partner.says(NEED)
    partner.press("Oui, nous la prenons")
    _open_the_right(partner, "635,70")

    agent = signed_in("agent@cua.example")
    (line,) = _exported(agent, number)
    assert "635,70" in line
    assert not [word for word in AGREES.words if word in line]
    assert re.search(r"\b(636|756)\s€", told := _bilan(agent, world)), told
    # The team knows of it by its number, until it says why it needs the name.
    agent.goto("/orientations")
    agent.page.get_by_role("link", name=number, exact=True).click()
    agent.page.wait_for_url(re.compile(r"/orientations/\d+$"))
    agent.check_both_ways_up()
    assert not _told(agent, AGREES)
    _is_nowhere_in_clear(site, world, AGREES)


def test_a_refusal_is_helped_counted_and_never_sent_away(
    site: Site, world: World, phone: Phone, partner: Visitor, signed_in: SignIn
) -> None:
    number = _refer(site, world, phone, REFUSES, rank=9)
    partner.goto(_link_in_the_mail(site, number, REFUSES))
    partner.press("J’ai bien reçu : voir l’orientation")
    assert partner.says("Sans nom ni coordonnées")
    assert not _told(partner, REFUSES)
    partner.press("Oui, nous la prenons")
    _open_the_right(partner, "120")
    assert not _told(partner, REFUSES)

    agent = signed_in("agent@cua.example")
    assert _exported(agent, number) == []
    assert re.search(r"\b(120|756)\s€", told := _bilan(agent, world)), told
    agent.goto("/bilan/dgcs")
    assert agent.says("Consentement refusé")
    _is_nowhere_in_clear(site, world, REFUSES)


def _is_nowhere_in_clear(site: Site, world: World, who: Typed) -> None:
    """The database, its journal, what is written beside it, octet by octet; yet it is there, for
    who has the key."""
    assert (who.name, NEED) in {
        (r["name"], r["need"]) for r in read_referrals(site, world["stand_id"])
    }
    files = {path.name: path.read_bytes() for path in site.folder.rglob("*") if path.is_file()}
    assert {"zna.sqlite3", "zna.sqlite3-wal"} <= set(files)
    clear = [
        (word, name) for name, held in files.items() for word in who.words if word.encode() in held
    ]
    assert clear == []


def _refer(site: Site, world: World, phone: Phone, who: Typed, rank: int) -> str:
    """At the stand, a minute on a phone; the referral's number."""
    page = phone.page
    before = len(read_referrals(site, world["stand_id"]))
    phone.read(world["tickets"][rank], "Passage noté")
    phone.touch("Orienter Camille")
    page.locator(".chip", has_text="RSA").first.click()
    page.locator(".chip", has_text=world["receiver"]).first.click()
    page.get_by_label("Besoin, en quelques mots").fill(NEED)
    for purpose in (_CONTACT, _EVALUATION):
        answers = page.locator(".question", has_text=purpose)
        answers.locator(".chip", has_text="Oui" if who.agrees else "Non").first.click()
    page.get_by_text("Nom et contact (facultatifs)").click()
    page.get_by_label("Prénom et nom").fill(who.name)
    page.get_by_label("Téléphone", exact=True).fill(who.phone)
    phone.check_both_ways_up()
    phone.touch("Garder l’orientation")
    expect(page.locator('[data-sheet="refer"]')).to_be_hidden()
    phone.sync()
    phone.has_sent_everything()
    (made,) = read_referrals(site, world["stand_id"])[before:]
    return str(made["number"])


def _link_in_the_mail(site: Site, number: str, who: Typed) -> str:
    """The address of the link; the mail itself says nothing of the person nor of the right."""
    site.deliver()
    (mail,) = [one.message for one in site.smtp.mails if number in str(one.message["Subject"])
               and "referent@exemple.example" in one.recipients]  # fmt: skip
    told = str(mail["Subject"])
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            told += part.get_content()
    assert not [word for word in (*who.words, "RSA", "solidarité active") if word in told]
    found = _LINK.search(told)
    assert found
    return found[1]


def _open_the_right(partner: Visitor, amount: str) -> None:
    page = partner.page
    page.locator("summary", has_text="Enregistrer un résultat").click()
    page.get_by_label("Droit", exact=True).select_option("RSA")
    page.get_by_label("Droit ouvert", exact=True).check()
    page.get_by_label("Montant").fill(amount)
    page.get_by_label("par mois").check()
    partner.check_both_ways_up()
    partner.press("Enregistrer le résultat")
    assert partner.says("Droit ouvert")


def _told(visitor: Visitor, who: Typed) -> list[str]:
    """What the page holds of it, what is folded and what is not shown included."""
    content = visitor.page.content()
    return [word for word in who.words if word in content]


def _exported(agent: Visitor, number: str) -> list[list[str]]:
    """The lines of this referral in the file for the evaluation."""
    agent.goto("/bilan/dgcs")
    with agent.page.expect_download() as started:
        agent.page.get_by_role("button", name="Exporter en CSV").click()
    content = started.value.path().read_text(encoding="utf-8-sig")
    return [row for row in csv.reader(io.StringIO(content), delimiter=";") if number in row]


def _bilan(agent: Visitor, world: World) -> str:
    """The line of the receiver, by whom nobody else was helped, in the table of its figures."""
    agent.goto("/bilan")
    agent.check_both_ways_up()
    line = agent.page.locator("tr", has=agent.page.locator("th", has_text=world["receiver"]))
    return " ".join((line.last.text_content() or "").split())
