"""Finding encrypted names and contacts without reading them all: beside each of them, keyed hashes
of what it may be looked for by, which the database alone cannot turn back.

The hashes' keys are derived from the columns' (``Settings.data_keyring``), so that they are renewed
together: what is written has the first key, what is looked for is tried with each."""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zna_network.config import Settings
from zna_network.models.person import KeyKind
from zna_network.queries.blind_index import Wanted

SHORTEST, LONGEST_BEGINNING, MOST_WORDS = 3, 8, 8
KEY_LENGTH = 32  # hexadecimal digits: 128 bits
PEOPLE, ATTENDEES = "people", "attendees"
Row = tuple[KeyKind, str]


def rows(
    settings: Settings, index: str, *, name: str = "", email: str = "", phone: str = ""
) -> list[Row]:
    """What to keep beside somebody: the beginnings of the words of the name, the address, the
    number. ``index`` is ``PEOPLE`` or ``ATTENDEES``: the same name has other hashes in each."""
    key = _keys(settings, index)[0]
    terms = {(KeyKind.NAME, term) for word in words_of(name) for term in _beginnings(word)}
    terms |= {(KeyKind.WHOLE_NAME, whole)} if (whole := _whole(name)) else set()
    terms |= {(KeyKind.EMAIL, email.lower())} if email else set()
    terms |= {(KeyKind.PHONE, phone)} if phone else set()
    return sorted((kind, _hash(key, kind, term)) for kind, term in terms)


def wanted_name(settings: Settings, index: str, typed: str) -> list[Wanted]:
    """Each word typed is the beginning of a word of the name; under three letters, a whole one.
    No word at all finds nobody."""
    words = words_of(typed)
    if not words:
        return [Wanted(KeyKind.NAME, ())]
    return [_wanted(settings, index, KeyKind.NAME, _cut(word)) for word in words]


def wanted_whole_name(settings: Settings, index: str, name: str) -> Wanted:
    """The same words, whatever their order."""
    return _wanted(settings, index, KeyKind.WHOLE_NAME, _whole(name))


def wanted_email(settings: Settings, index: str, email: str) -> Wanted:
    return _wanted(settings, index, KeyKind.EMAIL, email.lower())


def wanted_phone(settings: Settings, index: str, phone: str) -> Wanted:
    """``phone`` in its clean form (``clean_phone``)."""
    return _wanted(settings, index, KeyKind.PHONE, phone)


def words_of(name: str) -> list[str]:
    """Case and accents aside, in any script: names are not all in latin letters."""
    plain = unicodedata.normalize("NFKD", name)
    letters = (c for c in plain if not unicodedata.combining(c))
    spaced = "".join(c if c.isalnum() else " " for c in letters).casefold()
    return list(dict.fromkeys(spaced.split()))[:MOST_WORDS]


def _beginnings(word: str) -> Iterable[str]:
    """« camille » gives « cam » to « camille »; a shorter word gives itself. Longer ones are found
    by their first eight letters."""
    if len(word) < SHORTEST:
        return [word]
    return [word[:length] for length in range(SHORTEST, min(len(word), LONGEST_BEGINNING) + 1)]


def _whole(name: str) -> str:
    return " ".join(sorted(words_of(name)))


def _cut(word: str) -> str:
    return word[:LONGEST_BEGINNING]


def _wanted(settings: Settings, index: str, kind: KeyKind, term: str) -> Wanted:
    return Wanted(kind, tuple(_hash(key, kind, term) for key in _keys(settings, index)))


def _hash(key: bytes, kind: KeyKind, term: str) -> str:
    message = f"{kind.value}:{term}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:KEY_LENGTH]


def _keys(settings: Settings, index: str) -> tuple[bytes, ...]:
    return _derived(tuple(settings.data_keyring), index)


@lru_cache(maxsize=16)
def _derived(keyring: tuple[bytes, ...], index: str) -> tuple[bytes, ...]:
    info = f"blind-index:{index}".encode()
    return tuple(
        HKDF(hashes.SHA256(), length=32, salt=None, info=info).derive(base64.urlsafe_b64decode(key))
        for key in keyring
    )
