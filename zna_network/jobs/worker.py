"""zna worker: what happens by itself. Several may run at once: each job claims its work in the
database, so nothing is done twice; APScheduler only says when to look."""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from flask.cli import with_appcontext

from zna_network.extensions import db
from zna_network.services import accounts, delivery
from zna_network.services.context import Context

Job = Callable[[Context], object]
MAIL_SECONDS = 5
_log = logging.getLogger(__name__)


def worker_context() -> Context:
    return Context(
        session=db.session(),
        ports=current_app.extensions["zna_ports"],
        settings=current_app.extensions["zna_settings"],
        origin="worker",
        is_system=True,
    )


def worker_name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def run_once(app: Flask, name: str) -> None:
    """Every job, one after the other: what ``--once`` does, and what the tests call."""
    for job in jobs(name):
        run_safely(app, job)


def jobs(name: str) -> list[Job]:
    return [
        lambda ctx: delivery.deliver_due(ctx, name),
        lambda ctx: delivery.forget_old_contents(ctx),
        lambda ctx: accounts.forget_old_attempts(ctx),
    ]


def run_safely(app: Flask, job: Job) -> None:
    """A job that fails is written down and tried again at its next time; the others go on."""
    with app.app_context():
        try:
            job(worker_context())
        except Exception:
            db.session.rollback()
            _log.exception("a job failed")


def _schedule(app: Flask, name: str) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(timezone="UTC")
    deliver, forget_contents, forget_attempts = jobs(name)
    every = {"coalesce": True, "max_instances": 1}
    for job, seconds in (
        (deliver, MAIL_SECONDS),
        (forget_attempts, 900),
        (forget_contents, 3600),
    ):
        scheduler.add_job(run_safely, "interval", args=(app, job), seconds=seconds, **every)
    return scheduler


@click.command()
@click.option("--once", is_flag=True, help="Faire ce qui est dû, puis s'arrêter")
@with_appcontext
def worker(once: bool) -> None:
    """Courriels, relances, entretien. Plusieurs peuvent tourner en même temps."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    name = worker_name()
    if once:
        run_once(app, name)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = _schedule(app, name)
    scheduler.start()
    click.echo(f"worker {name} : en route")
    run_once(app, name)
    stop.wait()
    # The mail being sent is finished and marked before the process ends.
    scheduler.shutdown(wait=True)
    app.extensions["zna_ports"].mailer.close()
