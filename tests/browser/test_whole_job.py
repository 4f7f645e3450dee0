"""The main job, from the sign-in to the minutes in hand; each page as a desk and a phone show it.

sign in → directory → compose → convene → answer from the link → attendance → minutes → docx."""

import io
import re
import secrets
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser

from tests.browser.contexts import PHONE, new_context
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.mail_server import ReceivedMail
from zna_network.services.demo.accounts import PASSWORD

pytestmark = pytest.mark.browser
LINK = re.compile(r"https?://\S+/r/[a-z2-7]+")


def test_the_whole_job(visitor: Visitor, site: Site, chromium: Browser, tmp_path: Path) -> None:
    mark = secrets.token_hex(3)
    visitor.sign_in("agent@cua.example", PASSWORD)
    _find_in_the_directory(visitor)
    _compose(visitor, mark)
    _convene(visitor)
    meeting_url = visitor.page.url.removesuffix("/convocations")
    mail = _mail_to(site, f"orchidee{mark}@invites.example")
    _answer_from_the_link(chromium, site, mail)
    visitor.goto(f"{meeting_url}/convocations")
    assert visitor.says("Présent sur place")
    # From here on a phone, as in the meeting's room.
    width, height = PHONE
    visitor.page.set_viewport_size({"width": width, "height": height})
    _attend(visitor, meeting_url)
    document = _write_the_minutes(visitor, meeting_url)
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(document)).paragraphs)
    assert "Les permanences commencent en janvier." in text
    _convert_to_pdf(document, tmp_path)


def _find_in_the_directory(visitor: Visitor) -> None:
    visitor.goto("/annuaire?q=Boisieux")
    assert visitor.says("Boisleux-au-Mont")
    visitor.goto("/annuaire?q=caf")
    visitor.page.get_by_role("link", name="CAF du Pas-de-Calais").first.click()
    visitor.check()
    assert visitor.says("Référence accès aux droits")


def _compose(visitor: Visitor, mark: str) -> None:
    visitor.goto("/instances/nouvelle")
    visitor.page.get_by_label("Nom de l’instance").fill(f"Comité technique d’essai {mark}")
    visitor.press("Créer l’instance")
    committee_url = visitor.page.url
    visitor.goto(f"{committee_url}/proposer")
    visitor.choose("Personne", "églantine", "Églantine")
    visitor.press("Ajouter")
    visitor.goto(f"{committee_url}/proposer/nouveau-contact")
    visitor.choose("Organisme", "cpam", "CPAM de l’Artois")
    visitor.page.get_by_label("Prénom").fill("Solène")
    visitor.page.get_by_label("Nom", exact=True).fill(f"Orchidée{mark}")
    visitor.page.get_by_label("Adresse e-mail").fill(f"orchidee{mark}@invites.example")
    visitor.press("Ajouter")
    visitor.goto(committee_url)
    assert visitor.says(f"Orchidée{mark}")
    visitor.press("Nouvelle réunion")


def _convene(visitor: Visitor) -> None:
    day = datetime.now(UTC).date() + timedelta(days=20)
    visitor.page.get_by_label("Date", exact=True).fill(day.isoformat())
    visitor.page.get_by_label("Début", exact=True).fill("14:00")
    visitor.page.get_by_label("Fin", exact=True).fill("16:00")
    visitor.page.get_by_label("Lieu").fill("Hôtel communautaire, Arras")
    visitor.page.get_by_label("Je confirme cette date").check()
    visitor.press("Créer la réunion")
    visitor.page.get_by_label("Point", exact=True).fill("Permanences de janvier")
    visitor.press("Ajouter")
    visitor.goto(f"{visitor.page.url.split('#')[0]}/convocations")
    visitor.press("Ajouter des personnes")
    visitor.press("Ajouter les personnes cochées")
    visitor.confirm("Envoyer les convocations")


def _mail_to(site: Site, address: str) -> ReceivedMail:
    site.deliver()
    mails = [mail for mail in site.smtp.mails if mail.recipients == (address,)]
    assert len(mails) == 1
    calendar = next(
        part for part in mails[0].message.walk() if part.get_content_type() == "text/calendar"
    )
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    return mails[0]


def _answer_from_the_link(chromium: Browser, site: Site, mail: ReceivedMail) -> None:
    """The partner has no account: another browser, another person, on a phone."""
    body = mail.message.get_body(("plain",))
    assert body is not None
    found = LINK.search(body.get_content())
    assert found
    context = new_context(chromium, *PHONE)
    partner = Visitor(context.new_page(), site.url, is_seen_both_ways=True)
    partner.goto(found.group())
    partner.press("Je viens sur place")
    assert partner.says("Votre réponse est enregistrée")
    context.close()


def _attend(visitor: Visitor, meeting_url: str) -> None:
    visitor.goto(f"{meeting_url}/presence")
    silent = visitor.page.locator("fieldset", has_text="Églantine")
    with visitor.page.expect_response(lambda answer: "/presence/lignes/" in answer.url):
        silent.get_by_role("radio", name="Excusé").press("Space")
    visitor.goto(f"{meeting_url}/presence")
    assert silent.get_by_role("radio", name="Excusé").is_checked()


def _write_the_minutes(visitor: Visitor, meeting_url: str) -> bytes:
    """The text is kept by itself at the first pause; then validated and downloaded."""
    visitor.goto(f"{meeting_url}/compte-rendu")
    visitor.press("Commencer le compte-rendu")
    with visitor.page.expect_response(lambda answer: "/compte-rendu/textes/" in answer.url):
        visitor.page.get_by_label("Ce qui a été dit : Permanences de janvier").fill(
            "Les permanences commencent en janvier."
        )
    visitor.goto(f"{meeting_url}/compte-rendu")
    visitor.press("Relire et valider")
    visitor.press("Valider le compte-rendu")
    with visitor.page.expect_download() as download:
        visitor.page.locator("main a[href$='.docx']").first.click()
    return Path(download.value.path()).read_bytes()


def _convert_to_pdf(document: bytes, folder: Path) -> None:
    """LibreOffice opens it too, where it is installed."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return
    (folder / "cr.docx").write_bytes(document)
    subprocess.run(
        [office, "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "cr.docx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert (folder / "cr.pdf").read_bytes().startswith(b"%PDF")
