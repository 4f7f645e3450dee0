"""Somebody's own browser: its size, its language, its clock."""

from playwright.sync_api import Browser, BrowserContext, StorageState

WIDTHS = [(1280, 900), (360, 740)]


def new_context(
    chromium: Browser,
    width: int = 1280,
    height: int = 900,
    storage_state: StorageState | None = None,
) -> BrowserContext:
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        storage_state=storage_state,
    )
    context.set_default_timeout(15_000)
    return context
