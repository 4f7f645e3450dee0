"""Somebody's own browser: its size, its language, its clock."""

from playwright.sync_api import Browser, BrowserContext, StorageState

DESK, PHONE = (1280, 900), (360, 740)
WIDTHS = [DESK, PHONE]
PATIENCE_MS = 30_000  # for what is expected to happen: the machine may be busy with other things


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
    context.set_default_timeout(PATIENCE_MS)
    return context
