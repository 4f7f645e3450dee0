"""The outlines of the communes: light, and touching one another as in the file."""

from collections import Counter
from itertools import pairwise

import pytest

from zna_network.services.van import territory_shapes
from zna_network.services.van.coverage_map import cut
from zna_network.services.van.territory_shapes import Arc, depth, shapes


def _area(outline: Arc) -> float:
    closed = (*outline, outline[0])
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(closed))) / 2


def test_every_border_is_drawn_alike_on_its_two_sides() -> None:
    """Each line belongs to two communes, or to one and then to the border of the whole, which
    closes on itself: simplifying has left neither gap nor overlap."""
    known = shapes()
    assert len(known.of) == 46
    sides = Counter(
        frozenset(pair)
        for shape in known.of.values()
        for pair in pairwise((*shape.outline, shape.outline[0]))
    )
    assert set(sides.values()) == {1, 2}
    ends = Counter(point for pair, count in sides.items() if count == 1 for point in pair)
    assert set(ends.values()) == {2}


def test_the_drawing_is_light_and_faithful() -> None:
    known = shapes()
    assert sum(len(shape.path) for shape in known.of.values()) < 9_000
    rings, height = territory_shapes._projected(territory_shapes._features())
    assert height == known.height
    for insee, ring in rings.items():
        assert _area(known.of[insee].outline) == pytest.approx(_area(ring), rel=0.06), insee
    for shape in known.of.values():
        assert depth(shape.outline, shape.x, shape.y) > shape.room - 1 > 10
        left, top, right, bottom = shape.box
        assert 0 < left < right < known.width
        assert 0 < top < bottom < known.height
    assert frozenset({"62004", "62041"}) in known.borders  # Achicourt touches Arras.


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Acq", ("Acq",)),
        ("Saint-Martin-sur-Cojeul", ("Saint-", "Martin-sur-", "Cojeul")),
        ("Boisleux-au-Mont", ("Boisleux-", "au-Mont")),
    ],
)
def test_long_names_are_cut_where_they_may_be(name: str, lines: tuple[str, ...]) -> None:
    assert cut(name) == lines
