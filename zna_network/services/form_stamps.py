"""Stamps of public forms: signed, they say when a page was shown, and give each sending a name.

They keep off programs that post without having read the page, and make a form sent twice count
once. No third party is asked, nothing is stored."""

import hmac
import secrets
from datetime import datetime
from hashlib import sha256

from zna_network.config import Settings
from zna_network.services.errors import InvalidError
from zna_network.services.languages import to_translate

FASTEST_SECONDS, LONGEST_SECONDS = 3, 12 * 3600
TOO_FAST = to_translate(
    "Le formulaire est arrivé trop vite. Attendez quelques secondes, puis appuyez de nouveau."
)
TOO_OLD = to_translate(
    "Cette page était ouverte depuis longtemps. Vos réponses sont gardées\u00a0: appuyez de "
    "nouveau."
)


def new_stamp(settings: Settings, purpose: str, now: datetime) -> str:
    body = f"{int(now.timestamp())}.{secrets.token_hex(16)}"
    return f"{body}.{_signature(settings, purpose, body)}"


def read_stamp(settings: Settings, purpose: str, stamp: str, now: datetime) -> str:
    """The name of this sending: 32 hexadecimal digits, the same for the same page.

    Raises InvalidError for a stamp that is not ours, too recent or too old."""
    body, _, signature = stamp.rpartition(".")
    expected = _signature(settings, purpose, body)
    if not stamp.isascii() or not hmac.compare_digest(signature, expected):
        raise InvalidError(TOO_OLD)
    shown_at, _, nonce = body.partition(".")
    age = now.timestamp() - int(shown_at)
    if age < FASTEST_SECONDS:
        raise InvalidError(TOO_FAST)
    if age > LONGEST_SECONDS:
        raise InvalidError(TOO_OLD)
    return nonce


def _signature(settings: Settings, purpose: str, body: str) -> str:
    key = settings.derived_key(f"stamps:{purpose}")
    return hmac.new(key, body.encode(errors="replace"), sha256).hexdigest()
