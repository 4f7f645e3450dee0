"""What our own mail server found about the sender: Authentication-Results (RFC 8601).

Anybody can write such a header. Those of our server are known by the name that it signs them with
(``ZNA_MAIL_AUTHSERV_ID``), stand in the group nearest to the top, above what the mail brought with
it, and for each method the topmost counts."""

import re
from email.message import Message

from zna_network.adapters.clean_text import one_line
from zna_network.adapters.mail_parts import LONGEST_HEADER
from zna_network.ports.mailbox import MailAuthentication

COMMENT = re.compile(r"\([^()]*\)")
RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
FIELD = re.compile(r"\b(?:header\.(?:from|d|i)|smtp\.mailfrom)\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)


def authentication(message: Message, from_address: str, authserv_id: str) -> MailAuthentication:
    """PASS where the domain of From is proven; FAIL where our server found that it is not."""
    if not authserv_id or not from_address:
        return MailAuthentication.NONE
    domain = from_address.rpartition("@")[2]
    found: dict[str, list[bool | None]] = {}
    for line in _own_lines(message, authserv_id):
        for method, results in _results(line, domain).items():
            found.setdefault(method, results)
    for results in (found.get("dmarc", []), found.get("dkim", []) + found.get("spf", [])):
        if True in results:
            return MailAuthentication.PASS
        if False in results:
            return MailAuthentication.FAIL
    return MailAuthentication.NONE


def _own_lines(message: Message, authserv_id: str) -> list[str]:
    """Ours, as long as no relay's line stands between two of them."""
    lines: list[str] = []
    for name, value in message.items():
        if name.lower() == "received" and lines:
            break
        if name.lower() == "authentication-results":
            text = COMMENT.sub(" ", one_line(str(value)[:LONGEST_HEADER]))
            identifier, _semicolon, rest = text.partition(";")
            if identifier.split()[:1] and identifier.split()[0].lower() == authserv_id.lower():
                lines.append(rest)
    return lines


def _results(line: str, domain: str) -> dict[str, list[bool | None]]:
    """By method: proven, refuted, or None where it says nothing of this domain."""
    found: dict[str, list[bool | None]] = {}
    for part in line.split(";"):
        result = RESULT.match(part)
        if result is None:
            continue
        method, word = result[1].lower(), result[2].lower()
        about = [_domain(value) for value in FIELD.findall(part)]
        concerned = any(_aligned(each, domain) for each in about)
        # DMARC is about From by itself; where it names another one than we read, it is not ours.
        concerned = concerned or (method == "dmarc" and not about)
        verdict = {"pass": True, "fail": False, "permerror": False}.get(word)
        found.setdefault(method, []).append(verdict if concerned else None)
    return found


def _domain(value: str) -> str:
    return value.rpartition("@")[2].lower().rstrip(".")


def _aligned(one: str, other: str) -> bool:
    """The same domain, or one under the other (relaxed alignment, RFC 7489, without the list of
    public suffixes: a bare « fr » has no dot and aligns with nothing)."""
    if "." not in one or "." not in other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
