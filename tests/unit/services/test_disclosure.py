"""No published table gives a small cell back: checked by hand, and against an attacker."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from zna_network.services.disclosure import (
    THRESHOLD,
    Cell,
    hidden_in_linked_tables,
    hidden_in_table,
    is_total_hidden,
    small_cells,
)


def cells(*counts: int) -> list[Cell]:
    return [Cell(f"c{place}", count) for place, count in enumerate(counts)]


def hidden(*counts: int) -> list[int]:
    return sorted(hidden_in_table(cells(*counts)))


def test_nothing_is_hidden_without_small_cells() -> None:
    assert hidden(12, 0, 5, 40) == []
    assert hidden(0, 0) == []


def test_small_cells_are_hidden_and_zeros_are_not() -> None:
    assert small_cells(cells(12, 0, 4, 1, 5)) == {2, 3}


def test_a_lone_small_cell_takes_the_smallest_other_with_it() -> None:
    """Otherwise the total less the others would be the cell."""
    assert hidden(30, 3, 9, 0, 12) == [1, 2]


def test_small_cells_whose_sum_says_too_much_take_another_with_them() -> None:
    """1 + 1 = 2 can only be two ones."""
    assert hidden(1, 30, 1, 7) == [0, 2, 3]
    assert hidden(3, 30, 4, 7) == [0, 2]


def test_zeros_are_hidden_when_nothing_else_can_be() -> None:
    assert hidden(2, 0, 3, 0) == [0, 1, 2, 3]


def test_a_total_under_the_threshold_is_not_told() -> None:
    assert [is_total_hidden(n) for n in (0, 1, THRESHOLD - 1, THRESHOLD)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_neighbourhoods_are_not_given_back_by_their_lot() -> None:
    """Hiding the one left outside (50) beside the small neighbourhood would do in its own table,
    but lot 3 less the other neighbourhood is the small one."""
    qpvs = [
        Cell("QPV A", 3, frozenset({"a"})),
        Cell("QPV B", 60, frozenset({"b"})),
        Cell("Hors QPV", 50, frozenset({"1", "2"})),
    ]
    lots = [
        Cell("Lot 1", 30, frozenset({"1"})),
        Cell("Lot 2", 20, frozenset({"2"})),
        Cell("Lot 3", 63, frozenset({"a", "b"})),
    ]
    assert hidden_in_table(qpvs) == {0, 2}
    in_qpvs, in_lots = hidden_in_linked_tables([qpvs, lots])
    shown = {cell.label for place, cell in enumerate(qpvs) if place not in in_qpvs}
    assert 0 in in_qpvs
    assert not ({"QPV B"} <= shown and 2 not in in_lots)


counts = st.lists(st.integers(0, 9), min_size=2, max_size=5)


@settings(max_examples=120, deadline=None)
@given(counts)
def test_every_small_cell_could_be_another_number(numbers: list[int]) -> None:
    """The attacker tries every table that looks the same: same total, same cells shown."""
    table = cells(*numbers)
    places = hidden_in_table(table)
    total = sum(numbers)
    if is_total_hidden(total):
        return
    assert small_cells(table) <= places
    left = total - sum(n for place, n in enumerate(numbers) if place not in places)
    order = sorted(places)
    possible = [c for c in product(range(left + 1), repeat=len(order)) if sum(c) == left]
    for rank, place in enumerate(order):
        if table[place].is_small:
            seen = {candidate[rank] for candidate in possible}
            assert len(seen) > 1
            assert max(seen) >= THRESHOLD


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6))
def test_linked_tables_never_determine_a_small_cell(numbers: list[int]) -> None:
    """Two ways of adding the same six groups up: whatever is shown, each small cell can be moved
    by one without changing any of it."""
    atoms = [frozenset({n}) for n in range(6)]
    ways = ([[0], [1], [2], [3, 4, 5]], [[0, 3], [1, 4], [2, 5]], [[0, 1, 2], [3], [4], [5]])
    tables = [
        [
            Cell(
                str(way), sum(numbers[n] for n in way), frozenset().union(*(atoms[n] for n in way))
            )
            for way in table
        ]
        for table in ways
    ]
    if is_total_hidden(sum(numbers)):
        return
    places = hidden_in_linked_tables(tables)
    shown = [
        cell for table, hid in zip(tables, places, strict=True)
        for n, cell in enumerate(table) if n not in hid
    ]  # fmt: skip
    frozen = {n for cell in shown if not cell.count for n in cell.parts}
    free = [n for n in range(6) if n not in frozen]
    moves = [
        dict(zip(free, move, strict=True))
        for move in product((-2, -1, 0, 1, 2), repeat=len(free))
        if sum(move) == 0
        and all(
            sum(m for n, m in zip(free, move, strict=True) if n in cell.parts) == 0
            for cell in shown
        )
    ]
    for table, hid in zip(tables, places, strict=True):
        for place in hid:
            if table[place].is_small:
                assert any(sum(m.get(n, 0) for n in table[place].parts) for m in moves)
