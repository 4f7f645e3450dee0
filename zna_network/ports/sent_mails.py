"""Mails kept as files where no SMTP server is set, for the page that shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class SentMail:
    """The headers of one file. ``date`` is UTC; None, or empty strings, where unreadable."""

    filename: str
    subject: str
    sender: str
    recipient: str
    date: datetime | None


@dataclass(frozen=True)
class SentMailContent:
    """One whole mail. ``calendar`` is the iCalendar text; ``attachments`` are the file names."""

    headers: SentMail
    text: str
    html: str
    calendar: str
    attachments: tuple[str, ...]
    source: bytes


class SentMails(Protocol):
    def count(self) -> int:
        """How many mails are kept."""
        ...

    def page(self, *, offset: int = 0, limit: int = 50) -> list[SentMail]:
        """The mails from the newest to the oldest."""
        ...

    def read(self, filename: str) -> SentMailContent | None:
        """The mail of this name, None where there is none."""
        ...
