"""The server killed in the middle of a drain: nothing lost, nothing counted twice."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.door import open_door
from tests.workers import CHECKOUT, environment, wait_until
from tests.world import FrozenClock
from zna_network.models.door import Scan
from zna_network.services.context import Context
from zna_network.services.french_time import local_date

LOT, LOTS = 40, 8
KILLS = 1


@contextmanager
def _server(environ: dict[str, str], port: int) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "zna_network", "serve", "--port", str(port), "--workers", "1"],
        env=environ, cwd=CHECKOUT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: _answers(port), "the server")
        yield process
    finally:
        _kill(process)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """The master and its worker at once, as a power cut does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def _answers(port: int) -> bool:
    try:
        _post(port, "GET", "/healthz", "", None)
    except OSError:
        return False
    return True


def _post(port: int, method: str, path: str, token: str, body: Any) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {token}"}
        connection.request(method, path, body and json.dumps(body), headers)
        response = connection.getresponse()
        content = response.read()
        assert response.status == 200, content
        return content
    except http.client.HTTPException as error:
        raise ConnectionError from error
    finally:
        connection.close()


@pytest.mark.timeout(240)
def test_a_drain_survives_the_server(
    ctx: Context, database_url: str, tmp_path: Path, clock: FrozenClock
) -> None:
    clock.set(datetime.now(UTC))  # The server reads the real one.
    door = open_door(ctx, held_on=local_date(clock.now()))
    token, tickets = door.phone("A").token, door.tickets(LOT * LOTS)
    at = (clock.now() - timedelta(seconds=1)).isoformat()
    scans = [
        {"scan_id": str(uuid4()), "ticket": t, "scanned_at": at, "decided": "admitted"}
        for t in tickets
    ]
    ctx.session.rollback()
    environ = environment(database_url, tmp_path, "")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    waiting = [scans[n : n + LOT] for n in range(0, len(scans), LOT)]
    answers: dict[str, Any] = {}
    kills = 0
    while waiting:
        with _server(environ, port) as process:
            if kills < KILLS:
                kills += 1
                killer = threading.Timer(random.uniform(0.02, 0.12), _kill, [process])
                killer.start()
            while waiting:
                try:
                    results = json.loads(
                        _post(port, "POST", "/api/v1/checkins/batch", token, {"scans": waiting[0]})
                    )["results"]
                except OSError:
                    break
                answers |= {result["scan_id"]: result["verdict"] for result in results}
                waiting.pop(0)
                time.sleep(0.01)
            if process.poll() is None and not waiting and kills < KILLS:
                _kill(process)
    assert set(answers.values()) == {"admitted"}
    assert len(answers) == len(scans)
    assert ctx.session.scalar(select(func.count()).select_from(Scan)) == len(scans)
    assert door.inside() == len(scans) == door.effects()
