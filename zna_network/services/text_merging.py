"""Texts that two people have written: telling them apart and putting them together."""

import hashlib
import re
from difflib import SequenceMatcher

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def normalised(text: str) -> str:
    """Line ends made regular; nothing a person typed is taken away."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def fingerprint(text: str) -> str:
    """A short stand-in for a text, to know later whether it is still the same one."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()[:16]


def assemble(other: str, mine: str) -> str:
    """Both texts in one: the lines they share once, then each one's own, ``other``'s first."""
    first, second = other.split("\n"), mine.split("\n")
    lines: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, first, second, False).get_opcodes():
        lines += first[i1:i2]
        if tag != "equal":
            lines += second[j1:j2]
    return "\n".join(lines)


def contains(text: str, earlier: str) -> bool:
    """Whether ``text`` is ``earlier`` with something typed at one place: nothing has gone."""
    start = 0
    for one, other in zip(text, earlier, strict=False):
        if one != other:
            break
        start += 1
    return len(text) >= len(earlier) and text.endswith(earlier[start:])
