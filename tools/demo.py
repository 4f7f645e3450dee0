"""From a checkout whose packages are installed to a running site with demonstration data.

The forerunner of ``make demo``: prepares the embedded database, then runs the site and its worker
until Ctrl-C, and stops both."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from zna_network.config import load_settings

CHECKOUT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60
MAIL_PAGE = "/messages/fichiers"
FORUM = "forum-acces-aux-droits"


def zna(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "zna_network", *arguments]


def main() -> None:
    os.chdir(CHECKOUT)
    port = os.environ.get("PORT", "8000")
    address = f"http://127.0.0.1:{port}"
    os.environ.setdefault("ZNA_BASE_URL", address)
    _refuse_busy_port(int(port))
    subprocess.run(zna("init"), check=True)
    subprocess.run(zna("demo-data"), check=True)
    # Standard error stays: a newcomer is told of what goes wrong, not of each request.
    quiet = {**os.environ, "GUNICORN_CMD_ARGS": "--log-level warning"}
    site = subprocess.Popen(zna("serve", "--port", port), stdout=subprocess.DEVNULL, env=quiet)
    worker = subprocess.Popen(zna("worker"), stdout=subprocess.DEVNULL)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        _wait_until_ready(address, site)
        _announce(address)
        site.wait()
    finally:
        for process in (site, worker):
            process.terminate()
        for process in (site, worker):
            process.wait(timeout=40)


def _refuse_busy_port(port: int) -> None:
    """Before the data are made: another site there would answer in the place of ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SystemExit(f"Port {port} is taken. Try another: PORT=8010 make demo") from None


def _wait_until_ready(address: str, site: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if site.poll() is not None:
            raise SystemExit("The site stopped at once: is the port free? (PORT=8010 make demo)")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"The site did not answer on {address} within {READY_SECONDS} s.")


def _announce(address: str) -> None:
    subprocess.run(zna("demo-data", "--accounts"), check=True)
    folder = load_settings().mail_folder
    mails = f"  Mails: {address}{MAIL_PAGE} (Messages › Lire les courriels), kept in {folder}"
    forum = "\n".join(
        (
            f"  Forum, open today: {address}/forum (public), {address}/forums/{FORUM} (staff)",
            f"  Live board: {address}/forums/{FORUM}/tableau",
            f"  Door app: {address}/porte (pair a phone on {address}/forums/{FORUM}/porte)",
        )
    )
    print(
        f"\n  {address}\n{forum}\n{mails}\n\n  Ctrl-C stops the site and its worker.\n", flush=True
    )


if __name__ == "__main__":
    main()
