"""Statistical secrecy: small cells are hidden, and so is what would give them back.

A published table must not let anybody know that one to four people are in a cell, since whoever
knows one of them would learn something about the others. Three things are done about it.

1. A cell of 1 to 4 is hidden. Zero is shown: it speaks of nobody.
2. A total gives a lone hidden cell away by a subtraction; two hidden cells whose sum is 2 are both
   1. In a table with a total, the smallest cells left are hidden too, until at least two are
   hidden and their sum leaves room for each of them to be 5 or more. Where nothing is left to
   hide with them, the zeros are hidden as well. All hidden cells look the same: a mark for
   « small » and another for « hidden with it » would undo this.
3. Tables of the same people are linked: lot 3 is the sum of the six neighbourhoods, and the lots
   are made of communes and neighbourhoods. What is published is a set of sums over elementary
   groups (``Cell.groups``); a small cell that is some combination of published sums could be
   computed, and more is hidden until none is.

4. A figure that moves while people walk in would tell of each of them, small or not: whoever is not
   of the staff sees the tables once the doors have closed, and on the live board rounded numbers.

Not covered: bounds that one could draw from several linked tables at once without ever getting an
exact figure, and what somebody knows from elsewhere. Figures that are not parts of a whole (stands
that one person visits several of, needs that one person has several of) have no published total,
and only rule 1 is needed.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

THRESHOLD = 5
Vector = dict[Hashable, Fraction]


@dataclass(frozen=True)
class Cell:
    """``groups`` are the elementary groups of people that it counts; its own label where the
    table is linked to no other."""

    label: str
    count: int
    groups: frozenset[Hashable] = field(default=frozenset())

    @property
    def is_small(self) -> bool:
        return 0 < self.count < THRESHOLD

    @property
    def parts(self) -> frozenset[Hashable]:
        return self.groups or frozenset({self.label})


Hidden = set[int]


def small_cells(cells: Sequence[Cell]) -> Hidden:
    """What to hide in a table without a total: the places of its small cells."""
    return {place for place, cell in enumerate(cells) if cell.is_small}


def hidden_in_table(cells: Sequence[Cell]) -> Hidden:
    """What to hide in a table published with its total."""
    return hidden_in_linked_tables([cells])[0]


def hidden_in_linked_tables(tables: Sequence[Sequence[Cell]]) -> list[Hidden]:
    """What to hide in each of these tables, which count the same people and are published with
    the same total. Each must be a partition of them."""
    hidden = [small_cells(cells) for cells in tables]
    if not any(hidden):
        return hidden
    for cells, places in zip(tables, hidden, strict=True):
        _widen(cells, places)
    while (exposed := _exposed(tables, hidden)) is not None:
        order = [exposed, *(n for n in range(len(tables)) if n != exposed)]
        if not any(_hide_one_more(tables[n], hidden[n]) for n in order):
            break
    return hidden


def is_total_hidden(total: int) -> bool:
    return 0 < total < THRESHOLD


def _widen(cells: Sequence[Cell], hidden: Hidden) -> None:
    while hidden and not _is_vague(cells, hidden):
        if not _hide_one_more(cells, hidden):
            return


def _is_vague(cells: Sequence[Cell], hidden: Hidden) -> bool:
    """Whether what the total tells of the hidden cells leaves each free to be 5 or more."""
    together = sum(cells[place].count for place in hidden)
    return len(hidden) > 1 and together - (len(hidden) - 1) >= THRESHOLD


def _hide_one_more(cells: Sequence[Cell], hidden: Hidden) -> bool:
    """The smallest cell still shown, or else all the zeros. False when nothing is left."""
    shown = [place for place in range(len(cells)) if place not in hidden]
    counted = [place for place in shown if cells[place].count]
    hidden.update([min(counted, key=lambda place: cells[place].count)] if counted else shown)
    return bool(shown)


def _exposed(tables: Sequence[Sequence[Cell]], hidden: Sequence[Hidden]) -> int | None:
    """A table with a small cell that what is shown allows to compute; none when there is none."""
    nobody: set[Hashable] = set()
    sums: list[frozenset[Hashable]] = [
        frozenset().union(*(cell.parts for cell in cells)) for cells in tables
    ]
    for cells, places in zip(tables, hidden, strict=True):
        for place, cell in enumerate(cells):
            if place in places:
                continue
            if cell.count:
                sums.append(cell.parts)
            else:
                nobody |= cell.parts
    basis = _Basis(_vector(parts, nobody) for parts in sums)
    for number, (cells, places) in enumerate(zip(tables, hidden, strict=True)):
        for place in places:
            if cells[place].is_small and basis.makes(_vector(cells[place].parts, nobody)):
                return number
    return None


def _vector(parts: Iterable[Hashable], nobody: set[Hashable]) -> Vector:
    return {part: Fraction(1) for part in parts if part not in nobody}


class _Basis:
    """The published sums as linear equations, reduced so that each has a group of its own."""

    def __init__(self, vectors: Iterable[Vector]) -> None:
        self._rows: dict[Hashable, Vector] = {}
        for vector in vectors:
            rest = self._reduced(vector)
            if rest:
                lead, scale = next(iter(rest.items()))
                self._rows[lead] = {part: value / scale for part, value in rest.items()}

    def makes(self, vector: Vector) -> bool:
        return not self._reduced(vector)

    def _reduced(self, vector: Vector) -> Vector:
        """What is left of it once the equations have been taken out, in the order they came: an
        equation holds no group that leads an earlier one."""
        rest = dict(vector)
        for lead, row in self._rows.items():
            times = rest.get(lead)
            if times:
                for part, value in row.items():
                    rest[part] = rest.get(part, Fraction(0)) - times * value
        return {part: value for part, value in rest.items() if value}
