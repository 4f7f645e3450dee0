"""Make sure that a Chromium is there for the tests: found, or installed, or a clear failure."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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


def install() -> None:
    """Through Debian's packages where we may, otherwise as Playwright does."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium from the system's packages (once)…", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        ):
            subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
    if installed() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    if installed() is None:
        install()
    if installed() is None:
        raise SystemExit(
            "The browser tests need Chromium and it could not be installed.\n"
            "Install it (Debian: apt-get install chromium) or name it in ZNA_TEST_CHROMIUM."
        )


if __name__ == "__main__":
    main()
