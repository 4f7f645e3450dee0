"""Reading the .eml files that FileMailer wrote, for a page."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from zna_network.ports.sent_mails import SentMail, SentMailContent

FILE_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}\.eml")
HEAD_SIZE = 64 * 1024
# What the standard library raises on headers and bodies that are not well formed.
UNREADABLE = (MessageError, ValueError, LookupError, AttributeError, TypeError)


class MailFolder:
    """The mails of ``folder``. Other files are ignored, broken mails shown as far as readable."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def count(self) -> int:
        return len(self._names())

    def page(self, *, offset: int = 0, limit: int = 50) -> list[SentMail]:
        return [self._headers_of(name) for name in self._names()[offset : offset + limit]]

    def read(self, filename: str) -> SentMailContent | None:
        """``filename`` may come from a URL: only FileMailer's own names are looked up."""
        if not FILE_NAME.fullmatch(filename) or not _is_own_file(self._folder / filename):
            return None
        try:
            source = (self._folder / filename).read_bytes()
        except OSError:
            return None
        message = message_from_bytes(source, policy=default)
        return SentMailContent(
            headers=_headers(filename, message),
            text=_part(message, "text/plain"),
            html=_part(message, "text/html"),
            calendar=_part(message, "text/calendar"),
            attachments=_attachment_names(message),
            source=source,
        )

    def _names(self) -> list[str]:
        """Newest first; within one second, the file written last comes first."""
        try:
            paths = [path for path in self._folder.iterdir() if FILE_NAME.fullmatch(path.name)]
        except OSError:
            return []
        dated = [
            (path.name.partition("-")[0], path.stat().st_mtime_ns, path.name)
            for path in paths
            if _is_own_file(path)
        ]
        return [name for _date, _written, name in sorted(dated, reverse=True)]

    def _headers_of(self, name: str) -> SentMail:
        try:
            with (self._folder / name).open("rb") as file:
                head = file.read(HEAD_SIZE)
        except OSError:  # removed since it was listed
            head = b""
        return _headers(name, message_from_bytes(head, policy=default))


def _is_own_file(path: Path) -> bool:
    """A link could lead out of the folder."""
    return path.is_file() and not path.is_symlink()


def _headers(filename: str, message: EmailMessage) -> SentMail:
    return SentMail(
        filename=filename,
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        recipient=_header(message, "To"),
        date=_date(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except UNREADABLE:
        return ""


def _date(message: EmailMessage) -> datetime | None:
    try:
        date = message["Date"].datetime
        return None if date is None else date.astimezone(UTC)
    except (*UNREADABLE, OverflowError):
        return None


def _part(message: EmailMessage, content_type: str) -> str:
    """The first part of this type that is not an attachment."""
    for part in message.walk():
        if part.get_content_type() == content_type and not part.get_filename():
            try:
                return str(part.get_content())
            except UNREADABLE:
                return ""
    return ""


def _attachment_names(message: EmailMessage) -> tuple[str, ...]:
    return tuple(name for part in message.walk() if (name := part.get_filename()))
