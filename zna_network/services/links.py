"""Tokens handed to people without an account: unguessable, never stored in clear."""

import base64
import hashlib
import hmac
import secrets

from zna_network.config import Settings

LONGEST_TOKEN = 64


def new_salt() -> str:
    return secrets.token_hex(16)


def new_token() -> str:
    """A one-use token of 192 random bits, kept only as its hash."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """What the database keeps, and what a link is looked up by. The tokens have at least 160
    random bits, so a plain hash is enough and a lookup by it leaks nothing useful."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_to_find(token: str) -> str:
    """The same for what stands in an address, which may be anything: what cannot be a token has the
    empty hash, which nobody has."""
    return token_hash(token) if len(token) <= LONGEST_TOKEN and token.isascii() else ""


def derived_token(settings: Settings, purpose: str, salt: str) -> str:
    """The token of a row's random salt: the same each time, so that a link can be sent again,
    and out of reach of whoever has only the database. 160 bits, 32 characters, a-z and 2-7."""
    key = settings.derived_key(f"links:{purpose}")
    digest = hmac.new(key, salt.encode(), hashlib.sha256).digest()[:20]
    return base64.b32encode(digest).decode().lower()


def link_columns(settings: Settings, purpose: str, salt: str | None = None) -> dict[str, str]:
    """The columns of a row's link: its salt, a new one unless it is given, and what it is looked up
    by."""
    salt = salt or new_salt()
    return {"link_salt": salt, "link_hash": token_hash(derived_token(settings, purpose, salt))}


def keyed_hash(settings: Settings, purpose: str, value: str) -> str:
    """A stand-in for ``value`` that only this server can compute."""
    key = settings.derived_key(f"hash:{purpose}")
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
