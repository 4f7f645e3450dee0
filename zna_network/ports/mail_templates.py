"""The words of the mails, kept in templates/emails/."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class MailText:
    subject: str
    text: str
    html: str


class MailTemplates(Protocol):
    def render(self, mail: str, values: Mapping[str, Any]) -> MailText:
        """The three parts of the mail named ``mail``: a folder of templates/emails/ that holds
        ``subject.txt``, ``body.txt`` and ``body.html``."""
        ...
