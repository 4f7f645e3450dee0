"""What changed between two texts, block by block, and word by word inside a block that changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A word with the spaces after it: spaces alone would be found everywhere.
_WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
# Beyond this many comparisons, or when so little is shared, two blocks are shown whole: comparing
# them word by word would take seconds, or tell nothing.
_MOST_COMPARISONS = 4_000_000
_LEAST_SHARED = 0.3


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Block:
    """Some lines, as they were and as they are: equal, or cut into pieces. Of a block that only one
    side has, the other is empty."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        return all(piece.kind is Kind.SAME for piece in (*self.before, *self.after))

    @property
    def line_count(self) -> int:
        return sum(piece.text.count("\n") for piece in self.after) + 1


def blocks(before: str, after: str) -> list[Block]:
    """The blocks of two texts, in order. Every word of both is in them, once."""
    first, second = before.split("\n"), after.split("\n")
    found = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, first, second, False).get_opcodes():
        one, two = "\n".join(first[i1:i2]), "\n".join(second[j1:j2])
        if tag == "equal":
            found.append(Block(_pieces(Kind.SAME, one), _pieces(Kind.SAME, two)))
        else:
            found.append(_changed(one, two))
    # A text without a word is one empty line, which says nothing.
    return [block for block in found if block.before or block.after]


def _changed(before: str, after: str) -> Block:
    first, second = _WORDS.findall(before), _WORDS.findall(after)
    whole = Block(_pieces(Kind.REMOVED, before), _pieces(Kind.ADDED, after))
    if not first or not second or len(first) * len(second) > _MOST_COMPARISONS:
        return whole
    keys = [[_key(word) for word in words] for words in (first, second)]
    matcher = SequenceMatcher(None, keys[0], keys[1], False)
    if matcher.ratio() < _LEAST_SHARED:
        return whole
    old: list[Piece] = []
    new: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        is_same = tag == "equal"
        old += _pieces(Kind.SAME if is_same else Kind.REMOVED, "".join(first[i1:i2]))
        new += _pieces(Kind.SAME if is_same else Kind.ADDED, "".join(second[j1:j2]))
    return Block(tuple(old), tuple(new))


def _key(word: str) -> str:
    """The word, and whether a line ends with it: more or fewer spaces are no change."""
    return word.rstrip() + ("\n" if "\n" in word else "")


def _pieces(kind: Kind, text: str) -> tuple[Piece, ...]:
    return (Piece(kind, text),) if text else ()


def count_changes(found: Sequence[Block]) -> int:
    """How many blocks differ."""
    return sum(not block.is_same for block in found)
