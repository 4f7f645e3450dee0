"""Badges held before the camera: Chromium films a video that the test draws."""

import random
import time
from itertools import product
from pathlib import Path

import pytest
import qrcode
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect

from tests.browser.contexts import PATIENCE_MS
from tests.browser.door_fixtures import Forum
from tests.browser.door_phone import new_phone, scans_of
from tests.browser.site import Site
from tools.ensure_browser import installed

pytestmark = pytest.mark.browser
SIZE = (640, 480)
FRAMES_A_SECOND = 5
SEEN = """
() => {
  window.seen = [];
  const panel = document.querySelector("[data-verdict]");
  new MutationObserver(() => window.seen.push(panel.dataset.verdict)).observe(panel, {
    attributes: true, attributeFilter: ["data-verdict"],
  });
}
"""


def _picture(text: str = "", *, is_torn: bool = False) -> Image.Image:
    frame = Image.new("L", SIZE, 200)
    if text:
        code = qrcode.make(text, border=4).get_image().convert("L").resize((380, 380), 0)
        frame.paste(code, (130, 50))
    if is_torn:
        # Its three corners are whole, what it says is lost: seen, never read.
        chance, pen, module = random.Random(1), ImageDraw.Draw(frame), 380 / 33
        for column, row in product(range(13, 29), range(13, 29)):
            x, y = 130 + column * module, 50 + row * module
            pen.rectangle((x, y, x + module - 1, y + module - 1), fill=chance.choice((0, 255)))
    return frame


def _film(path: Path, scenes: list[tuple[Image.Image, float]]) -> Path:
    """A YUV4MPEG2 video: each picture for so many seconds, over and over."""
    width, height = SIZE
    grey = bytes([128]) * (width * height // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{width} H{height} F{FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for picture, seconds in scenes:
            for _ in range(round(seconds * FRAMES_A_SECOND)):
                film.write(b"FRAME\n" + picture.tobytes() + grey)
    return path


def test_the_camera_pairs_reads_and_says_what_it_cannot_read(
    chromium: Browser, forum: Forum, site: Site, tmp_path: Path
) -> None:  # fmt: skip
    ticket, number = forum.badge()
    film = _film(
        tmp_path / "camera.y4m",
        [
            (_picture(f"{site.url}/porte#{forum.code()}"), 1),
            (_picture(), 0.6),
            (_picture(ticket), 1),
            (_picture("https://exemple.example/menu"), 1),
            (_picture(), 1.5),
            (_picture(ticket, is_torn=True), 5),
        ],
    )
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=installed(), locale="fr-FR",
        viewport={"width": 360, "height": 740},
        args=[
            "--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )  # fmt: skip
    phone = new_phone(context, site)
    phone.open()
    phone.is_on("pairing")
    phone.page.evaluate(SEEN)
    phone.touch("Ouvrir la caméra")
    expect(phone.page.locator("body")).to_have_attribute(
        "data-screen", "ready", timeout=3 * PATIENCE_MS
    )
    deadline = time.monotonic() + 120
    while not {"admitted", "foreign", "torn"} <= set(phone.page.evaluate("window.seen")):
        assert time.monotonic() < deadline, phone.page.evaluate("window.seen")
        phone.page.wait_for_timeout(200)
    phone.check()
    # Seen in frame after frame, it is read once each time that it is shown.
    assert (
        phone.page.evaluate("window.seen.filter((verdict) => verdict === 'admitted').length") == 1
    )
    phone.has_sent_everything()
    assert scans_of(site, number, forum.id)[0] == ("admitted", "")
    phone.touch("Fermer")
    expect(phone.page.get_by_role("button", name="Ouvrir la caméra")).to_be_visible()
    context.close()
