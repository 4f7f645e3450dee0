"""Mails in the outbox."""

from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.models.outbox import OutboxMessage, OutboxState

_numbers = numbers()


def make_message(session: Session, **values: object) -> OutboxMessage:
    number = next(_numbers)
    if "recipient" in values:
        values["public_recipient"] = values.pop("recipient")
    now = FrozenClock().now()
    message = OutboxMessage(
        **{
            "message_id": f"<{number}@zna.example>",
            "kind": "meeting_invitation",
            "sender": "reunions@zna.example",
            "public_recipient": f"personne{number}@organisme.example",
            "subject": f"Convocation {number}",
            "content": b"Subject: Convocation\r\n\r\nBonjour",
            "state": OutboxState.PENDING,
            "available_at": now,
            "created_at": now,
            **values,
        }
    )
    session.add(message)
    session.commit()
    return message
