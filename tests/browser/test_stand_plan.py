"""Drawing the plan of the stands in a real browser: by dragging, by the arrows, by plain forms."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.site import Site
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
PLAN = "/forums/forum-acces-aux-droits/plan"
FIELDS = ("column", "row", "width", "height")


@pytest.fixture
def agent(signed_in: SignIn) -> Visitor:
    return signed_in("agent@cua.example")


def _fields(page: Page, number: str) -> dict[str, Locator]:
    line = page.locator(f"[data-stand-row='{number}']")
    return {name: line.locator(f"input[name='{name}']") for name in FIELDS}


def _values(page: Page, number: str) -> list[str]:
    return [field.input_value() for field in _fields(page, number).values()]


def _has(page: Page, number: str, values: list[str]) -> None:
    for field, value in zip(_fields(page, number).values(), values, strict=True):
        expect(field).to_have_value(value)


def _said(page: Page, words: str) -> None:
    expect(page.locator("[data-plan-status]")).to_contain_text(words)


def _drag(page: Page, what: Locator, column: float, row: float) -> None:
    """Let go over this point of the grid, in squares from its corner."""
    sheet = page.locator("[data-plan-sheet]")
    what.scroll_into_view_if_needed()
    box, start = sheet.bounding_box(), what.bounding_box()
    view = [float(part) for part in (sheet.get_attribute("viewBox") or "").split()]
    assert box
    assert start
    scale = box["width"] / view[2]
    x, y = (column * 40 - view[0]) * scale, (row * 40 - view[1]) * scale
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + x, box["y"] + y, steps=8)
    page.mouse.up()


def test_drags_resizes_and_is_refused(agent: Visitor) -> None:
    page = agent.goto(PLAN)
    waiting = page.locator("[data-waiting]").first
    number = waiting.get_attribute("data-waiting") or ""
    _drag(page, waiting, 23, 8)
    _said(page, f"Stand {number}")
    _said(page, "enregistré")
    _has(page, number, ["23", "8", "2", "2"])
    stand = page.locator(f"[data-plan-sheet] [data-stand='{number}']")
    agent.check()

    taken = page.locator("[data-plan-sheet] [data-stand]").first
    other = taken.get_attribute("data-stand") or ""
    column, row, *_ = _values(page, other)
    _drag(page, stand, int(column), int(row))
    expect(page.locator("[data-plan-message]")).to_contain_text(
        f"Cette place est prise par le stand n° {other}"
    )
    _has(page, number, ["23", "8", "2", "2"])
    _drag(page, stand.locator(".plan-corner"), 24, 11)
    _said(page, "2 sur 4")
    _said(page, "enregistré")

    stand.focus()
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowUp"):
        page.keyboard.press(key)
    _said(page, "colonne 21, rangée 8, 2 sur 3, enregistré")
    agent.goto(PLAN)
    _has(page, number, ["21", "8", "2", "3"])
    page.locator(f"[data-plan-sheet] [data-stand='{number}']").focus()
    page.keyboard.press("Delete")
    _said(page, "ôté du plan")
    expect(page.locator(f"[data-waiting='{number}']")).to_be_visible()
    page.locator(f"[data-waiting='{number}']").click()
    _said(page, "enregistré")
    expect(page.locator(f"[data-plan-sheet] [data-stand='{number}']")).to_be_focused()


def test_what_somebody_else_moved_goes_back_to_where_it_is(
    agent: Visitor, signed_in: SignIn
) -> None:
    page = agent.goto(PLAN)
    number = page.locator("[data-plan-sheet] [data-stand]").last.get_attribute("data-stand") or ""
    other = signed_in("admin@cua.example")
    theirs = other.goto(PLAN)
    field = _fields(theirs, number)
    for name, value in zip(FIELDS, ("22", "11", "1", "1"), strict=True):
        field[name].fill(value)
    field["row"].press("Enter")
    _said(theirs, "enregistré")

    _drag(page, page.locator(f"[data-plan-sheet] [data-stand='{number}']"), 12, 11)
    expect(page.locator("[data-plan-message]")).to_contain_text("vient de modifier ce stand")
    _has(page, number, ["22", "11", "1", "1"])
    page.context.set_offline(True)
    page.locator(f"[data-plan-sheet] [data-stand='{number}']").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-plan-message]")).to_contain_text("vérifiez la connexion")
    _has(page, number, ["22", "11", "1", "1"])
    page.context.set_offline(False)
    agent.errors.clear()  # The browser's own words about the line that we cut.


def test_without_script_the_table_does_it_all(
    chromium: Browser, site: Site, signed_in: SignIn
) -> None:
    signed = signed_in("agent@cua.example").page.context
    context = chromium.new_context(java_script_enabled=False, storage_state=signed.storage_state())
    page = context.new_page()
    page.goto(f"{site.url}{PLAN}")
    line = page.locator("[data-stand-row]").last
    number = line.get_attribute("data-stand-row") or ""
    for name, value in zip(FIELDS, ("24", "14", "1", "1"), strict=True):
        line.locator(f"input[name='{name}']").fill(value)
    line.get_by_role("button", name=re.compile("^Placer")).click()
    assert page.url.endswith(f"#stand-{number}")
    _has(page, number, ["24", "14", "1", "1"])
    page.locator(f"[data-stand-row='{number}']").get_by_role(
        "button", name=re.compile("^Ôter")
    ).click()
    _has(page, number, ["", "", "1", "1"])
    page.locator(f"[data-stand-row='{number}']").get_by_role(
        "button", name=re.compile("^Place libre")
    ).click()
    assert _values(page, number)[2:] == ["1", "1"]
    assert _values(page, number)[0]
    context.close()
