"""Answers as calendar clients send them, in the plainest form, and a mailbox that holds them. The
forms of each client are those of tests/mails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.models.invitation import Invitation
from zna_network.ports.mailbox import RawMail

MAILBOX = "reunions@zna.example"
_numbers = numbers()


class MemoryMailbox:
    """``waiting`` and ``aside`` hold the mails; ``on_done`` is called before one is put aside."""

    def __init__(self, *mails: bytes) -> None:
        self.waiting = {str(rank): mail for rank, mail in enumerate(mails)}
        self.aside: list[bytes] = []

    def unread(self, limit: int) -> Iterator[RawMail]:
        for key, content in list(self.waiting.items())[:limit]:
            yield RawMail(key, content)

    def done(self, key: str) -> None:
        if key in self.waiting:
            self.aside.append(self.waiting.pop(key))

    def check(self) -> str:
        return "en mémoire"

    def close(self) -> None: ...


def answer_mail(invitation: Invitation, partstat: str = "ACCEPTED", **values: object) -> bytes:
    """What the client of this person sends ``minutes`` after the frozen clock's first instant.

    Overridden at will: ``method``, ``uid``, ``sequence``, ``attendee``, ``sender``, ``comment``,
    ``parameters`` (of ATTENDEE), ``starts`` and ``ends`` (of a COUNTER), ``line`` (one more of the event), ``results`` (our server's
    Authentication-Results)."""
    now = FrozenClock().now()
    given = {
        "method": "REPLY",
        "uid": invitation.meeting.uid,
        "sequence": invitation.sent_sequence or 0,
        "attendee": invitation.email,
        "minutes": 0,
        "comment": "",
        "parameters": "",
        "starts": invitation.meeting.starts_at,
        "ends": invitation.meeting.ends_at,
        "results": "",
        "line": "",
        **values,
    }
    stamp = now + timedelta(minutes=int(str(given["minutes"])))
    lines = [
        "BEGIN:VCALENDAR", "PRODID:-//Exemple//Agenda 1.0//FR", "VERSION:2.0",
        f"METHOD:{given['method']}", "BEGIN:VEVENT", f"UID:{given['uid']}",
        f"SEQUENCE:{given['sequence']}", f"DTSTAMP:{_utc(stamp)}",
        f"DTSTART:{_utc(given['starts'])}", f"DTEND:{_utc(given['ends'])}",
        f"ORGANIZER:mailto:{MAILBOX}",
        f"ATTENDEE;PARTSTAT={partstat}{given['parameters']}:mailto:{given['attendee']}",
        *([f"COMMENT:{given['comment']}"] if given["comment"] else []),
        *([str(given["line"])] if given["line"] else []),
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return _mail(
        str(given.get("sender", given["attendee"])),
        "\r\n".join(lines),
        str(given["method"]),
        str(given["results"]),
    )


def hand_written(sender: str, words: str, in_reply_to: str = "") -> bytes:
    message = _headers(sender, "Re: Convocation")
    if in_reply_to:
        message["In-Reply-To"] = in_reply_to
    message.set_content(words)
    return message.as_bytes()


def returned_mail(recipient: str, message_id: str, status: str = "5.1.1") -> bytes:
    """A report of failure (RFC 3464) as Postfix writes it."""
    action = "failed" if status.startswith("5") else "delayed"
    now = format_datetime(FrozenClock().now())
    return f"""\
From: MAILER-DAEMON@relais.example (Mail Delivery System)
To: {MAILBOX}
Subject: Undelivered Mail Returned to Sender
Date: {now}
Message-ID: <{next(_numbers)}@relais.example>
Return-Path: <>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_coupe"

--=_coupe
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_coupe
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.example
Arrival-Date: {now}

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{recipient}>: Recipient address rejected: User unknown

--=_coupe
Content-Type: text/rfc822-headers

From: {MAILBOX}
To: {recipient}
Subject: Convocation
Message-ID: {message_id}

--=_coupe--
""".replace("\n", "\r\n").encode()


def _mail(sender: str, calendar: str, method: str, results: str) -> bytes:
    message = _headers(sender, "Réponse", results)
    message.set_content("Réponse jointe.")
    message.add_alternative(
        calendar.encode(), maintype="text", subtype="calendar", params={"method": method}
    )
    return message.as_bytes()


def _headers(sender: str, subject: str, results: str = "") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    if results:
        message["Authentication-Results"] = results
    message["From"] = sender
    message["To"] = MAILBOX
    message["Subject"] = subject
    message["Date"] = format_datetime(FrozenClock().now())
    message["Message-ID"] = f"<{next(_numbers)}@organisme.example>"
    return message


def _utc(instant: object) -> str:
    assert isinstance(instant, datetime)
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
