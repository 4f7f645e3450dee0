"""Tens of thousands of rows as columns: what is added up column by column is not wrapped, hashed
and looked at row by row."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import CursorResult

# The garbage collector looks through all that the process holds once enough new tuples are kept:
# so few are given back before it starts.
_AT_ONCE = 500


@dataclass(frozen=True)
class Column:
    """The key of each row, as its place in ``keys``: small numbers are told apart much faster
    than words or pairs."""

    keys: Sequence[Any]
    ranks: Sequence[int]


def ranked(values: Iterable[Hashable]) -> Column:
    rank_of: defaultdict[Hashable, int] = defaultdict(count().__next__)
    ranks = list(map(rank_of.__getitem__, values))
    return Column(list(rank_of), ranks)


def columns_of(result: CursorResult[Any]) -> list[list[Any]]:
    """The columns as the driver gives them, for statements that read numbers and plain words
    only."""
    columns: list[list[Any]] = [[] for _ in range(len(result.keys()))]
    while result.cursor and (rows := result.cursor.fetchmany(_AT_ONCE)):
        for column, part in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(part)
    result.close()
    return columns
