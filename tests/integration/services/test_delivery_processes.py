"""The worker as a process: killed at the worst moment, two at a time, asked to stop."""

import os
import signal
import subprocess
import time
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories.outbox import make_message
from tests.mail_server import ACCEPTED, SmtpTestServer, running_smtp_server
from tests.workers import environment, run_here, run_to_the_end, stopped, wait_until, worker_process
from zna_network.jobs.worker import MAIL_SECONDS
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.services.context import Context

pytestmark = pytest.mark.timeout(180)
Process = subprocess.Popen[str]


class KillOnData(deque[str]):
    """The server's answers to DATA: the first ends the worker that sent the mail, then accepts
    it, which is what happens when a worker dies before it reads the answer."""

    def __init__(self) -> None:
        super().__init__([ACCEPTED])
        self.process: Process | None = None

    def popleft(self) -> str:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)
        return super().popleft()


class SlowAnswers(deque[str]):
    """Two hundred of these outlast the time between two looks of a worker at the outbox: both
    then have their share, whichever looks first."""

    def popleft(self) -> str:
        time.sleep(MAIL_SECONDS / 200)
        return super().popleft()


@pytest.fixture
def now() -> datetime:
    """The processes read the real clock: what they send must be due by it."""
    return datetime.now(UTC) - timedelta(minutes=1)


def _states(ctx: Context) -> Counter[OutboxState]:
    ctx.session.rollback()
    return Counter(message.state for message in ctx.session.query(OutboxMessage))


def test_killed_between_sending_and_marking_it_sends_the_same_octets_again_once(
    ctx: Context, database_url: str, tmp_path: Path, now: datetime
) -> None:
    content = b"Message-ID: <un@zna.example>\r\nSubject: Convocation\r\n\r\nBonjour\r\n"
    message = make_message(ctx.session, content=content, available_at=now, created_at=now)
    answers = KillOnData()
    with running_smtp_server() as server:
        server.replies["DATA"] = answers
        environ = environment(database_url, tmp_path, server.url)
        with worker_process(environ) as process:
            answers.process = process
            process.wait(timeout=60)
        assert process.returncode == -signal.SIGKILL
        ctx.session.refresh(message)
        assert (message.state, message.redelivered) == (OutboxState.SENDING, False)
        run_to_the_end(environ)
        assert len(server.mails) == 1, "taken over before its term"
        message.claimed_until = now  # The term passes.
        ctx.session.commit()
        for _ in range(2):
            run_here(environ)
    assert [mail.content for mail in server.mails] == [content, content]
    ctx.session.refresh(message)
    assert (message.state, message.redelivered, message.attempts) == (OutboxState.SENT, True, 2)


def test_killed_before_sending_it_loses_nothing(
    ctx: Context, database_url: str, tmp_path: Path, now: datetime
) -> None:
    message = make_message(ctx.session, available_at=now, created_at=now)
    with running_smtp_server() as server:
        answers = KillOnData()
        server.replies["MAIL"] = answers
        environ = environment(database_url, tmp_path, server.url)
        with worker_process(environ) as process:
            answers.process = process
            process.wait(timeout=60)
        assert server.mails == []
        ctx.session.refresh(message)
        message.claimed_until = now
        ctx.session.commit()
        run_here(environ)
    assert len(server.mails) == 1


def test_two_workers_deliver_two_hundred_mails_once_each(
    ctx: Context, database_url: str, tmp_path: Path, now: datetime
) -> None:
    with running_smtp_server() as server:
        server.replies["DATA"] = SlowAnswers([ACCEPTED] * 200)
        environ = environment(database_url, tmp_path, server.url)
        with worker_process(environ) as one, worker_process(environ) as two:
            for process in (one, two):
                assert process.stdout is not None
                assert "en route" in process.stdout.readline()
            for rank in range(200):
                thread = f"invitation:{rank // 2}"
                make_message(ctx.session, available_at=now, created_at=now, thread_key=thread)
            wait_until(
                lambda: _states(ctx)[OutboxState.SENT] == 200 or bool(one.poll() or two.poll()),
                "200 mails",
            )
            stopped(one)
            stopped(two)
    received = Counter(mail.recipients for mail in server.mails)
    assert len(received) == 200
    assert set(received.values()) == {1}
    assert ctx.session.query(OutboxMessage).filter_by(redelivered=True).count() == 0
    assert _in_thread_order(ctx, server)
    workers = {m.claimed_by for m in ctx.session.query(OutboxMessage)}
    assert len(workers) == 2, "one worker did everything: nothing was shared"


def _in_thread_order(ctx: Context, server: SmtpTestServer) -> bool:
    arrived = {mail.recipients[0]: rank for rank, mail in enumerate(server.mails)}
    messages = ctx.session.query(OutboxMessage).order_by(OutboxMessage.id).all()
    pairs = zip(messages[::2], messages[1::2], strict=True)
    return all(arrived[first.recipient] < arrived[second.recipient] for first, second in pairs)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_asked_to_stop_it_finishes_the_mail_under_way_and_takes_no_other(
    ctx: Context, database_url: str, tmp_path: Path, now: datetime
) -> None:
    for _ in range(30):
        make_message(ctx.session, available_at=now, created_at=now)

    class StopOnData(deque[str]):
        process: Process | None = None

        def popleft(self) -> str:
            assert self.process is not None
            self.process.send_signal(signal.SIGTERM)
            return super().popleft()

    answers = StopOnData([ACCEPTED])
    with running_smtp_server() as server:
        server.replies["DATA"] = answers
        with worker_process(environment(database_url, tmp_path, server.url)) as process:
            answers.process = process
            output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert "arrêté" in output
    states = _states(ctx)
    assert states[OutboxState.SENT] == len(server.mails)
    assert states[OutboxState.SENDING] == 0
    assert 1 <= len(server.mails) < 30
