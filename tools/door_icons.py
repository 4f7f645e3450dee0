"""Draw the door app's icons again, from static/door/icons/door.svg, when the drawing changes.

The maskable one keeps the drawing inside the circle that every launcher leaves whole."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.ensure_browser import installed

ICONS = Path(__file__).resolve().parent.parent / "static" / "door" / "icons"
BACKGROUND = "#0f3d4a"
# File -> side in pixels, part of the side that the drawing takes, background.
PICTURES = {
    "door-192.png": (192, 1.0, "transparent"),
    "door-512.png": (512, 1.0, "transparent"),
    "door-maskable-512.png": (512, 0.76, BACKGROUND),
}


def main() -> int:
    path = installed()
    if not path:
        print("Chromium is missing: see tools/ensure_browser.py.", file=sys.stderr)
        return 1
    drawing = (ICONS / "door.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, (side, part, background) in PICTURES.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(
                f"<body style='margin:0;height:100vh;display:grid;place-items:center;"
                f"background:{background}'><div style='width:{part * 100}%'>{drawing}</div>"
            )
            page.screenshot(path=ICONS / name, omit_background=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
