"""Where the QPV stand on the map. Nobody gives where they are, only their communes: each is put
inside its commune, or half-way along the border of its two, apart from what is there already."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import hypot

from zna_network.services.van.territory_shapes import Point, Shape, depth, shapes

# In units of the map: what a commune's own sign takes in its middle, and a QPV's.
_SIGN, _MARK = 30, 17


@lru_cache(maxsize=4)
def points_of(places: tuple[tuple[str, ...], ...]) -> list[Point]:
    """A point for each of these neighbourhoods, told by their communes. Those on a border come
    first: they have the least choice."""
    found: dict[int, Point] = {}
    for rank in sorted(range(len(places)), key=lambda rank: (-len(places[rank]), rank)):
        found[rank] = _spot(places[rank], list(found.values()))
    return [found[rank] for rank in range(len(places))]


def _spot(communes: Sequence[str], taken: Sequence[Point]) -> Point:
    known = shapes()
    if len(communes) > 1:
        border = known.borders.get(frozenset(communes[:2]))
        if border is not None:
            return _half_way(border)
    shape = known.of[communes[0]]
    return max(_inside(shape), key=lambda point: _clearance(shape, point, taken))


def _inside(shape: Shape) -> list[Point]:
    left, top, right, bottom = shape.box
    return [(x, y) for x in range(left, right, 9) for y in range(top, bottom, 9)]


def _clearance(shape: Shape, point: Point, taken: Sequence[Point]) -> float:
    """How far from all that it must not touch: the border, the commune's own sign, the others."""
    from_sign = hypot(point[0] - shape.x, point[1] - shape.y) - _SIGN
    from_others = (hypot(point[0] - x, point[1] - y) - _MARK for x, y in taken)
    return min(depth(shape.outline, *point), from_sign, *from_others)


def _half_way(border: Sequence[Point]) -> Point:
    """The middle of a line, along it."""
    lengths = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(border)]
    left = sum(lengths) / 2
    for (a, b), length in zip(pairwise(border), lengths, strict=True):
        if left <= length:
            share = left / length if length else 0
            return round(a[0] + share * (b[0] - a[0])), round(a[1] + share * (b[1] - a[1]))
        left -= length
    return border[-1]
