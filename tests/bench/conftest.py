"""The browser of the browser tests, for the benches that need one."""

from tests.browser.conftest import chromium

__all__ = ["chromium"]
