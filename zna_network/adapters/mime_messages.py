"""Mails as RFC 5322 octets, with the standard library's email package.

The same arguments give the same octets: MIME boundaries derive from the message id, since the
outbox keeps the octets and sends them unchanged after a failure.
"""

import base64
import hashlib
import re
from datetime import UTC, datetime
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
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
        message = MIMEPart(policy=SMTP)
        for header in _headers(mail, sender, message_id, date):
            message[header.name] = header
        message["MIME-Version"] = "1.0"
        _fill(message, mail, message_id)
        return message.as_bytes()


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


def _fill(message: MIMEPart, mail: Mail, message_id: str) -> None:
    if not mail.attachments:
        _fill_alternatives(message, mail, message_id)
        return
    message.make_mixed(boundary=_boundary("mixed", message_id))
    body = MIMEPart(policy=SMTP)
    _fill_alternatives(body, mail, message_id)
    message.attach(body)
    for attachment in mail.attachments:
        message.attach(_attached(attachment))


def _fill_alternatives(body: MIMEPart, mail: Mail, message_id: str) -> None:
    parts = [_text("plain", mail.text)]
    if mail.html:
        parts.append(_text("html", mail.html))
    if mail.calendar is not None:
        parts.append(_calendar(mail.calendar))
    if len(parts) == 1:
        _set_text(body, "plain", mail.text)
        return
    body.make_alternative(boundary=_boundary("alternative", message_id))
    for part in parts:
        body.attach(part)


def _text(subtype: str, text: str) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    _set_text(part, subtype, text)
    return part


def _set_text(part: MIMEPart, subtype: str, text: str) -> None:
    lines = many_lines(text) + "\n"
    part.set_content(lines, subtype=subtype, charset="utf-8", cte="quoted-printable")


def _calendar(calendar: CalendarPart) -> MIMEPart:
    method = calendar.method.value
    if f"\r\nMETHOD:{method}\r\n".encode() not in calendar.content:
        raise ValueError(f"The calendar part is not METHOD:{method}: Outlook would reject it.")
    part = MIMEPart(policy=SMTP)
    # Set by hand: set_content would quote the method, which not every client reads.
    part["Content-Type"] = Header("Content-Type", f"text/calendar; method={method}; charset=utf-8")
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(calendar.content).decode("ascii"))
    return part


def _attached(attachment: Attachment) -> MIMEPart:
    if not MEDIA_TYPE.fullmatch(attachment.media_type):
        raise ValueError(f"Type de pièce jointe inconnu : {one_line(attachment.media_type)}.")
    maintype, subtype = attachment.media_type.split("/")
    part = MIMEPart(policy=SMTP)
    part.set_content(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        cte="base64",
        disposition="attachment",
        filename=_file_name(attachment.filename),
    )
    return part


def _file_name(name: str) -> str:
    """``name`` without folders, quotes or line breaks."""
    cleaned = re.sub(r'[\\/:"<>|?*]', "-", one_line(name)).strip(". ")
    return cleaned or "piece-jointe"


def _boundary(level: str, message_id: str) -> str:
    """A line that no part can hold: base64 has no ``_``, quoted-printable never has ``=_``."""
    digest = hashlib.sha256(f"{level} {message_id}".encode()).hexdigest()
    return f"=_{level}_{digest[:32]}"
