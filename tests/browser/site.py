"""The whole product as it runs for real: ``zna serve``, ``zna worker``, a mail server."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mail_server import SmtpTestServer, running_smtp_server

READY_SECONDS = 120
PASSWORD = "Une phrase de passe pour 2026 !"


@dataclass
class Site:
    url: str
    environment: dict[str, str]
    smtp: SmtpTestServer
    server: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        return Path(self.environment["ZNA_DATA_DIR"])

    def start(self) -> None:
        """Serve, and come back once the site answers."""
        log = self.folder / "serve.log"
        with log.open("ab") as output:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "zna_network", "serve", "--port", self.url.rpartition(":")[2]],
                env=self.environment, stdout=output, stderr=output,
            )  # fmt: skip
        _wait_until_ready(self.url, self.server, log)

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(timeout=120)
            self.server = None

    def zna(self, *arguments: str, stdin: str = "") -> str:
        """Run a command of the product on this site; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "zna_network", *arguments],
            env=self.environment, input=stdin, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tell(self, module: str, *arguments: str) -> Any:
        """Run a module of the tests on this site, beside it; gives the JSON that it printed last."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self.environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def add_user(self, email: str, role: str, *options: str) -> None:
        self.zna(
            "user", "create", email, "--role", role, "--password-stdin", *options,
            stdin=PASSWORD + "\n",
        )  # fmt: skip

    def deliver(self) -> None:
        """What the worker does every few seconds, done now."""
        self.zna("worker", "--once")


@contextmanager
def running_site(folder: Path, database_url: str = "") -> Iterator[Site]:
    """A site of its own on free ports, ended with the block."""
    port = _free_port()
    with running_smtp_server() as smtp:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("ZNA_")},
            "ZNA_DATA_DIR": str(folder),
            "ZNA_BASE_URL": f"http://127.0.0.1:{port}",
            "ZNA_MAIL_URL": f"{smtp.url}?starttls=no",
        }
        if database_url:
            environment["ZNA_DATABASE_URL"] = database_url
        site = Site(environment["ZNA_BASE_URL"], environment, smtp)
        site.zna("init")
        try:
            site.start()
            yield site
        finally:
            site.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the site did not answer:\n{log.read_text()}")
