"""Every mail read is handled once: after a crash at the worst moments, by two workers at once on a
real IMAP server, by two processes."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.factories.calendar_mails import MAILBOX, MemoryMailbox, answer_mail, hand_written
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.imap_server import ImapTestServer, imap_server
from tests.mail_receiving import receive
from tests.races import results_at_once
from tests.workers import environment, worker_process
from tests.world import FrozenClock
from zna_network.adapters.imap_mailbox import ImapMailbox
from zna_network.adapters.incoming_mail import IncomingMails
from zna_network.models.invitation import Answer, Invitation, Rsvp
from zna_network.models.mailbox import IncomingMail, IncomingState
from zna_network.models.meeting import Meeting
from zna_network.ports.mailbox import MailboxError, RawMail, ReadMail
from zna_network.services.context import Context
from zna_network.services.mailbox import reading, replies

__all__ = ["imap_server"]
PEOPLE = 6


class PowerCutError(BaseException):
    """The process ends here."""


class FragileMailbox(MemoryMailbox):
    def done(self, key: str) -> None:
        raise PowerCutError


def _with(ctx: Context, mailbox: object, parser: object = None) -> Context:
    parser = parser or IncomingMails(MAILBOX)
    ports = replace(ctx.ports, mailbox=mailbox, mail_parser=parser)  # type: ignore[arg-type]
    return replace(ctx, ports=ports)


def _meeting(ctx: Context) -> Meeting:
    """To come by the real clock too, which the processes read."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=60)
    return make_meeting(ctx.session, starts_at=start, ends_at=start + timedelta(hours=2))


def _mails(ctx: Context) -> list[bytes]:
    """Three answers of each person, the last of which is « non »."""
    meeting = _meeting(ctx)
    people = [make_invitation(ctx.session, meeting, convened=True) for _ in range(PEOPLE)]
    answers = enumerate(("ACCEPTED", "TENTATIVE", "DECLINED"))
    found = [
        answer_mail(person, answer, minutes=rank - 90 * 24 * 60)
        for rank, answer in answers
        for person in people
    ]
    ctx.session.rollback()
    return found


def _check(ctx: Context, server: ImapTestServer, mails: list[bytes]) -> None:
    ctx.session.rollback()
    assert server.mails() == []
    rows = ctx.session.query(IncomingMail).all()
    assert len(rows) == len({row.digest for row in rows}) == len(mails)
    assert {row.state for row in rows} <= {IncomingState.APPLIED, IncomingState.IGNORED}
    people = ctx.session.query(Invitation).all()
    assert {person.answer for person in people} == {Answer.DECLINED}
    applied = Counter(row.invitation_id for row in rows if row.state is IncomingState.APPLIED)
    assert applied == Counter(row.invitation_id for row in ctx.session.query(Rsvp))


@pytest.mark.parametrize("where", ["before the commit", "before it is put aside"])
def test_a_crash_changes_nothing_of_what_a_mail_does(
    ctx: Context, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    person = make_invitation(ctx.session, _meeting(ctx), convened=True)
    mails = (answer_mail(person, minutes=-1), answer_mail(person, "DECLINED"))
    if where == "before the commit":
        with monkeypatch.context() as patch:
            patch.setattr(replies, "_remember", _cut)
            with pytest.raises(PowerCutError):
                reading.run(_with(ctx, MemoryMailbox(*mails)))
        assert ctx.session.query(Rsvp).count() == ctx.session.query(IncomingMail).count() == 0
    else:
        with pytest.raises(PowerCutError):
            reading.run(_with(ctx, FragileMailbox(*mails)))
        assert ctx.session.query(Rsvp).count() == 1
    mailbox = MemoryMailbox(*mails)
    assert reading.run(_with(ctx, mailbox)) == 2
    assert (mailbox.waiting, len(mailbox.aside)) == ({}, 2)
    assert [row.answer for row in person.answers] == [Answer.ON_SITE, Answer.DECLINED]
    assert ctx.session.query(IncomingMail).count() == 2
    assert reading.run(_with(ctx, MemoryMailbox(*mails))) == 2  # Delivered twice.
    assert ctx.session.query(Rsvp).count() == 2


def _cut(*_: object) -> None:
    raise PowerCutError


def test_two_workers_on_one_imap_mailbox_handle_each_mail_once(
    app: Flask, ctx: Context, imap_server: ImapTestServer
) -> None:
    mails = _mails(ctx)
    imap_server.deliver(*mails)
    mailboxes = [ImapMailbox(imap_server.url) for _ in range(3)]
    acts: list[Callable[[Context], object]] = [
        lambda own, mailbox=mailbox: reading.run(_with(own, mailbox)) for mailbox in mailboxes
    ]
    handled = results_at_once(app, acts)
    assert sum(handled) >= len(mails)
    for mailbox in mailboxes:
        mailbox.close()
    _check(ctx, imap_server, mails)


@pytest.mark.timeout(120)
def test_two_worker_processes_handle_each_mail_once(
    ctx: Context, imap_server: ImapTestServer, database_url: str, tmp_path: Path
) -> None:
    mails = _mails(ctx)
    imap_server.deliver(*mails)
    environ = {**environment(database_url, tmp_path, ""), "ZNA_IMAP_URL": imap_server.url}
    with worker_process(environ, "--once") as one, worker_process(environ, "--once") as other:
        outputs = [process.communicate(timeout=60)[0] for process in (one, other)]
    assert [one.returncode, other.returncode] == [0, 0], outputs
    assert "Traceback" not in "".join(outputs)
    _check(ctx, imap_server, mails)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_one_mail_that_fails_holds_back_no_other(ctx: Context, clock: FrozenClock) -> None:
    person = make_invitation(ctx.session, _meeting(ctx), convened=True)

    class Parser(IncomingMails):
        def parse(self, content: bytes) -> ReadMail:
            if b"Piege" in content:
                raise ZeroDivisionError
            return super().parse(content)

    class Cut(MemoryMailbox):
        def unread(self, limit: int) -> Iterator[RawMail]:
            yield from super().unread(limit)
            raise MailboxError("Le serveur ne répond plus.")

    trap = hand_written(person.email, "Piege")
    huge = hand_written(person.email, "Long")
    mailbox = Cut(trap, answer_mail(person))
    assert reading.run(_with(ctx, mailbox, Parser(MAILBOX))) == 2
    rows = ctx.session.query(IncomingMail).order_by(IncomingMail.id).all()
    assert [row.state for row in rows] == [IncomingState.HELD, IncomingState.APPLIED]
    assert (rows[0].content, "erreur inattendue" in rows[0].reason) == (trap, True)
    assert reading.run(_with(ctx, MemoryMailbox(huge)), lambda: True) == 0
    [row] = receive(ctx, huge)
    assert row.state is IncomingState.HELD
