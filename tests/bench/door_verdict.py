"""How long the door app takes to answer with ten thousand badges on the phone, without network.

    python -m pytest -q -s tests/bench/door_verdict.py

prints one line of JSON: milliseconds from the code read to the verdict, its write on the disk
included, and how long the app takes to start again from what it keeps."""

import hashlib
import json
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.bench.measuring import tell
from tests.browser.contexts import new_context
from tests.browser.door_phone import Phone
from tests.browser.site import running_site
from zna_network.services.french_time import local_date

BADGES = 10_000
READ = 300
LIMIT_MS = 100
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _ticket(number: int) -> str:
    digest = hashlib.sha256(str(number).encode()).digest()
    return "ZNR" + "".join(_LETTERS[byte % 32] for byte in digest[:20])


def _answers() -> dict[str, Any]:
    now = datetime.now(UTC)
    forum = {"slug": "banc", "title": "Banc", "held_on": local_date(now).isoformat(),
             "opens_at": "00:00", "closes_at": "23:59", "gauge": BADGES, "is_today": True}  # fmt: skip
    rows = [
        [hashlib.sha256(_ticket(n).encode()).hexdigest()[:24], n, "Camille", "ok", 1, False]
        for n in range(1, BADGES + 1)
    ]
    point = {"code": "a", "name": "Porte A", "kind": "entry"}
    return {
        "pair": {"token": "x", "device": {"name": "Banc"}, "forum": forum,
                 "expires_at": (now + timedelta(hours=1)).isoformat()},
        "manifest": {"forum": forum, "device": {"name": "Banc", "point": "a"}, "points": [point],
                     "badges": rows, "others": [], "communes": [], "age_bands": [],
                     "target_groups": [], "cursor": ""},
        "changes": {"cursor": now.isoformat(), "badges": [], "entries": []},
        "heartbeat": {"now": now.isoformat(), "inside": 0, "gauge": BADGES, "conflicts": []},
    }  # fmt: skip


@pytest.mark.timeout(300)
def test_the_verdict_is_there_at_once(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    answers = _answers()

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2].partition("?")[0]
        if name not in answers:  # the scans: the network is cut by then
            route.abort()
            return
        route.fulfill(status=200, content_type="application/json", body=json.dumps(answers[name]))

    with running_site(tmp_path_factory.mktemp("site")) as site:
        context = new_context(chromium, 360, 740)
        context.route("**/api/v1/**", answer)
        phone = Phone(context.new_page(), site.url).pair("ABCDEFGHIJKL")
        context.set_offline(True)
        for number in range(1, READ + 1):
            phone.read(_ticket(number * 33))
        expect(phone.waiting).to_have_text(f"{READ} à envoyer")
        measured = "performance.getEntriesByName('verdict').map((entry) => entry.duration)"
        times = sorted(phone.page.evaluate(measured))
        phone.page.reload()
        phone.is_on("ready")
        start = phone.page.evaluate("performance.now()")
        context.close()
    p95 = times[int(len(times) * 0.95)]
    tell(
        badges=BADGES,
        verdicts=len(times),
        p50_ms=round(statistics.median(times), 1),
        p95_ms=round(p95, 1),
        max_ms=round(times[-1], 1),
        offline_start_ms=round(start),
    )
    assert len(times) == READ
    assert p95 < LIMIT_MS
