"""Make sure that a Chromium is there for the tests: found, or installed, or a clear failure."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import sync_playwright

# Chromium without a window of any kind: the same pages for less than half the work.
LIGHT = "chromium-headless-shell"
NAMES = (LIGHT, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Beside the packages that « make clean » takes away: what cannot be had is not asked for each time.
TRIED = Path(sys.prefix) / ".light-browser-asked-for"
APT = ["apt-get", "-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20"]
LONGEST_SECONDS = 300


def installed() -> str | None:
    """The browser to use: ZNA_TEST_CHROMIUM, the system's, or Playwright's own."""
    given = os.environ.get("ZNA_TEST_CHROMIUM")
    if given:
        return given if os.access(given, os.X_OK) else None
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return _playwrights()


def _playwrights() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.access(path, os.X_OK) else None


def install(package: str) -> None:
    """From Debian's packages where we may; nothing otherwise."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    print(f"Installing {package} from the system's packages (once)…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        [*APT, "update"],
        [*APT, "install", "-y", "--no-install-recommends", package],
    ):
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                command,
                env=environment,
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LONGEST_SECONDS,
            )


def prefer_light() -> None:
    if os.environ.get("ZNA_TEST_CHROMIUM") or shutil.which(LIGHT) or TRIED.exists():
        return
    install(LIGHT)
    TRIED.touch()


def main() -> None:
    prefer_light()
    if installed() is None:
        install("chromium")
    if installed() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if installed() is None:
        raise SystemExit(
            "The browser tests need Chromium and it could not be installed.\n"
            "Install it (Debian: apt-get install chromium) or name it in ZNA_TEST_CHROMIUM."
        )


if __name__ == "__main__":
    main()
