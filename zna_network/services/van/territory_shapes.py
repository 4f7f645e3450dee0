"""The outlines of the communes, made light for a page.

The file has two thousand points; a map the width of a screen needs a third. Two communes share
their border: it is cut into arcs where three of them (or two and the outside) meet, and each arc is
simplified once, so that neighbours keep touching. Source: IGN Admin Express, see ``CREDIT``."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import cos, hypot, radians

CREDIT = (
    "Contours des communes : © IGN, Admin Express COG 2018, via gregoiredavid/france-geojson, "
    "Licence Ouverte / Etalab 2.0."
)
WIDTH = 1000
MARGIN = 8
# In the units of the map: what is nearer than this to the straight line is left out.
_TOLERANCE = 3
Point = tuple[int, int]
Arc = tuple[Point, ...]


@dataclass(frozen=True)
class Shape:
    """``path`` is the outline as SVG writes it. (x, y) is the point of the commune that is
    farthest from its border, ``room`` how far that is."""

    insee: str
    path: str
    x: int
    y: int
    room: int
    box: tuple[int, int, int, int]
    outline: Arc


@dataclass(frozen=True)
class Shapes:
    """In units of the map, y downwards. ``borders``: the points that two communes share."""

    width: int
    height: int
    of: Mapping[str, Shape]
    borders: Mapping[frozenset[str], Arc]


@cache
def shapes() -> Shapes:
    """Read, projected and simplified once in the life of the process."""
    rings, height = _projected(_features())
    junctions = _junctions(rings.values())
    arcs: dict[Arc, Arc] = {}
    owners: dict[Arc, set[str]] = {}
    of: dict[str, Shape] = {}
    for insee, ring in rings.items():
        outline: list[Point] = []
        for arc in _arcs(ring, junctions):
            key = min(arc, arc[::-1])
            owners.setdefault(key, set()).add(insee)
            light = arcs.setdefault(key, _simplified(key))
            outline += (light if arc == key else light[::-1])[:-1]
        of[insee] = _shape(insee, tuple(outline))
    borders: dict[frozenset[str], Arc] = {}
    for key, communes in owners.items():
        pair = frozenset(communes)
        if len(pair) == 2 and len(arcs[key]) > len(borders.get(pair, ())):
            borders[pair] = arcs[key]
    return Shapes(WIDTH, height, of, borders)


def _features() -> dict[str, list[tuple[float, float]]]:
    """INSEE code: (longitude, latitude) of the outline, not closed. Every commune of the territory
    is in one piece, without a hole."""
    text = (files("zna_network.reference") / "communes_cua.geojson").read_text(encoding="utf-8")
    return {
        feature["properties"]["insee"]: [
            (longitude, latitude) for longitude, latitude in feature["geometry"]["coordinates"][0]
        ][:-1]
        for feature in json.loads(text)["features"]
    }


def _projected(
    features: Mapping[str, Sequence[tuple[float, float]]],
) -> tuple[dict[str, Arc], int]:
    """On a plane whose degrees have the same length both ways at the latitude of Arras: at 25 km
    across, no other projection would look different."""
    points = [point for ring in features.values() for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrowing = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * narrowing)
    rings = {
        insee: tuple(
            (
                round(MARGIN + (longitude - west) * narrowing * scale),
                round(MARGIN + (north - latitude) * scale),
            )
            for longitude, latitude in ring
        )
        for insee, ring in features.items()
    }
    return rings, round((north - south) * scale) + 2 * MARGIN


def _junctions(rings: Iterable[Arc]) -> set[Point]:
    """Points from which lines go in more than two directions."""
    around: dict[Point, set[Point]] = {}
    for ring in rings:
        for place, point in enumerate(ring):
            around.setdefault(point, set()).update((ring[place - 1], ring[(place + 1) % len(ring)]))
    return {point for point, others in around.items() if len(others - {point}) > 2}


def _arcs(ring: Arc, junctions: set[Point]) -> list[Arc]:
    """The ring from junction to junction, both included in each arc."""
    starts = [place for place, point in enumerate(ring) if point in junctions] or [0]
    turned = ring[starts[0] :] + ring[: starts[0]]
    cuts = [place - starts[0] for place in starts] + [len(ring)]
    closed = (*turned, turned[0])
    return [closed[a : b + 1] for a, b in pairwise(cuts)]


def _simplified(arc: Arc) -> Arc:
    """Ramer, Douglas and Peucker: the ends, and what strays from the line between them."""
    first, last = arc[0], arc[-1]
    if len(arc) < 3:
        return arc
    strays = [_distance(point, first, last) for point in arc[1:-1]]
    farthest = max(strays)
    if farthest <= _TOLERANCE:
        return (first, last)
    cut = strays.index(farthest) + 1
    return _simplified(arc[: cut + 1])[:-1] + _simplified(arc[cut:])


def _shape(insee: str, outline: Arc) -> Shape:
    xs, ys = [x for x, _y in outline], [y for _x, y in outline]
    box = (min(xs), min(ys), max(xs), max(ys))
    x, y, room = _middle(outline, box)
    return Shape(insee, _path(outline), x, y, room, box, outline)


def _path(outline: Arc) -> str:
    """Relative moves, which are shorter: « M12 34l5-3 4 5z »."""
    x, y = outline[0]
    moves = []
    for next_x, next_y in outline[1:]:
        moves.append(f"{next_x - x} {next_y - y}".replace(" -", "-"))
        x, y = next_x, next_y
    steps = moves[0] + "".join(move if move[0] == "-" else f" {move}" for move in moves[1:])
    return f"M{outline[0][0]} {outline[0][1]}l{steps}z"


def _middle(outline: Arc, box: tuple[int, int, int, int]) -> tuple[int, int, int]:
    """The point inside that is farthest from the outline, by grids that close in on it."""
    left, top, right, bottom = (float(edge) for edge in box)
    best = (-1.0, (left + right) / 2, (top + bottom) / 2)
    steps = 6
    for _round in range(4):
        for column in range(steps + 1):
            for row in range(steps + 1):
                x = left + (right - left) * column / steps
                y = top + (bottom - top) * row / steps
                best = max(best, (depth(outline, x, y), x, y))
        _room, x, y = best
        across, down = (right - left) / steps, (bottom - top) / steps
        left, right, top, bottom = x - across, x + across, y - down, y + down
    return round(best[1]), round(best[2]), int(best[0])


def depth(outline: Arc, x: float, y: float) -> float:
    """How far from the outline a point inside is; -1 outside."""
    inside, nearest = False, float("inf")
    before = outline[-1]
    for point in outline:
        if (point[1] > y) != (before[1] > y):
            slope = (before[0] - point[0]) / (before[1] - point[1])
            inside ^= x < point[0] + slope * (y - point[1])
        nearest = min(nearest, _distance((x, y), before, point))
        before = point
    return nearest if inside else -1.0


def _distance(point: tuple[float, float], start: Point, end: Point) -> float:
    """From the point to the segment."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    along = (
        ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / length if length else 0
    )
    along = max(0.0, min(1.0, along))
    return hypot(point[0] - start[0] - along * across, point[1] - start[1] - along * down)
