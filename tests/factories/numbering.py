"""Numbers for the names that factories give."""

from collections.abc import Iterator
from itertools import count


def numbers() -> Iterator[int]:
    """All of the same length, so that names sort as they were made however many came before."""
    return count(1001)
