"""The outside world as the tests hold it: a clock that they set, a letter-box that they read."""

import email
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import cast

from zna_network.ports.mailer import DeliveryError, Envelope


class FrozenClock:
    """Thursday 3 December 2026, 10:00 in Arras, until told otherwise."""

    def __init__(self, instant: datetime = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def move(self, delta: timedelta) -> None:
        self.instant += delta

    def set(self, instant: datetime) -> None:
        self.instant = instant


class MailboxMailer:
    """Keeps what is sent; ``fail_with`` makes each sending fail with that error."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.fail_with: DeliveryError | None = None

    def send(self, envelope: Envelope) -> None:
        if self.fail_with is not None:
            raise self.fail_with
        self.envelopes.append(envelope)

    def close(self) -> None:
        pass

    def messages(self) -> list[EmailMessage]:
        return [
            cast(EmailMessage, email.message_from_bytes(envelope.content, policy=default))
            for envelope in self.envelopes
        ]
