"""What an agent does for the door, in the pages of the office: badges made and printed, a phone
paired with the code on the screen."""

import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.door_phone import Phone
from tests.browser.visitor import Visitor
from tests.qr_reading import codes_in_pdf
from zna_network.services.demo.forum import SLUG

_SCALE = 3  # a phone's lens sees more points than the screen has


def code_on_screen(picture: Locator) -> str:
    """The payload of a QR code, read from its picture as a phone would."""
    picture.scroll_into_view_if_needed()
    image = Image.open(io.BytesIO(picture.screenshot())).convert("L")
    image = image.resize((image.width * _SCALE, image.height * _SCALE))
    (code,) = zxingcpp.read_barcodes(image)
    return str(code.text)


def blank_badge(agent: Visitor) -> tuple[str, str]:
    """(ticket, shown number) of a badge prepared for somebody who comes with nothing, read from
    its printed page."""
    agent.goto(f"/forums/{SLUG}/badges")
    agent.page.get_by_label("Combien de badges vierges ?").fill("1")
    agent.press("Préparer")
    found = re.search(r"Badges? (\d+)", agent.page.locator("body").inner_text())
    assert found
    agent.goto(f"/forums/{SLUG}/badges/numero?number={found[1]}")
    link = agent.page.get_by_role("link", name="Imprimer (PDF)")
    printed = agent.page.request.get(f"{agent.url}{link.get_attribute('href')}")
    (ticket,) = codes_in_pdf(printed.body())
    return ticket, found[1]


def pair(agent: Visitor, phone: Phone, name: str) -> None:
    """The agent shows a code, the phone's own camera opens the address that it holds."""
    agent.goto(f"/forums/{SLUG}/porte")
    agent.press("Associer un téléphone")
    agent.page.get_by_label("Nom du téléphone").fill(name)
    agent.press("Afficher le code")
    address = code_on_screen(agent.page.locator(".pairing-code"))
    start, _, code = address.partition("#")
    assert start == f"{phone.url}/porte"
    phone.pair(code)
    # The page shows itself again as soon as it learns of it: not while it goes elsewhere.
    expect(agent.page.locator("[data-pairing]")).to_have_count(0)
    agent.page.wait_for_load_state("load")
    agent.goto(f"/forums/{SLUG}/porte")
    expect(agent.page.get_by_role("row").filter(has_text=name)).to_contain_text("En ligne")
