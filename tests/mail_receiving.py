"""Mails put in the answering mailbox, and read by the worker's use case."""

from dataclasses import replace

from tests.factories.calendar_mails import MAILBOX, MemoryMailbox
from zna_network.adapters.incoming_mail import IncomingMails
from zna_network.models.mailbox import IncomingMail
from zna_network.services.context import Context
from zna_network.services.mailbox import reading


def receive(ctx: Context, *mails: bytes) -> list[IncomingMail]:
    """What became of these mails, read in this order."""
    known = ctx.session.query(IncomingMail).count()
    ports = replace(
        ctx.ports,
        mailbox=MemoryMailbox(*mails),
        mail_parser=IncomingMails(MAILBOX, "mx.zna.example"),
    )
    assert reading.run(replace(ctx, ports=ports)) == len(mails)
    return ctx.session.query(IncomingMail).order_by(IncomingMail.id).all()[known:]
