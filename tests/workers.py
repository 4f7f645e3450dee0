"""Real « zna worker » processes, on the database of a test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from tests.conftest import SECRET, make_settings
from zna_network.assembly import assemble
from zna_network.extensions import db
from zna_network.jobs.worker import run_once, worker_name

CHECKOUT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0  # seconds, for a process to start, do its work or end


def environment(database_url: str, folder: Path, mail_url: str) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("ZNA_")}
    return {
        **inherited,
        "ZNA_DATABASE_URL": database_url,
        "ZNA_DATA_DIR": str(folder),
        "ZNA_SECRET_KEY": SECRET,
        "ZNA_MAIL_URL": mail_url,
        "PYTHONWARNINGS": "ignore",
    }


@contextmanager
def worker_process(environ: dict[str, str], *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """One worker, ended with the block however the test went."""
    process = subprocess.Popen(
        [sys.executable, "-m", "zna_network", "worker", *arguments],
        env=environ, cwd=CHECKOUT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


def run_to_the_end(environ: dict[str, str]) -> str:
    """« zna worker --once »; what it printed."""
    with worker_process(environ, "--once") as process:
        output, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, output
        return output


def run_here(environ: dict[str, str]) -> None:
    """What « zna worker --once » does, by another worker of this very process: for the rounds in
    which nothing can go wrong with a process."""
    settings = make_settings(
        Path(environ["ZNA_DATA_DIR"]),
        environ["ZNA_DATABASE_URL"],
        mail_url=SecretStr(environ["ZNA_MAIL_URL"]),
    )
    app = assemble(settings)
    run_once(app, worker_name())
    app.extensions["zna_ports"].mailer.close()
    with app.app_context():
        db.engine.dispose()


def stopped(process: "subprocess.Popen[str]") -> str:
    """Ask it to end as a service manager does; what it printed."""
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, output
    return output


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"still waiting: {what}"
        time.sleep(0.05)
