"""How fast the door answers over HTTP: ``zna serve`` on each engine, phones and all on one machine.

    python -m pytest -q -s tests/bench/checkins.py

prints one line of JSON an engine: requests a second and p50/p95/p99 with 1, 8 and 32 phones at once,
each with a connection of its own that it keeps and a client that costs next to nothing, since it
shares the cores with what it measures; the empty request and a bare UPDATE of one row, as
floors, on the same server; a batch of 500; the server's memory. What is held is ratios to these
floors, and that a badge is admitted once."""

import json
import multiprocessing
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, repeat
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.bench.measuring import tell
from tests.conftest import SECRET, make_settings, system_context
from tests.factories.forums import make_forum
from tests.postgres import running_server
from zna_network.app import create_app
from zna_network.cli import schema
from zna_network.config import Settings
from zna_network.extensions import db
from zna_network.services import badges, devices, reference_data
from zna_network.services.french_time import local_date

PHONES = (1, 8, 32)
REQUESTS = {1: 480, 8: 720, 32: 800}  # for each number of phones, each of a badge of its own
BADGES = sum(REQUESTS.values())
ROUNDS = 4
WARMING = 400
BATCH = 500
SAME_BADGE = 20
CHECKOUT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
# A check-in takes 2 to 3 times the bare UPDATE of one row: see the ratios that are printed.
LIMIT_OVER_UPDATE = 4.5
# A scan of a batch takes a tenth of one sent alone.
LIMIT_BATCHED = 0.5


@dataclass(frozen=True)
class Site:
    port: int
    process: "subprocess.Popen[bytes]"

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def memory(self) -> dict[str, float]:
        """MiB of the server and its workers: resident, and with what they share divided."""
        pids = [self.process.pid, *_children(self.process.pid)]
        texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
        return {
            name.lower(): round(sum(_kilobytes(text, name) for text in texts) / 1024, 1)
            for name in ("Rss", "Pss")
        }


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def _kilobytes(text: str, name: str) -> int:
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name}:"))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def _serving(environ: dict[str, str], module: str) -> Iterator[Site]:
    """« zna serve », or the bench's own copy of it."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", module, "serve", "--port", str(port)],
        env=environ, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    site = Site(port, process)
    try:
        _wait_until_ready(site)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def _wait_until_ready(site: Site) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", site.port), timeout=1):
                return
        except OSError:
            assert site.process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)


@dataclass(frozen=True)
class Request:
    """``wire`` is what is sent, octet by octet; ``scan_id`` what the answer must be about."""

    wire: bytes
    scan_id: str = ""

    @classmethod
    def of(cls, line: str, body: bytes = b"", token: str = "", scan_id: str = "") -> "Request":
        head = (
            f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return cls(head.encode() + body, scan_id)


def _send(connection: socket.socket, request: Request) -> bytes:
    """The body of the answer, which is 200 and of a length told beforehand."""
    connection.sendall(request.wire)
    answer = connection.recv(65536)
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += _more(connection)
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    told = re.search(rb"\r\nContent-Length: (\d+)\r\n", answer[: end + 2])
    assert told is not None, answer
    total = end + 4 + int(told[1])
    while len(answer) < total:
        answer += _more(connection)
    assert len(answer) == total, answer
    return answer[end + 4 :]


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    assert piece, "the server hung up"
    return piece


def _phone(site: Site, requests: Sequence[Request], start: Any, results: Any) -> None:
    """One phone: a process, so that the measuring does not wait for itself. Every answer is read
    to its end on the way, and judged when all have come."""
    answers: list[bytes] = []
    times: list[float] = []
    with site.connect() as connection:
        start.wait()
        began = time.perf_counter()
        for request in requests:
            sent = time.perf_counter()
            answers.append(_send(connection, request))
            times.append((time.perf_counter() - sent) * 1000)
        ended = time.perf_counter()
    verdicts = Counter(
        verdict
        for request, answer in zip(requests, answers, strict=True)
        if (verdict := _verdict(request, answer))
    )
    results.put((began, ended, times, verdicts))


def _verdict(request: Request, answer: bytes) -> str:
    """None where nothing was scanned."""
    values = json.loads(answer)
    assert values.get("scan_id", "") == request.scan_id
    verdict: str = values.get("verdict", "")
    return verdict


@dataclass(frozen=True)
class Load:
    """Milliseconds of each request, seconds of all of them, verdicts."""

    times: list[float]
    seconds: float
    verdicts: Counter[str]

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    def and_then(self, other: "Load") -> "Load":
        return Load(
            self.times + other.times, self.seconds + other.seconds, self.verdicts + other.verdicts
        )

    def told(self) -> dict[str, float]:
        cuts = statistics.quantiles(self.times, n=100)
        return {
            "per_second": round(len(self.times) / self.seconds, 1),
            "p50_ms": round(cuts[49], 2),
            "p95_ms": round(cuts[94], 2),
            "p99_ms": round(cuts[98], 2),
        }


def _load(site: Site, shares: Sequence[Sequence[Request]]) -> Load:
    """One process a share; they all begin together."""
    fork = multiprocessing.get_context("fork")
    start, results = fork.Barrier(len(shares)), fork.Queue()
    phones = [
        fork.Process(target=_phone, args=(site, share, start, results), daemon=True)
        for share in shares
    ]
    for phone in phones:
        phone.start()
    gathered = [results.get(timeout=60) for _ in phones]
    for phone in phones:
        phone.join()
    verdicts: Counter[str] = sum((verdicts for *_, verdicts in gathered), Counter())
    seconds = max(end for _, end, *_ in gathered) - min(began for began, *_ in gathered)
    return Load([t for _, _, times, _ in gathered for t in times], seconds, verdicts)


def _shares(requests: Sequence[Request], phones: int) -> list[Sequence[Request]]:
    return [requests[rank::phones] for rank in range(phones)]


def _scan(ticket: str, **values: object) -> dict[str, object]:
    now = datetime.now(UTC).isoformat()
    return {"scan_id": str(uuid4()), "ticket": ticket, "scanned_at": now, **values}


def _check_in(ticket: str, token: str, **values: object) -> Request:
    scan = _scan(ticket, **values)
    body = json.dumps(scan).encode()
    return Request.of("POST /api/v1/checkins", body, token, str(scan["scan_id"]))


@pytest.fixture(params=["sqlite", "postgresql"])
def site_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Databases that keep what they are told: on a disk, and PostgreSQL with fsync."""
    if request.param == "sqlite":
        yield make_settings(tmp_path)
        return
    with running_server(durable=True) as server:
        yield make_settings(tmp_path, server.create_database("zna_bench"))


def _environ(settings: Settings) -> dict[str, str]:
    values = {key: value for key, value in os.environ.items() if not key.startswith("ZNA_")}
    return {
        **values,
        "ZNA_DATA_DIR": str(settings.data_dir),
        "ZNA_DATABASE_URL": settings.database_url,
        "ZNA_SECRET_KEY": SECRET,
    }


def _prepare(settings: Settings) -> tuple[str, list[str], list[str]]:
    """A forum held today: the engine's name, the tokens of twenty phones, the tickets."""
    app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        ctx = system_context(app)
        reference_data.load(ctx)
        forum = make_forum(ctx.session, held_on=local_date(ctx.now))
        tokens = [devices.issue_token(ctx, forum.id, f"Banc {n}").token for n in range(SAME_BADGE)]
        made = [
            badge
            for count in (BADGES, WARMING + BATCH + 1)
            for badge in badges.issue_blank(ctx, forum.id, count)
        ]
        tickets = [badges.ticket_of(settings, badge) for badge in made]
        engine = db.engine.dialect.name
        db.session.remove()
        db.engine.dispose()
    return engine, tokens, tickets


def _measure_in_turn(
    work: Mapping[str, tuple[Site, Iterator[Request]]],
) -> dict[str, dict[int, Load]]:
    """Each kind of work with one phone, with eight and with 32, one round after the other, so
    that what else the machine does weighs on all of them."""
    found: dict[str, dict[int, Load]] = {name: {} for name in work}
    for phones in PHONES:
        for _ in range(ROUNDS):
            for name, (site, requests) in work.items():
                taken = list(islice(requests, REQUESTS[phones] // ROUNDS))
                load = _load(site, _shares(taken, phones))
                known = found[name].get(phones)
                found[name][phones] = known.and_then(load) if known else load
    return found


def _race(site: Site, ticket: str, tokens: Sequence[str]) -> Counter[str]:
    return _load(site, [[_check_in(ticket, token)] for token in tokens]).verdicts


def _batch(site: Site, tickets: Sequence[str], token: str) -> float:
    """Milliseconds that a batch of scans made without network takes."""
    scans = [_scan(ticket, decided="admitted") for ticket in tickets]
    body = json.dumps({"scans": scans}).encode()
    with site.connect() as connection:
        began = time.perf_counter()
        content = _send(connection, Request.of("POST /api/v1/checkins/batch", body, token))
        elapsed = (time.perf_counter() - began) * 1000
    assert [one["verdict"] for one in json.loads(content)["results"]] == ["admitted"] * BATCH
    return round(elapsed, 1)


@pytest.mark.timeout(900)
def test_the_door_answers_at_once(site_settings: Settings) -> None:
    engine, tokens, tickets = _prepare(site_settings)
    environ = _environ(site_settings)
    measured, warming, drained = tickets[:BADGES], tickets[BADGES:][:WARMING], tickets[-BATCH:]
    empty = Request.of("GET /healthz")
    update = Request.of("POST /bare-update", b"{}")
    asked = (_check_in(t, tokens[rank % SAME_BADGE]) for rank, t in enumerate(measured))
    with (
        _serving(environ, "tests.bench.bare_update") as floor_site,
        _serving(environ, "zna_network") as site,
    ):
        _load(floor_site, _shares([update] * WARMING, 8))
        _load(site, _shares([_check_in(ticket, tokens[0]) for ticket in warming], 8))
        measured_loads = _measure_in_turn(
            {
                "empty": (site, repeat(empty)),
                "update": (floor_site, repeat(update)),
                "check_in": (site, asked),
            }
        )
        race = _race(site, tickets[BADGES + WARMING], tokens)
        batch = _batch(site, drained, tokens[0])
        memory = site.memory()
    loads, floor, bare = (measured_loads[name] for name in ("check_in", "empty", "update"))
    over_update = {n: round(loads[n].p50 / bare[n].p50, 2) for n in PHONES}
    tell(
        engine=engine,
        badges=BADGES,
        check_in={n: loads[n].told() for n in PHONES},
        empty_request={n: floor[n].told() for n in PHONES},
        bare_update={n: bare[n].told() for n in PHONES},
        over_empty_request={n: round(loads[n].p50 / floor[n].p50, 2) for n in PHONES},
        over_bare_update=over_update,
        batch_of_500_ms=batch,
        same_badge_at_once=dict(race),
        server_mib=memory,
    )
    for load in loads.values():
        assert set(load.verdicts) == {"admitted"}
    assert race == {"admitted": 1, "already_admitted": SAME_BADGE - 1}
    assert max(over_update.values()) < LIMIT_OVER_UPDATE
    assert batch / BATCH < LIMIT_BATCHED * loads[1].p50
