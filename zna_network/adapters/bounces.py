"""Addresses that a mail server could not deliver to.

A report in the standard form (RFC 3464) is read here, for its status and the mail that it is
about; the older and proprietary forms are left to flufl.bounce, which knows many."""

import re
from collections.abc import Iterator
from email.message import Message

from zna_network.adapters.automatic_mails import is_returned_to_nobody
from zna_network.adapters.clean_text import one_line
from zna_network.adapters.mail_parts import (
    addresses,
    clean_address,
    header,
    octets,
    parts,
    read_message,
    text_of,
)
from zna_network.ports.mailbox import BouncedAddress

MOST_ADDRESSES = 50
LONGEST_WORDS = 500
LONGEST_TEXT = 64 * 1024
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
SERVERS = re.compile(r"(mailer-daemon|postmaster|mail-daemon|mdaemon|bounce[s]?)\b")


def looks_returned(message: Message) -> bool:
    """Whether a server gave a mail back: only then is it read as such, a person may quote one."""
    if _is_report(message):
        return True
    writer = next(iter(addresses(message, "From")), "").partition("@")[0]
    return is_returned_to_nobody(message) or bool(SERVERS.match(writer))


def bounced_addresses(message: Message) -> tuple[BouncedAddress, ...]:
    """Those that failed or wait, each once; none where the report tells of a delivery."""
    original = _original_message_id(message)
    found = list(_reported(message, original)) if _is_report(message) else []
    if not found and not _says_something(message):
        found = list(_detected(message, original))
    return tuple({each.email: each for each in found[:MOST_ADDRESSES]}.values())


def _is_report(message: Message) -> bool:
    kind = str(message.get_param("report-type") or "").lower()
    return message.get_content_type() == "multipart/report" and kind in ("delivery-status", "")


def _groups(message: Message) -> Iterator[Message]:
    """The header groups of the report: of the mail first, then one a recipient."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            yield from (group for group in payload if isinstance(group, Message))


def _says_something(message: Message) -> bool:
    return any(header(group, "Action") for group in _groups(message))


def _reported(message: Message, original: str) -> Iterator[BouncedAddress]:
    for group in _groups(message):
        action = header(group, "Action").partition(";")[0].strip().lower()
        email = _recipient(group, "Original-Recipient") or _recipient(group, "Final-Recipient")
        if action not in ("failed", "delayed") or not email:
            continue
        status = STATUS.search(header(group, "Status"))
        words = header(group, "Diagnostic-Code")
        code = status[1] if status else _status_in(words)
        yield BouncedAddress(
            email=email,
            is_permanent=action == "failed" and not code.startswith("4"),
            status=code,
            words=words.removeprefix("smtp;").strip()[:LONGEST_WORDS],
            original_message_id=original,
        )


def _recipient(group: Message, name: str) -> str:
    """« rfc822;marie@example.org »: the address that we wrote to, rather than an alias of it."""
    kind, _semicolon, address = header(group, name).partition(";")
    return clean_address(address or kind)


def _detected(message: Message, original: str) -> Iterator[BouncedAddress]:
    from flufl.bounce import all_failures

    waiting, failed = all_failures(message)
    words = _first_words(message)
    for found, is_permanent in ((waiting, False), (failed, True)):
        for address in sorted(found):
            text = address.decode("ascii", "replace") if isinstance(address, bytes) else address
            if email := clean_address(text):
                yield BouncedAddress(email, is_permanent, _status_in(words), words, original)


def _first_words(message: Message) -> str:
    for part, is_carried in parts(message):
        if part.get_content_type() == "text/plain" and not is_carried:
            return one_line(text_of(part, LONGEST_TEXT))[:LONGEST_WORDS]
    return ""


def _status_in(words: str) -> str:
    found = STATUS.search(words)
    return found[1] if found else ""


def _original_message_id(message: Message) -> str:
    """Of the mail that came back, whole or its headers alone, attached or quoted."""
    for part in message.walk():
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(payload, list):
            for carried in payload:
                if isinstance(carried, Message) and (
                    found := _bracketed(header(carried, "Message-ID"))
                ):
                    return found
        if part.get_content_type() == "text/rfc822-headers":
            carried = read_message(octets(part)[:LONGEST_TEXT])
            if found := _bracketed(header(carried, "Message-ID")):
                return found
    for part, _is_carried in parts(message):
        if part.get_content_maintype() == "text":
            quoted = MESSAGE_ID.search(text_of(part, LONGEST_TEXT))
            if quoted:
                return quoted[1]
    return _bracketed(header(message, "In-Reply-To"))


def _bracketed(text: str) -> str:
    found = re.search(r"<[^<>\s]+>", text)
    return found[0] if found else ""
