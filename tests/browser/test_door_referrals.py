"""At a stand: a badge read, what the person agrees to, a referral, network or not. What was typed
is nowhere on the phone in clear, and nothing is lost or made twice."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Route, expect

from tests.browser.contexts import new_context
from tests.browser.door_phone import Phone, new_phone, rows
from tests.browser.site import Site
from tests.browser.stand_world import World, build_stands, read_referrals
from tools.ensure_browser import installed
from zna_network.services.errors import InvalidError
from zna_network.services.sensitive_text import refuse_sensitive

pytestmark = pytest.mark.browser
NAME, TYPED_PHONE, NEED = (
    "Zéphyrine Introuvable",
    "06 98 76 54 32",
    "Craint une expulsion, deux enfants",
)
KEPT = """
async () => {
  const { openDatabase, read } = await import("/static/door/db.js");
  const db = await openDatabase();
  const kept = {};
  for (const store of db.objectStoreNames) kept[store] = await read(db, store, (s) => s.getAll());
  return JSON.stringify(kept);
}
"""
SUGGESTED = """
async (asked) => {
  const { openDatabase, read } = await import("/static/door/db.js");
  const { suggest, MOST } = await import("/static/door/referral_suggestions.js");
  const kit = await read(await openDatabase(), "meta", (store) => store.get("kit"));
  return asked.map(([rights, place, targetGroup]) =>
    suggest(kit, { rights, place, targetGroup }).slice(0, MOST).map(({ name, reasons }) => [name, reasons]));
}
"""
REFUSED = """
async (texts) => {
  const { sensitive } = await import("/static/door/referral_checks.js");
  return texts.map((text) => Boolean(sensitive(text)));
}
"""
TEXTS = [
    "1 85 05 78 006 084 91", "185057800608491", "2 96 11 2A 004 012", "le 2-96-11-2b-004-012 17",
    "1850578006084", "dossier 1850578", "06 98 76 54 32", "FR76 3000 6000 0112 3456 7890 189",
    "BE68 5390 0754 7034", "BE68 5390 0754 7035", "30006 00001 12345678901 89",
    "20041 01005 0500013M026 06", "rendez-vous le 12 12 2026 à 14 h", "62 rue de l’Exemple, 62000 Arras", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    return build_stands(site)


@pytest.fixture
def contexts() -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


def _stand_phone(
    chromium: Browser, site: Site, world: World, contexts: list[BrowserContext]
) -> Phone:
    """Paired at the stand, its kit downloaded."""
    contexts.append(new_context(chromium, 360, 740))
    return _at_stand(new_phone(contexts[-1], site), world)


def _at_stand(phone: Phone, world: World) -> Phone:
    phone.pair(world["codes"].pop())
    expect(phone.page.locator("[data-refer-nobody]")).to_be_visible()
    return phone


def _chip(within: Page | Locator, words: str) -> Locator:
    return within.locator(".chip", has_text=words).first


def _answer(phone: Phone, purpose: str, answer: str) -> None:
    _chip(phone.page.locator(".question", has_text=purpose), answer).click()


def _refer(phone: Phone, world: World, who: str = "Orienter Camille", contact: str = "Oui") -> None:
    """The form filled in as far as the consents."""
    phone.touch(who)
    _chip(phone.page, "RSA").click()
    _chip(phone.page, world["receiver"]).click()
    phone.page.get_by_label("Besoin, en quelques mots").fill(NEED)
    _answer(phone, "Être contacté par l’organisme", contact)
    _answer(phone, "Transmission à l’évaluation nationale", contact)


def _keep(phone: Phone) -> None:
    phone.touch("Garder l’orientation")
    expect(phone.page.locator('[data-sheet="refer"]')).to_be_hidden()


def _made(site: Site, world: World) -> int:
    ((count,),) = rows(site, "SELECT count(*) FROM referral WHERE stand_id = ?", world["stand_id"])
    return int(count)


def _lines(phone: Phone) -> Locator:
    phone.page.locator("[data-referrals-open]").click()
    return phone.page.locator("[data-referrals-list] li")


def _traces(folder: Path) -> list[str]:
    """Files of the browser's profile that hold what was typed, in either of its encodings."""
    words = [
        word.encode(coding)
        for word in (NAME, TYPED_PHONE, NEED)
        for coding in ("utf-8", "utf-16-le")
    ]
    words += [b"phyrine", b"Introuvable"]
    return [
        str(path) for path in folder.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    ]  # fmt: skip


def _open_profile(chromium: Browser, folder: Path) -> BrowserContext:
    return chromium.browser_type.launch_persistent_context(
        folder, executable_path=installed(), args=["--no-sandbox"],
        viewport={"width": 360, "height": 740}, locale="fr-FR",
    )  # fmt: skip


def test_made_without_network_then_killed_it_is_sent_once(
    chromium: Browser, site: Site, world: World, tmp_path: Path
) -> None:
    context = _open_profile(chromium, tmp_path)
    phone = _at_stand(new_phone(context, site), world)
    context.set_offline(True)
    phone.read(world["tickets"][0], "Passage noté")
    phone.check_both_ways_up()
    _refer(phone, world)
    phone.page.get_by_label("Pourquoi ce droit n’est pas utilisé").select_option("non_demande")
    _chip(phone.page, "Urgente").click()
    phone.page.get_by_text("Nom et contact (facultatifs)").click()
    phone.page.get_by_label("Prénom et nom").fill(NAME)
    phone.page.get_by_label("Téléphone", exact=True).fill(TYPED_PHONE)
    _chip(phone.page, "Par SMS").click()
    phone.check_both_ways_up()
    _keep(phone)
    expect(phone.page.locator("[data-refer-said]")).to_contain_text("Orientation gardée")
    expect(phone.waiting).to_have_text("2 à envoyer")
    kept = phone.page.evaluate(KEPT)
    assert '"sealed"' in kept
    assert world["receiver"] in kept
    for word in (NAME, "Introuvable", TYPED_PHONE, NEED):
        assert word not in kept, word
    # Not even what was chosen: the kit says what there is to choose from, the queue nothing.
    queue = json.dumps(json.loads(kept)["queue"])
    assert [
        word for word in ("non_demande", "given", "RSA", "sms", "urgent") if word in queue
    ] == []
    with suppress(Error):
        context.new_cdp_session(phone.page).send("Browser.crash")
    with suppress(Error):
        context.close()
    assert _traces(tmp_path) == []

    context = _open_profile(chromium, tmp_path)
    context.set_offline(True)
    phone = new_phone(context, site)
    phone.open()
    phone.is_on("ready")
    expect(phone.waiting).to_have_text("2 à envoyer")
    lines = _lines(phone)
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text(re.compile(rf"À envoyer.*{world['receiver']}"))
    phone.check_both_ways_up()
    assert _made(site, world) == 0
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The server has made it; its answer never arrives."""
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    context.route("**/api/v1/door/referrals", lose)
    context.set_offline(False)
    phone.sync()
    while not lost:
        phone.page.wait_for_timeout(50)
    phone.sync()
    phone.has_sent_everything()
    expect(lines).to_contain_text(re.compile(r"O-\d{5}.*En attente", re.DOTALL))
    assert lost == [200]
    context.close()
    assert _traces(tmp_path) == []
    (made,) = read_referrals(site, world["stand_id"])
    given = ["given", "fr"]
    assert made == {
        "number": made["number"], "need": NEED, "rights": ["RSA"], "receiver": world["receiver"],
        "callback": "sms", "step": "identified", "name": NAME, "phone": TYPED_PHONE, "email": "",
        "commune": "62041", "consents": {"contact": given, "evaluation": given},
    }  # fmt: skip
    stored = b"".join(path.read_bytes() for path in site.folder.glob("zna.sqlite3*"))
    assert not [word for word in (NAME, TYPED_PHONE, NEED) if word.encode() in stored]


def test_a_refusal_is_helped_all_the_same(
    chromium: Browser, site: Site, world: World, contexts: list[BrowserContext]
) -> None:
    phone = _stand_phone(chromium, site, world, contexts)
    before = _made(site, world)
    phone.page.context.set_offline(True)
    phone.read(world["tickets"][1], "Passage noté")
    phone.touch("Orienter Camille")
    phone.touch("Garder l’orientation")
    expect(phone.page.locator('[data-error="rights"]')).to_have_text("Touchez au moins un droit.")
    expect(phone.page.locator('[data-error="receiver"]')).to_be_visible()
    phone.check_both_ways_up()
    phone.touch("Fermer")
    _refer(phone, world, contact="Oui")
    expect(_chip(phone.page, "Par téléphone")).to_be_visible()
    phone.page.get_by_label("Langue de lecture").select_option("ar")
    spoken = phone.page.locator("[data-notice] .spoken")
    assert (spoken.get_attribute("lang"), spoken.get_attribute("dir")) == ("ar", "rtl")
    for purpose in ("Être contacté par l’organisme", "Transmission à l’évaluation nationale"):
        _answer(phone, purpose, "Non")
    expect(_chip(phone.page, "Par téléphone")).to_have_count(0)
    expect(phone.page.locator("[data-callback-said]")).to_contain_text("Sans son accord")
    phone.page.get_by_label("Besoin, en quelques mots").fill("Son numéro : 2 91 05 62 041 084 12")
    phone.touch("Garder l’orientation")
    expect(phone.page.locator('[data-error="need"]')).to_contain_text("numéro de sécurité sociale")
    phone.check_both_ways_up()
    phone.page.get_by_label("Besoin, en quelques mots").fill(NEED)
    _keep(phone)
    # Somebody without a badge, informed, who wants nothing: that is an end too.
    phone.touch("Orienter sans badge")
    expect(phone.page.get_by_label("Besoin, en quelques mots")).to_have_value("")
    _chip(phone.page, "APL").click()
    phone.page.get_by_label("Informée, la personne ne souhaite pas être orientée").check()
    _keep(phone)
    phone.page.context.set_offline(False)
    phone.sync()
    phone.has_sent_everything()
    refused, informed = read_referrals(site, world["stand_id"])[before:]
    no = ["refused", "ar"]
    assert (refused["name"], refused["email"], refused["callback"], refused["need"]) == (
        "", "", "through_sender", NEED)  # fmt: skip
    assert refused["consents"] == {"contact": no, "evaluation": no}
    assert (informed["step"], informed["rights"], informed["name"]) == ("declined", ["APL"], "")
    assert informed["consents"]["contact"] == ["not_asked", "fr"]
    lines = _lines(phone)
    expect(lines.first).to_contain_text("Informée, ne souhaite pas")
    phone.check_both_ways_up()


def test_what_the_server_refuses_is_put_aside_with_the_reason(
    chromium: Browser, site: Site, world: World, contexts: list[BrowserContext]
) -> None:
    phone = _stand_phone(chromium, site, world, contexts)
    before = _made(site, world)
    archive = "UPDATE organisation SET archived_at = ? WHERE id = ?"
    rows(site, archive, "2026-01-01 00:00:00.000000", world["receiver_id"])
    phone.read(world["tickets"][2], "Passage noté")
    _refer(phone, world)
    _keep(phone)
    expect(phone.bands).to_contain_text("1 orientation que le serveur refuse")
    phone.has_sent_everything()
    lines = _lines(phone)
    expect(lines.first).to_contain_text("Cet organisme n’est plus dans l’annuaire")
    phone.check_both_ways_up()
    phone.page.reload()
    phone.is_on("ready")
    lines = _lines(phone)
    expect(lines.first).to_contain_text("Cet organisme n’est plus dans l’annuaire")
    assert _made(site, world) == before
    rows(site, archive, None, world["receiver_id"])
    # Meanwhile the server is ill of referrals: scans go by all the same.
    ill = "**/api/v1/door/referrals"
    phone.page.context.route(ill, lambda route: route.fulfill(
        status=503, content_type="application/json", body="{}"))  # fmt: skip
    phone.errors.clear()
    phone.touch("Envoyer de nouveau")
    phone.touch("Fermer")
    phone.read(world["tickets"][3], "Passage noté")
    phone.sync()
    expect(phone.waiting).to_have_text("1 à envoyer", timeout=20_000)
    expect(phone.page.locator("[data-network]")).to_have_text("Serveur en panne")
    phone.page.context.unroute(ill)
    phone.sync()
    phone.has_sent_everything()
    expect(phone.bands).to_be_empty()
    phone.errors.clear()  # the 503s, on purpose
    assert _made(site, world) == before + 1


def test_a_revoked_phone_hands_in_what_it_had_sealed(
    chromium: Browser, site: Site, world: World, contexts: list[BrowserContext]
) -> None:
    phone = _stand_phone(chromium, site, world, contexts)
    before = _made(site, world)
    phone.page.context.set_offline(True)
    phone.read(world["tickets"][5], "Passage noté")
    _refer(phone, world)
    _keep(phone)
    rows(site, "UPDATE device SET revoked_at = created_at WHERE forum_id = ?"
               " AND token_hash IS NOT NULL", world["forum_id"])  # fmt: skip
    phone.page.context.set_offline(False)
    phone.sync()
    phone.is_on("pairing")
    kept = phone.page.evaluate(KEPT)
    assert '"sealed"' in kept
    assert [word for word in ("Camille", "notices", NEED) if word in kept] == []
    assert _made(site, world) == before
    phone.page.get_by_label("Code d’appairage").fill(world["codes"].pop())
    phone.touch("Appairer")
    phone.is_on("ready")
    phone.has_sent_everything()
    expect(phone.page.locator("[data-refer-nobody]")).to_be_visible()
    assert _made(site, world) == before + 1


def test_who_may_refer_whom_and_what_is_refused_here(
    chromium: Browser, site: Site, world: World, contexts: list[BrowserContext]
) -> None:
    phone = _stand_phone(chromium, site, world, contexts)
    before = _made(site, world)
    asked = [[rights, place, group] for rights, place, group, _ in world["suggested"]]
    told: list[Any] = phone.page.evaluate(SUGGESTED, asked)
    assert told == [answer for *_, answer in world["suggested"]]
    assert any(told)
    assert phone.page.evaluate(REFUSED, TEXTS) == [_is_sensitive(text) for text in TEXTS]
    phone.read(world["rehearsal"], "Passage noté")
    expect(phone.page.locator("[data-refer-words]")).to_contain_text("Orienter le badge")
    phone.page.locator("[data-refer]").click()
    expect(phone.page.locator("[data-refer-practice]")).to_be_visible()
    _chip(phone.page, "RSA").click()
    _chip(phone.page, world["receiver"]).click()
    _keep(phone)
    expect(phone.page.locator("[data-refer-said]")).to_contain_text("rien n’est parti")
    assert _made(site, world) == before
    # A phone of the door that goes to the stand says who can set it up there.
    contexts.append(new_context(chromium, 360, 740))
    other = new_phone(contexts[-1], site).pair(world["door_code"])
    expect(other.page.locator("[data-refer-bar]")).to_be_hidden()
    other.go_to(world["stand"])
    expect(other.page.locator("[data-refer-elsewhere]")).to_contain_text("un agent doit régler")
    other.read(world["tickets"][4], "Passage noté")
    expect(other.page.locator("[data-refer]")).to_be_hidden()
    other.check_both_ways_up()


def _is_sensitive(text: str) -> bool:
    try:
        refuse_sensitive(text, field="need")
    except InvalidError:
        return True
    return False
