"""zna serve: the production server."""

import os
import sys

import click
from flask.cli import with_appcontext


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--workers", default=2, show_default=True)
@with_appcontext
def serve(host: str, port: int, workers: int) -> None:
    """Servir le site (gunicorn, plusieurs processus)."""
    sys.stdout.flush()
    # The same interpreter, replaced by the server: one process to supervise and to stop.
    os.execv(sys.executable, server_command(host, port, workers))  # noqa: S606 - no shell


def server_command(host: str, port: int, workers: int, application: str = "wsgi:app") -> list[str]:
    """The program that serves, and its arguments."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{host}:{port}",
        "--workers",
        str(workers),
        "--worker-class",
        "gthread",
        "--threads",
        "4",
        # The application is put together once, and its memory shared by the workers.
        "--preload",
        # It would live in the home folder, shared by every site of the same user.
        "--no-control-socket",
        "--graceful-timeout",
        "30",
        "--access-logfile",
        "-",
        application,
    ]
