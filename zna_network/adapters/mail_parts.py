"""The parts and headers of a mail that anybody may have written, read within bounds.

The standard library's newer policy raises on some headers and reads others in a time that grows
with the square of their length: the older one is used, and headers are cut before they are read."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from zna_network.adapters.clean_text import one_line

MOST_PARTS = 100
LONGEST_HEADER = 4000
LONGEST_ADDRESS = 254
BRACKETED = re.compile(r"<([^<>]*)>")
UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError)


def read_message(content: bytes) -> Message:
    """Some servers keep mails with bare line feeds, some tools double the carriage returns."""
    return message_from_bytes(content.replace(b"\r\r\n", b"\r\n"), policy=compat32)


def parts(message: Message) -> Iterator[tuple[Message, bool]]:
    """The leaves, in order, at most MOST_PARTS of them; each with whether it stands in another
    mail that this one carries."""
    waiting: list[tuple[Message, bool]] = [(message, False)]
    for _turn in range(MOST_PARTS):
        if not waiting:
            return
        part, is_carried = waiting.pop()
        if not part.is_multipart():
            yield part, is_carried
            continue
        inside = is_carried or part.get_content_maintype() == "message"
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        waiting.extend((child, inside) for child in reversed(children))


def octets(part: Message) -> bytes:
    """What the part holds, its transfer encoding undone as far as it can be."""
    try:
        content = part.get_payload(decode=True)
    except UNREADABLE:
        return b""
    return content if isinstance(content, bytes) else b""


def text_of(part: Message, limit: int) -> str:
    """The part's text; in the charset that it says, else as UTF-8, else as Windows writes."""
    content = octets(part)[:limit]
    for charset in (_charset(part), "utf-8-sig"):
        try:
            return content.decode(charset).removeprefix("\ufeff")
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def header(message: Message, name: str) -> str:
    """The first header of this name on one line, its encoded words read; empty where absent."""
    return next((one_line(_words(raw)) for raw in _raw(message, name)), "")


def addresses(message: Message, name: str) -> tuple[str, ...]:
    """The addresses of every header of this name, lower-case, each once."""
    raw = [one_line(value) for value in _raw(message, name)]
    try:
        found = [address for _name, address in getaddresses(raw)]
    except UNREADABLE:
        return ()
    return tuple(dict.fromkeys(clean for each in found if (clean := clean_address(each))))


def clean_address(text: str) -> str:
    """An address lower-case, without what surrounds it; empty where it is none."""
    bracketed = BRACKETED.search(text)  # « mailto:Marie <marie@example.org> »: some tools do
    address = one_line(bracketed[1] if bracketed else text).strip().lower()
    local_part, at, domain = address.rpartition("@")
    is_one = bool(local_part and at and domain) and " " not in address
    return address if is_one and len(address) <= LONGEST_ADDRESS else ""


def date_of(message: Message) -> datetime | None:
    """The Date header in UTC."""
    try:
        date = parsedate_to_datetime(header(message, "Date"))
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (*UNREADABLE, OverflowError):
        return None


def _raw(message: Message, name: str) -> Iterator[str]:
    """As it came, octets that no header may hold as lone surrogates."""
    for each, value in message.raw_items():
        if each.lower() == name.lower():
            yield str(value)[:LONGEST_HEADER]


def _charset(part: Message) -> str:
    try:
        charset = part.get_content_charset("utf-8")
    except UNREADABLE:
        return "utf-8"
    return "utf-8-sig" if charset in ("utf-8", "utf8", "us-ascii") else charset


def _words(raw: str) -> str:
    try:
        pieces = decode_header(raw)
    except UNREADABLE:
        return raw
    return "".join(_decoded(piece, charset) for piece, charset in pieces)


def _decoded(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        # Octets written as they are, which no header may hold, stand here as lone surrogates.
        octets_ = piece.encode("utf-8", "surrogateescape")
        return octets_.decode("utf-8", "replace")
    try:
        return piece.decode(charset or "utf-8", "replace")
    except LookupError:
        return piece.decode("utf-8", "replace")
