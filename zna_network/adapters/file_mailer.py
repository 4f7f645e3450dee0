"""Mails written as .eml files, where no SMTP server is set."""

import hashlib
import os
import tempfile
from datetime import UTC, datetime
from email.errors import MessageError
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from pathlib import Path

from zna_network.ports.mailer import DeliveryError, Envelope

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


class FileMailer:
    """One file a mail, readable by its owner alone: the links in it give access.

    The name begins with the mail's date and ends with a digest of its Message-ID: a mail sent
    again takes the place of the first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, envelope: Envelope) -> None:
        """Write the file whole or not at all; DeliveryError, not permanent, when it cannot be."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(self._folder / file_name(envelope), envelope.content)
        except OSError as error:
            reason = f"Impossible d’écrire le courriel dans {self._folder} : {error.strerror}."
            raise DeliveryError(reason, permanent=False) from error

    def close(self) -> None:
        """Nothing is kept open."""


def file_name(envelope: Envelope) -> str:
    """Such as ``20270706T120000Z-0123456789abcdef.eml``; sorted names are sorted dates."""
    digest = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:16]
    return f"{_date(envelope.content):%Y%m%dT%H%M%SZ}-{digest}.eml"


def _date(content: bytes) -> datetime:
    """The Date header, in UTC: the same at each attempt, unlike the time of writing."""
    head = content.partition(b"\r\n\r\n")[0]
    try:
        written = BytesHeaderParser(policy=compat32).parsebytes(head)["Date"]
        date = parsedate_to_datetime(str(written))
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (MessageError, ValueError, TypeError, OverflowError):
        return NO_DATE


def _write(path: Path, content: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
