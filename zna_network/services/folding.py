"""Spelling folded for searching: accents, ligatures, case, punctuation and « Saint » aside."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_WORDS = {"st": "saint", "ste": "sainte"}
_SEPARATORS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=8192)  # an import folds the same few names thousands of times
def fold(text: str) -> str:
    """Lower-case words separated by one space: « Rœux, C.C.A.S. » gives « roeux c c a s »."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    words = _SEPARATORS.sub(" ", letters).split()
    return " ".join(_WORDS.get(word, word) for word in words)


def search_text(*parts: str) -> str:
    """The folded copy of what a row can be found by. A word with dots in it (« C.C.A.S. ») is
    also found without them."""
    compact = (part.replace(".", "") for part in parts if "." in part)
    seen = dict.fromkeys(fold(part) for part in (*parts, *compact) if part)
    return " " + " ".join(word for word in seen if word)


def terms(query: str, limit: int = 8) -> list[str]:
    """The folded words of a query, longest useful number first cut at ``limit``."""
    return fold(query).split()[:limit]
