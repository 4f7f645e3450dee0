"""zna worker: what happens by itself. Several may run at once: each job claims its work in the
database, so nothing is done twice; APScheduler only says when to look."""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from flask.cli import with_appcontext

from zna_network.extensions import db
from zna_network.services import (
    accounts,
    action_reminders,
    delivery,
    forum_reminders,
    guarding,
    reminders,
    retention,
    stand_reminders,
)
from zna_network.services.context import Context
from zna_network.services.directory_import import batches
from zna_network.services.grants import reminders as grant_reminders
from zna_network.services.mailbox import reading
from zna_network.services.minutes_review import clock as review_clock
from zna_network.services.planning import step_reminders
from zna_network.services.polls import orphans
from zna_network.services.polls import reminders as poll_reminders
from zna_network.services.referrals import clock as referral_clock
from zna_network.services.van import clock as van_clock
from zna_network.services.van import late_returns
from zna_network.services.van import reminders as van_reminders

Job = Callable[[Context], object]
MAIL_SECONDS, REMINDER_SECONDS, MAILBOX_SECONDS = 5, 60, 60
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


@dataclass(frozen=True)
class Task:
    """One thing that the worker does, and how many seconds pass between two times."""

    job: Job
    seconds: int


def tasks(name: str, should_stop: Callable[[], bool] = lambda: False) -> list[Task]:
    """``name`` is this worker's, for its claims; ``should_stop`` cuts a long job short."""
    return [
        Task(lambda ctx: delivery.deliver_due(ctx, name, should_stop=should_stop), MAIL_SECONDS),
        Task(lambda ctx: reading.run(ctx, should_stop), MAILBOX_SECONDS),
        Task(lambda ctx: reminders.send_due(ctx, should_stop=should_stop), REMINDER_SECONDS),
        Task(lambda ctx: action_reminders.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: forum_reminders.send_due(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: stand_reminders.send_due(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: referral_clock.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: late_returns.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: van_clock.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: van_reminders.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: step_reminders.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: grant_reminders.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: poll_reminders.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: orphans.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: review_clock.run(ctx, should_stop), REMINDER_SECONDS),
        Task(lambda ctx: accounts.forget_old_attempts(ctx), 900),
        Task(lambda ctx: delivery.forget_old_contents(ctx), 3600),
        Task(lambda ctx: batches.purge_old_batches(ctx), 3600),
        Task(lambda ctx: retention.run(ctx), 3600),
    ]


def run_once(app: Flask, name: str) -> None:
    """Everything that is due, mails last so that the others' leave at once: what ``--once`` does,
    and what the tests call."""
    for task in reversed(tasks(name)):
        run_safely(app, task.job)


def run_safely(app: Flask, job: Job) -> None:
    """A job that fails is written down and tried again at its next time; the others go on."""
    with app.app_context():
        try:
            job(worker_context())
        except Exception:
            db.session.rollback()
            _log.exception("a job failed")


def _schedule(app: Flask, name: str, stop: threading.Event) -> BackgroundScheduler:
    """Each task runs at once, then at its rhythm; late, it runs all the same; never twice at a
    time in this process."""
    scheduler = BackgroundScheduler(timezone="UTC")
    now = app.extensions["zna_ports"].clock.now()
    for task in tasks(name, stop.is_set):
        scheduler.add_job(
            run_safely,
            "interval",
            args=(app, task.job),
            seconds=task.seconds,
            next_run_time=now,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler


@click.command()
@click.option("--once", is_flag=True, help="Faire ce qui est dû, puis s'arrêter")
@with_appcontext
def worker(once: bool) -> None:
    """Courriels, relances, entretien. Plusieurs peuvent tourner en même temps."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    guarding.refuse_unguarded(db.session())
    name = worker_name()
    if once:
        run_once(app, name)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = _schedule(app, name, stop)
    scheduler.start()
    click.echo(f"worker {name} : en route")
    stop.wait()
    # The mail being sent is finished and marked before the process ends.
    scheduler.shutdown(wait=True)
    app.extensions["zna_ports"].mailer.close()
    app.extensions["zna_ports"].mailbox.close()
    click.echo(f"worker {name} : arrêté")
