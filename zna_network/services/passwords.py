"""Passwords: argon2id, and what CNIL asks of them (deliberation 2022-100: 80 bits of guessing)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from zna_network.services.errors import InvalidError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200
LENGTH_WITHOUT_CLASSES = 20
_hasher = PasswordHasher()


def check_strength(password: str, *, field: str = "password") -> None:
    """Raise InvalidError unless long and varied enough: 12 characters of four classes, or 20 of
    any kind (a sentence of several words)."""
    if len(password) > MAXIMUM_LENGTH:
        raise InvalidError(f"{MAXIMUM_LENGTH} caractères au plus.", field=field)
    classes = sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )
    varied = len(password) >= MINIMUM_LENGTH and classes == 4
    if len(set(password)) < 6 or not (varied or len(password) >= LENGTH_WITHOUT_CLASSES):
        raise InvalidError(
            f"Choisissez au moins {MINIMUM_LENGTH} caractères avec minuscule, majuscule, chiffre "
            f"et signe, ou une phrase d’au moins {LENGTH_WITHOUT_CLASSES} caractères.",
            field=field,
        )


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def verify(password_hash: str, password: str) -> bool:
    """Whether ``password`` matches; an empty hash (no password chosen yet) never does."""
    try:
        matches = _hasher.verify(password_hash or _nobodys_hash(), password[:MAXIMUM_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return matches and bool(password_hash)


@cache
def _nobodys_hash() -> str:
    """Verified when the account does not exist, so that the answer takes the same time."""
    return _hasher.hash("no account has this password")


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)
