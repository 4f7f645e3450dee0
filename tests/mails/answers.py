"""What somebody answers, whatever the calendar client: see ``clients.CLIENTS``."""

import base64
import quopri
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
COMPACT = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Answer:
    """A reply to the meeting ``uid``; with ``proposed``, another time (METHOD:COUNTER).

    ``attendee`` answers; ``sender`` writes the mail, the same person unless told otherwise.
    ``sent_by`` is SENT-BY, ``delegate`` the address and name of DELEGATED-TO. ``extra`` are headers
    put on top, such as what a receiving server adds."""

    uid: str
    attendee: str
    partstat: str = "ACCEPTED"
    name: str = "Camille Durand"
    organizer: str = "reunions@zna.example"
    sequence: int = 0
    stamp: datetime = datetime(2026, 12, 3, 8, 30, tzinfo=UTC)
    starts_at: datetime = datetime(2027, 7, 6, 12, tzinfo=UTC)
    lasting: timedelta = timedelta(hours=2)
    summary: str = "Comité technique « accès aux droits »"
    comment: str = ""
    sender: str = ""
    sent_by: str = ""
    delegate: tuple[str, str] | None = None
    proposed: datetime | None = None
    message_id: str = ""
    extra: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        return "COUNTER" if self.proposed else "REPLY"

    @property
    def begins(self) -> datetime:
        return self.proposed or self.starts_at

    @property
    def ends(self) -> datetime:
        return self.begins + self.lasting

    @property
    def written_stamp(self) -> str:
        return utc(self.stamp)

    def headers(self, subject: str, *, charset: str = "utf-8", marks: tuple[str, ...] = ()) -> str:
        """Those that every client writes, then ``marks``."""
        message_id = self.message_id or f"<{abs(hash(self)):x}@client.example>"
        lines = [
            *self.extra,
            f"From: {Header(self.name, charset).encode()} <{self.sender or self.attendee}>",
            f"To: <{self.organizer}>",
            f"Subject: {Header(subject, charset).encode()}",
            f"Date: {self.stamp:%a, %d %b %Y %H:%M:%S} +0000",
            f"Message-ID: {message_id}",
            "MIME-Version: 1.0",
            *marks,
        ]
        return "\r\n".join(lines) + "\r\n"

    def attendee_parameters(self) -> str:
        """PARTSTAT and what goes with it, as every client writes them."""
        parameters = f"PARTSTAT={self.partstat}"
        if self.sent_by:
            parameters += f';SENT-BY="mailto:{self.sent_by}"'
        if self.delegate:
            parameters += f';DELEGATED-TO="mailto:{self.delegate[0]}"'
        return parameters

    def delegate_lines(self) -> list[str]:
        """The delegate's own line, which RFC 5546 asks for and Outlook leaves out."""
        if self.delegate is None:
            return []
        email, name = self.delegate
        return [
            f'ATTENDEE;CN="{name}";PARTSTAT=NEEDS-ACTION;DELEGATED-FROM="mailto:{self.attendee}"'
            f":mailto:{email}"
        ]


def utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):{COMPACT}}Z"


def paris(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):{COMPACT}}"


def escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def folded(lines: list[str], width: int = 75) -> str:
    """CRLF, and no line over ``width`` octets; a character is never cut."""
    return "".join(_folded_line(line, width) for line in lines)


def _folded_line(line: str, width: int) -> str:
    pieces, current = [], ""
    for character in line:
        if len((current + character).encode()) > width:
            pieces.append(current)
            current = " "
        current += character
    return "\r\n".join([*pieces, current]) + "\r\n"


def as_base64(text: str) -> str:
    return base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")


def as_quoted_printable(text: str) -> str:
    """Line ends kept as such, soft breaks where lines are long."""
    encoded = quopri.encodestring(text.replace("\r\n", "\n").encode())
    return encoded.decode().replace("\n", "\r\n")


def part(content_type: str, encoding: str, body: str, *headers: str) -> str:
    lines = [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}", *headers]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def multipart(subtype: str, boundary: str, *parts: str) -> str:
    """A whole entity, its Content-Type included."""
    opened = "".join(f"\r\n--{boundary}\r\n{each}" for each in parts)
    return (
        f'Content-Type: multipart/{subtype};\r\n\tboundary="{boundary}"\r\n'
        f"{opened}\r\n--{boundary}--\r\n"
    )
