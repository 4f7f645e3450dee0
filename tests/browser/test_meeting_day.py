"""The day of a meeting on two screens and a wall: what is typed is saved at a pause, the time runs,
and all of them show the same point."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import SignIn
from tests.browser.site import PASSWORD, Site
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
OTHER = "animation@cua.example"
SCREEN = "/instances/reunions/3/seance"
WALL = {"width": 1920, "height": 1080}


def _title(visitor: Visitor) -> Locator:
    return visitor.page.locator(".day-now-title")


def _seconds(visitor: Visitor) -> int:
    minutes, seconds = visitor.page.locator("[data-face]").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def test_a_meeting_run_from_two_screens_and_a_wall(site: Site, signed_in: SignIn) -> None:
    site.add_user(OTHER, "agent", "--name", "Animation Fictive")
    writer, host = signed_in("agent@cua.example"), signed_in(OTHER, PASSWORD)
    writer.is_seen_both_ways = True
    writer.goto(SCREEN)
    writer.press("Ouvrir la séance")
    host.goto(SCREEN)
    wall = Visitor(writer.page.context.new_page(), site.url)
    wall.page.set_viewport_size(WALL)  # type: ignore[arg-type]
    wall.goto(f"{SCREEN}?projection=1")

    host.page.get_by_role("button", name="Commencer").click()
    first = writer.page.locator(".day-agenda-title").first.inner_text().split("\n")[0]
    first = first.removesuffix(" Notes")
    for visitor in (writer, host, wall):
        expect(_title(visitor)).to_have_text(re.compile(re.escape(first[:20])))
    began = _seconds(wall)
    expect(wall.page.locator("[data-face]")).not_to_have_text(
        wall.page.locator("[data-face]").inner_text()
    )
    assert _seconds(wall) < began  # it counts down
    assert abs(_seconds(writer) - _seconds(wall)) <= 2
    wall.check()

    # Typed and left alone: saved, there after a reload, and on the other screen.
    notes = writer.page.get_by_role("textbox", name="Notes")
    notes.fill("La CAF ouvre une permanence")
    decision = writer.page.get_by_label("Ce qui est décidé ou à faire")
    decision.fill("Une permanence le jeudi")
    writer.page.get_by_label("Qui", exact=True).fill("CAF")
    expect(writer.page.locator("[data-kept-field=owner] [data-state]")).to_contain_text(
        "Enregistré à"
    )
    expect(host.page.get_by_role("textbox", name="Notes")).to_have_value(
        "La CAF ouvre une permanence"
    )
    expect(wall.page.locator("[data-part=record]")).to_contain_text("Une permanence le jeudi")
    expect(wall.page.locator("[data-part=record]")).to_contain_text("CAF")

    # Ticked in one tap, without leaving what is being typed.
    host.page.get_by_text("Pointer par nom").click()
    host.page.get_by_role("button", name="Présent :").first.click()
    expect(wall.page.locator("[data-part=count]")).to_contain_text("1 présent")

    # The meeting goes on while somebody types: nothing is taken from under their hands.
    decision.focus()
    host.page.get_by_role("button", name="Suivant").click()
    follow = writer.page.get_by_role("button", name="Suivre")
    expect(follow).to_be_visible()
    expect(notes).to_have_value("La CAF ouvre une permanence")
    writer.check()
    follow.click()
    expect(follow).to_be_hidden()
    expect(notes).to_have_value("")
    notes.fill("Deuxième point")
    expect(writer.page.locator("[data-saved]")).to_contain_text("Enregistré à")
    writer.goto(SCREEN)
    expect(notes).to_have_value("Deuxième point")

    # Two write the same notes at once: both texts are shown.
    writer.page.context.set_offline(True)
    notes.fill("Deuxième point, vu d’ici")
    theirs = host.page.get_by_role("textbox", name="Notes")
    expect(theirs).to_have_value("Deuxième point")
    theirs.fill("Deuxième point, vu de là")
    expect(host.page.locator("[data-saved]")).to_contain_text("Enregistré à")
    writer.page.context.set_offline(False)
    clash = writer.page.locator("[data-work] [data-clash]")
    expect(clash).to_contain_text("Deuxième point, vu de là")
    writer.errors.clear()  # requests that failed without a connection
    writer.check()
    clash.get_by_role("button", name="Assembler").click()
    expect(theirs).to_have_value(re.compile("vu de là\nDeuxième point, vu d’ici"))

    writer.confirm("Clore la séance")
    expect(writer.page.get_by_text("Une permanence le jeudi").first).to_be_visible()
    expect(host.page.get_by_role("button", name="Rouvrir la séance")).to_be_visible()
