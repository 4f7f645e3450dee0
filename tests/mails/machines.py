"""What machines write to the answering mailbox: delivery failures, absences, lists."""

from tests.mails.answers import multipart, part

OWN = "reunions@zna.example"


def delivery_report(
    recipient: str,
    *,
    message_id: str = "<outbox-12@zna.example>",
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "smtp; 550 5.1.1 <…> User unknown in virtual mailbox table",
    whole_original: bool = False,
) -> bytes:
    """RFC 3464, as Postfix writes it: the report, then the original mail or its headers alone."""
    report = (
        "Reporting-MTA: dns; mx.zna.example\r\nX-Postfix-Queue-ID: 4F1C2A\r\n"
        f"Arrival-Date: Thu, 3 Dec 2026 09:30:00 +0100\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\n"
        f"Original-Recipient: rfc822;{recipient.upper()}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Remote-MTA: dns; mx.ccas.example\r\nDiagnostic-Code: {words}\r\n"
    )
    original = (
        f"From: Réseau ZNR <{OWN}>\r\nTo: {recipient}\r\nSubject: Convocation\r\n"
        f"Message-ID: {message_id}\r\n\r\n"
    )
    invitation = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    carried = (
        part(
            "message/rfc822",
            "8bit",
            f"{original.removesuffix(chr(13) + chr(10))}Content-Type: text/calendar; method=REQUEST\r\n\r\n{invitation}",
        )
        if whole_original
        else part("text/rfc822-headers", "8bit", original)
    )
    body = multipart(
        "report; report-type=delivery-status",
        "4F1C2A.1/mx",
        part(
            "text/plain; charset=utf-8",
            "8bit",
            "This is the mail system at host mx.zna.example.\r\n",
        ),
        part("message/delivery-status", "7bit", report),
        carried,
    )
    return (
        _headers(
            "Mail Delivery System <MAILER-DAEMON@mx.zna.example>",
            "Undelivered Mail Returned to Sender",
            "Return-Path: <>",
            "Auto-Submitted: auto-replied",
        )
        + body
    ).encode()


def exim_failure(recipient: str, message_id: str = "<outbox-12@zna.example>") -> bytes:
    """Exim's older form: no report, a text and the original's headers quoted in it."""
    text = (
        "This message was created automatically by mail delivery software.\r\n\r\n"
        "A message that you sent could not be delivered to one or more of its\r\n"
        "recipients. This is a permanent error. The following address(es) failed:\r\n\r\n"
        f"  {recipient}\r\n    550 5.7.1 Relaying denied\r\n\r\n"
        "------ This is a copy of the message, including all the headers. ------\r\n\r\n"
        f"From: {OWN}\r\nMessage-ID: {message_id}\r\n"
    )
    headers = _headers(
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        "Return-Path: <>",
        f"X-Failed-Recipients: {recipient}",
    )
    return (headers + part("text/plain; charset=us-ascii", "7bit", text)).encode()


def words_of(sender: str, subject: str, *marks: str, text: str = "Bonjour,\r\n") -> bytes:
    """A mail without calendar, with the headers ``marks``."""
    return (
        _headers(sender, subject, *marks) + part("text/plain; charset=utf-8", "8bit", text)
    ).encode()


def _headers(sender: str, subject: str, *marks: str) -> str:
    lines = [
        *marks,
        f"From: {sender}",
        f"To: {OWN}",
        f"Subject: {subject}",
        "Message-ID: <m1@client.example>",
        "Date: Thu, 3 Dec 2026 09:30:00 +0100",
        "MIME-Version: 1.0",
    ]
    return "\r\n".join(lines) + "\r\n"
