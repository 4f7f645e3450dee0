"""Which worker of pytest-xdist runs which tests."""

from xdist.scheduler import LoadScopeScheduling


class BrowserTogether(LoadScopeScheduling):
    """The browser tests share one served site and one Chromium, so one worker runs them all, from
    the start; every other test goes alone to whoever is free. The plug-in's own ``loadgroup`` reads
    the group from the test's id, where the pytest of today no longer lets it be written."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid
