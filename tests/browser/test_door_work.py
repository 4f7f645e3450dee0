"""A morning at the door: every verdict, walk-ins, exits, counts, undoing, searching."""

import pytest
from playwright.sync_api import expect

from tests.browser.door_fixtures import Forum
from tests.browser.door_phone import NewPhone, Phone, rows, scans_of
from tests.browser.site import Site

pytestmark = pytest.mark.browser
SCANS = "SELECT count(*) FROM scan WHERE forum_id = ?"


def test_every_verdict_is_said_in_words(phone: Phone, forum: Forum, site: Site) -> None:
    ticket, number = forum.badge()
    before, ((scans,),) = phone.people_inside(), rows(site, SCANS, forum.id)
    phone.check_both_ways_up()
    phone.read(ticket, "Entrée acceptée")
    expect(phone.page.locator("[data-who]")).to_have_text(f"Camille — badge {number:04d}")
    phone.check_both_ways_up()
    phone.read(ticket.lower() + " ", "Déjà entré")
    expect(phone.page.locator("[data-more]")).to_contain_text("(Porte A)")
    phone.check_both_ways_up()
    phone.read(forum.family(), "Entrée acceptée")
    expect(phone.page.locator("[data-more]")).to_have_text("3 personnes")
    for kind, word in (
        ("revoked", "Badge annulé"),
        ("former", "Badge d’un autre forum"),
        ("rehearsal", "Entrée acceptée"),
    ):
        phone.read(forum.badge(kind)[0], word)
    expect(phone.page.locator("[data-practice]")).to_have_text(
        "Badge d’entraînement : ne compte pas"
    )
    phone.read("ZNR" + "A" * 20, "Badge inconnu")
    phone.check_both_ways_up()
    phone.read("BEGIN:VCARD N:Exemple", "Pas un badge")
    phone.has_sent_everything()
    assert scans_of(site, number, forum.id) == [("admitted", ""), ("already_admitted", "")]
    # Seven badges were read; the business card went nowhere.
    assert rows(site, SCANS, forum.id) == [(scans + 7,)]
    expect(phone.inside).to_have_text(str(before + 4))


def test_walk_in_exit_return_count_and_undo(phone: Phone, forum: Forum, site: Site) -> None:
    before = phone.people_inside()
    ticket, number = forum.badge("blank")
    phone.read(ticket, "Entrée acceptée")
    for question, answer in (
        ("Commune", "Arras"), ("Âge", "60 à 74 ans"), ("Situation", "Seniors"), ("Avec", "2 personnes"),
    ):  # fmt: skip
        phone.page.locator(".choice", has_text=question).click()
        if question == "Commune":
            phone.check_both_ways_up()
        phone.page.get_by_role("button", name=answer, exact=True).click()
    phone.check_both_ways_up()
    phone.touch("Terminé")
    expect(phone.inside).to_have_text(str(before + 3))
    phone.has_sent_everything()
    expect(phone.inside).to_have_text(str(before + 3))
    assert rows(
        site,
        "SELECT a.commune_insee, a.age_band, a.companions, a.channel FROM attendee a"
        " JOIN badge b ON b.attendee_id = a.id WHERE b.forum_id = ? AND b.number = ?",
        forum.id, number,
    ) == [("62041", "60_74", 2, "door")]  # fmt: skip
    phone.touch("Passer en sortie")
    phone.read(ticket, "Sortie notée")
    expect(phone.inside).to_have_text(str(before))
    phone.read(ticket, "Déjà sorti")
    phone.touch("Passer en entrée")
    phone.read(ticket, "Retour accepté")
    expect(phone.inside).to_have_text(str(before + 3))
    _undo(phone)
    expect(phone.inside).to_have_text(str(before))
    _count(phone)
    expect(phone.inside).to_have_text(str(before + 4))
    phone.has_sent_everything()
    phone.sync()
    expect(phone.inside).to_have_text(str(before + 4))
    assert scans_of(site, number, forum.id) == [
        ("admitted", ""), ("admitted", ""), ("already_admitted", ""), ("admitted", "undone"),
    ]  # fmt: skip
    kept = "SELECT sum(people) FROM head_count WHERE undone_at IS NULL AND forum_id = ?"
    assert rows(site, kept, forum.id) == [(4,)]


def _undo(phone: Phone) -> None:
    phone.touch("Annuler")
    expect(phone.page.locator("[data-undo-what]")).to_contain_text("Entrée acceptée")
    phone.check_both_ways_up()
    phone.touch("Annuler cette lecture")


def _count(phone: Phone) -> None:
    phone.touch("Compter")
    phone.touch("+5 cinq entrées")
    phone.touch("+1 une entrée")
    phone.touch("Annuler le dernier : +1")
    expect(phone.page.locator("[data-count-said]")).to_contain_text("Annulé : +1")
    phone.touch("−1 une sortie")
    expect(phone.page.locator("[data-count-said]")).to_contain_text("+4")
    phone.check_both_ways_up()
    phone.touch("Fermer")


def test_a_badge_is_found_by_name_and_by_number(phone: Phone, forum: Forum, site: Site) -> None:
    _, number = forum.badge()
    phone.touch("Chercher")
    field = phone.page.get_by_label("Numéro du badge, ou nom")
    field.fill("sàcha")
    expect(phone.page.locator(".result")).to_have_count(1)
    field.fill(str(number))
    expect(phone.page.locator(".result-number")).to_have_text(f"{number:04d}")
    phone.check_both_ways_up()
    field.press("Enter")
    expect(phone.word).to_have_text("Entrée acceptée")
    phone.has_sent_everything()
    assert scans_of(site, number, forum.id) == [("admitted", "")]
    for sheet in ("Lectures", "État"):
        phone.touch(sheet)
        phone.check_both_ways_up()
        phone.touch("Fermer")
    phone.go_to("Porte B")
    expect(phone.page.locator("[data-point-name]")).to_have_text("Porte B")


def test_only_one_tab_reads(phone: Phone, forum: Forum) -> None:
    second = Phone(phone.page.context.new_page(), phone.url)
    second.open()
    second.is_on("elsewhere")
    second.check_both_ways_up()
    second.touch("Continuer ici")
    second.is_on("ready")
    phone.is_on("elsewhere")
    second.read(forum.badge()[0], "Entrée acceptée")


def test_pairing_says_what_is_wrong(new_door: NewPhone, forum: Forum) -> None:
    phone = new_door()
    phone.open()
    phone.is_on("pairing")
    phone.check_both_ways_up()
    code = forum.code()
    field = phone.page.get_by_label("Code d’appairage")
    for typed, words in (
        ("?", "n’a pas la forme attendue"),
        ("abcdefghijkl", "n’existe pas, ou a déjà servi"),
    ):
        field.fill(typed)
        phone.touch("Appairer")
        expect(phone.page.locator("[data-code-error]")).to_contain_text(words)
    phone.check_both_ways_up()
    field.fill(f"{code[:4]} {code[4:8]} {code[8:]}")
    phone.touch("Appairer")
    phone.is_on("ready")
