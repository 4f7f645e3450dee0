"""Which mail of ours a mail written by hand answers, from In-Reply-To and References."""

import re
from email.parser import BytesHeaderParser
from email.policy import compat32

from zna_network.models.invitation import Invitation
from zna_network.queries import mailbox as queries
from zna_network.queries.invitation_lists import THREAD_PREFIX
from zna_network.services.context import Context

MOST_REFERENCES = 30
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,198}>")


def invitation_answered(ctx: Context, content: bytes) -> Invitation | None:
    """The invitation whose mail this one answers; none when it answers none of ours."""
    wanted = _references(content)
    for message in ctx.session.scalars(queries.sent_mails(wanted)) if wanted else ():
        number = message.thread_key.removeprefix(THREAD_PREFIX)
        if message.thread_key.startswith(THREAD_PREFIX) and number.isdecimal():
            return ctx.session.get(Invitation, int(number))
    return None


def _references(content: bytes) -> list[str]:
    headers = BytesHeaderParser(policy=compat32).parsebytes(content)
    values = [
        str(v) for v in headers.get_all("In-Reply-To", []) + headers.get_all("References", [])
    ]
    return _MESSAGE_ID.findall(" ".join(values))[:MOST_REFERENCES]
