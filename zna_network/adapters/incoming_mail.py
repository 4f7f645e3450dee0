"""What a mail of the answering mailbox is: an answer, another time, a failed address, a machine's
words, or something for people."""

import logging
from dataclasses import dataclass, replace
from email.message import Message

from zna_network.adapters.automatic_mails import automatic_reason, is_from
from zna_network.adapters.bounces import bounced_addresses, looks_returned
from zna_network.adapters.clean_text import many_lines
from zna_network.adapters.ics_replies import (
    METHODS,
    Circumstances,
    UnreadableReplyError,
    method_of,
    read_reply,
)
from zna_network.adapters.mail_authentication import authentication
from zna_network.adapters.mail_parts import (
    addresses,
    date_of,
    header,
    parts,
    read_message,
    text_of,
)
from zna_network.ports.mailbox import MailAuthentication, MailKind, ReadMail

MOST_CALENDARS = 5
MOST_BOUNDARIES = 200  # each line is compared with every one that is open
LONGEST_CALENDAR = 512 * 1024  # octets
LONGEST_MESSAGE_ID = 250
LONGEST_SUBJECT = 300
LONGEST_TEXT = 4000
CALENDAR_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Calendar:
    text: str
    method: str
    around: Circumstances


class IncomingMails:
    """``own_address`` is the mailbox's; ``authserv_id`` the name that our server signs its findings
    with, empty where it makes none."""

    def __init__(self, own_address: str, authserv_id: str = "") -> None:
        self._own = own_address.lower()
        self._authserv_id = authserv_id.strip().lower()

    def parse(self, content: bytes) -> ReadMail:
        if content.lower().count(b"boundary=") > MOST_BOUNDARIES:
            return ReadMail(MailKind.OTHER, reason="Ce courriel a trop de parties pour être lu.")
        try:
            return self._read(read_message(content))
        except Exception:
            # Whatever a mail contains, the next ones wait behind it: it is shown to a person.
            log.exception("A mail of the answering mailbox cannot be read")
            return ReadMail(MailKind.OTHER, reason="Ce courriel ne se lit pas.")

    def _read(self, message: Message) -> ReadMail:
        mail = self._envelope(message)
        if is_from(message, self._own):
            return replace(mail, kind=MailKind.AUTOMATIC, reason="Un de nos messages, revenu.")
        if looks_returned(message) and (bounces := bounced_addresses(message)):
            return replace(mail, kind=MailKind.BOUNCE, bounces=bounces)
        # A calendar answers by itself too: its answer counts, whatever marks it as automatic.
        calendar = _answering_calendar(message, mail)
        if calendar is not None:
            return _answer(mail, calendar)
        reason = automatic_reason(message)
        return replace(mail, kind=MailKind.AUTOMATIC, reason=reason) if reason else mail

    def _envelope(self, message: Message) -> ReadMail:
        written = addresses(message, "From")
        from_address = written[0] if written else ""
        found = authentication(message, from_address, self._authserv_id)
        return ReadMail(
            MailKind.OTHER,
            message_id=header(message, "Message-ID")[:LONGEST_MESSAGE_ID],
            from_address=from_address,
            senders=tuple(dict.fromkeys(written + addresses(message, "Sender"))),
            subject=header(message, "Subject")[:LONGEST_SUBJECT],
            date=date_of(message),
            # Which of several authors was checked, and which one a reader sees, nobody knows.
            authentication=MailAuthentication.FAIL if len(written) > 1 else found,
            text=_first_text(message),
        )


def _answering_calendar(message: Message, mail: ReadMail) -> _Calendar | None:
    """The first part that answers; those of the mail itself before those of a mail that it
    carries, which somebody forwards."""
    calendars = [each for each in parts(message) if _is_calendar(each[0])]
    for part, _is_carried in sorted(calendars, key=lambda each: each[1])[:MOST_CALENDARS]:
        text = text_of(part, LONGEST_CALENDAR)
        named = str(part.get_param("method") or "").strip()
        around = Circumstances(mail.senders, mail.date, named)
        method = method_of(text, around)
        if method in METHODS:
            return _Calendar(text, method, around)
    return None


def _answer(mail: ReadMail, calendar: _Calendar) -> ReadMail:
    try:
        reply, reason = read_reply(calendar.text, calendar.around)
    except UnreadableReplyError as error:
        return replace(mail, reason=str(error))
    kind = MailKind.COUNTER if calendar.method == "COUNTER" else MailKind.REPLY
    return replace(mail, kind=kind, calendar=reply, reason=reason)


def _is_calendar(part: Message) -> bool:
    name = str(part.get_filename() or "").lower()
    return part.get_content_type() in CALENDAR_TYPES or name.endswith(".ics")


def _first_text(message: Message) -> str:
    for part, is_carried in parts(message):
        if part.get_content_type() == "text/plain" and not is_carried:
            return many_lines(text_of(part, LONGEST_TEXT * 4)).strip()[:LONGEST_TEXT]
    return ""
