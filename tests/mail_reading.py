"""What the mails of the outbox hold, read from their octets as a mail program would."""

import email
import re
from email.message import EmailMessage
from email.policy import default
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from zna_network.models.outbox import OutboxMessage


def parsed(message: OutboxMessage) -> EmailMessage:
    assert message.content is not None, f"{message.kind} has no content any more"
    return cast(EmailMessage, email.message_from_bytes(message.content, policy=default))


def text_of(message: OutboxMessage) -> str:
    body = parsed(message).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: OutboxMessage) -> str:
    body = parsed(message).get_body(("html",))
    assert body is not None
    return str(body.get_content())


def calendar_of(message: OutboxMessage) -> bytes:
    """The octets of the one text/calendar part."""
    [part] = [p for p in parsed(message).walk() if p.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def calendar_lines(message: OutboxMessage) -> dict[str, str]:
    """The properties of the event, unfolded: name to value, parameters kept in the value of
    ATTENDEE and ORGANIZER. Only what our own tests look up; the readers of tests/unit/adapters
    are the independent ones."""
    text = calendar_of(message).decode().replace("\r\n ", "")
    event = text[text.index("BEGIN:VEVENT") : text.index("END:VEVENT")]
    found = {}
    for line in event.split("\r\n"):
        name = re.match(r"[A-Z-]+", line)
        if name:
            found[name[0]] = line[len(name[0]) + 1 :]
    method = re.search(r"METHOD:(\w+)", text)
    return {**found, "METHOD": method[1] if method else ""}


def token_of(message: OutboxMessage) -> str:
    """The token of the link in the text."""
    found = re.search(r"/r/([a-z2-7]+)", text_of(message))
    assert found, text_of(message)
    return found[1]


def mails(session: Session, kind: str = "") -> list[OutboxMessage]:
    """The mails of the outbox, oldest first."""
    statement = select(OutboxMessage).order_by(OutboxMessage.id)
    if kind:
        statement = statement.where(OutboxMessage.kind == kind)
    return list(session.scalars(statement))
