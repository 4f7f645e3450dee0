"""Which worker of pytest-xdist runs which tests."""

from xdist.scheduler import LoadScopeScheduling

FORUM_DAY = ("test_board", "test_door", "test_forum", "test_registration")


class BrowserTogether(LoadScopeScheduling):
    """Browser tests share a served site and a Chromium, which take half a minute to set up: they
    are two halves of about the same length, and a worker that has begun one runs the whole of it,
    before anything else. Every other test goes alone to whoever is free. The plug-in's own
    ``loadgroup`` reads the group from the test's id, where the pytest of today no longer lets it be
    written."""

    def _split_scope(self, nodeid: str) -> str:
        folder, _, name = nodeid.partition("/browser/")
        if folder != "tests":
            return nodeid
        return "browser, forum day" if name.startswith(FORUM_DAY) else "browser, the rest"
