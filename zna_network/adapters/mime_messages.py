"""Mails as RFC 5322 octets, with the standard library's email package.

The same arguments give the same octets: MIME boundaries derive from the message id, since the
outbox keeps the octets and sends them unchanged after a failure.
"""

import base64
import binascii
import hashlib
import re
from datetime import UTC, datetime
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import urlsplit

from zna_network.adapters.clean_text import many_lines, one_line
from zna_network.adapters.mail_headers import Header, address_header, text_header
from zna_network.ports.calendar import Address
from zna_network.ports.messages import Attachment, CalendarPart, Mail

MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,160}@[A-Za-z0-9.-]{1,160}>")
MEDIA_TYPE = re.compile(r"(?!message/|multipart/)[a-z]+/[a-z0-9][a-z0-9.+-]*")


class MimeMessages:
    def compose(self, mail: Mail, *, sender: Address, message_id: str, date: datetime) -> bytes:
        """The message: text, then html, then the calendar part, attachments outside them.

        Outlook shows an invitation's buttons only when the calendar is the last alternative,
        names its method, and is not an attachment.
        """
        if not MESSAGE_ID.fullmatch(message_id):
            raise ValueError("Message-ID mal formé : <identifiant@domaine> est attendu.")
        headers = [
            *_headers(mail, sender, message_id, date),
            Header("MIME-Version", "1.0"),
        ]
        head = "".join(header.fold(policy=SMTP) for header in headers).encode("ascii")
        return head + _body(mail, message_id)


def _headers(mail: Mail, sender: Address, message_id: str, date: datetime) -> list[Header]:
    if date.utcoffset() is None:
        raise ValueError("The date of a mail is time zone aware.")
    headers = [
        address_header("From", sender),
        address_header("To", mail.recipient),
        text_header("Subject", mail.subject),
        Header("Date", format_datetime(date.astimezone(UTC))),
        Header("Message-ID", message_id),
    ]
    if mail.reply_to is not None:
        headers.append(address_header("Reply-To", mail.reply_to))
    if mail.auto_submitted:
        headers.append(Header("Auto-Submitted", "auto-generated"))
    if mail.list_unsubscribe:
        headers += _unsubscribe_headers(mail.list_unsubscribe)
    return headers


def _unsubscribe_headers(address: str) -> list[Header]:
    scheme = urlsplit(address).scheme
    if scheme not in ("https", "http", "mailto") or re.search(r"[<>\s]", address):
        raise ValueError("L’adresse de désinscription n’est ni https ni mailto.")
    headers = [Header("List-Unsubscribe", f"<{address}>")]
    if scheme == "https":
        headers.append(Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


# The parts are written here rather than by MIMEPart: it parses each header that it is given, which
# takes several milliseconds a mail, in a request that may write two hundred.


def _body(mail: Mail, message_id: str) -> bytes:
    """The message's own Content-Type and what follows it."""
    alternatives = _alternatives(mail, message_id)
    if not mail.attachments:
        return alternatives
    parts = [alternatives, *(_attached(attachment) for attachment in mail.attachments)]
    return _multipart("mixed", parts, message_id)


def _alternatives(mail: Mail, message_id: str) -> bytes:
    parts = [_text("plain", mail.text)]
    if mail.html:
        parts.append(_text("html", mail.html))
    if mail.calendar is not None:
        parts.append(_calendar(mail.calendar))
    return parts[0] if len(parts) == 1 else _multipart("alternative", parts, message_id)


def _multipart(subtype: str, parts: list[bytes], message_id: str) -> bytes:
    boundary = _boundary(subtype, message_id)
    line = b"--" + boundary.encode("ascii")
    opened = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'
    return head.encode("ascii") + opened + line + b"--\r\n"


def _part(content_type: str, encoding: str, body: bytes, disposition: str = "") -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return f"{head}{disposition}\r\n".encode("ascii") + body


def _text(subtype: str, text: str) -> bytes:
    lines = (many_lines(text) + "\n").replace("\n", "\r\n").encode("utf-8")
    kind = f'text/{subtype}; charset="utf-8"'
    return _part(kind, "quoted-printable", binascii.b2a_qp(lines))


def _calendar(calendar: CalendarPart) -> bytes:
    method = calendar.method.value
    if f"\r\nMETHOD:{method}\r\n".encode() not in calendar.content:
        raise ValueError(f"The calendar part is not METHOD:{method}: Outlook would reject it.")
    # The method is not quoted: not every client reads it otherwise.
    kind = f"text/calendar; method={method}; charset=utf-8"
    return _part(kind, "base64", _base64(calendar.content))


def _attached(attachment: Attachment) -> bytes:
    if not MEDIA_TYPE.fullmatch(attachment.media_type):
        raise ValueError(f"Type de pièce jointe inconnu : {one_line(attachment.media_type)}.")
    return _part(
        attachment.media_type,
        "base64",
        _base64(attachment.content),
        _disposition(_file_name(attachment.filename)),
    )


@lru_cache(maxsize=64)
def _disposition(filename: str) -> str:
    """The library's own header: a name with accents becomes RFC 2231's pieces."""
    part = MIMEPart(policy=SMTP)
    part.add_header("Content-Disposition", "attachment", filename=filename)
    return part.as_bytes().decode("ascii").partition("\r\n\r\n")[0] + "\r\n"


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _file_name(name: str) -> str:
    """``name`` without folders, quotes or line breaks."""
    cleaned = re.sub(r'[\\/:"<>|?*]', "-", one_line(name)).strip(". ")
    return cleaned or "piece-jointe"


def _boundary(level: str, message_id: str) -> str:
    """A line that no part can hold: base64 has no ``_``, quoted-printable never has ``=_``."""
    digest = hashlib.sha256(f"{level} {message_id}".encode()).hexdigest()
    return f"=_{level}_{digest[:32]}"
