"""Signatures drawn on a screen: strokes, kept as what they are, and drawn again as a line.

On a sheet of WIDTH by HEIGHT, whatever the screen: a JSON list of strokes, each a list of
``[x, y]`` in whole points."""

import json
from dataclasses import dataclass
from itertools import pairwise

from zna_network.services.errors import InvalidError

WIDTH, HEIGHT = 600, 200
MOST_STROKES, MOST_POINTS, LONGEST_TEXT = 80, 4000, 60_000
# A dot where the finger fell is no signature.
SHORTEST_LINE = 40
SPOILT = "Cette signature n’est pas arrivée entière : effacez-la et signez de nouveau."
TOO_SHORT = "La signature est vide : signez dans le cadre, ou retirez-la et gardez le nom tapé."
TOO_LONG = "Cette signature est trop longue : effacez-la et signez plus simplement."
_Strokes = list[list[tuple[int, int]]]


@dataclass(frozen=True)
class Drawing:
    """``path`` is an SVG path on a sheet of ``width`` by ``height``."""

    path: str
    width: int = WIDTH
    height: int = HEIGHT


def cleaned(text: str, *, field: str) -> str:
    """The strokes in the one form that is kept; nothing for nothing. Raises InvalidError."""
    if not text.strip():
        return ""
    if len(text) > LONGEST_TEXT:
        raise InvalidError(TOO_LONG, field=field)
    strokes = _read(text)
    if strokes is None:
        raise InvalidError(SPOILT, field=field)
    if not strokes:
        return ""
    if len(strokes) > MOST_STROKES or sum(map(len, strokes)) > MOST_POINTS:
        raise InvalidError(TOO_LONG, field=field)
    if _length(strokes) < SHORTEST_LINE:
        raise InvalidError(TOO_SHORT, field=field)
    return json.dumps(strokes, separators=(",", ":"))


def drawing(text: str) -> Drawing | None:
    """None where there is no signature."""
    strokes = _read(text) if text else None
    if not strokes:
        return None
    return Drawing("".join(_path(stroke) for stroke in strokes))


def _path(stroke: list[tuple[int, int]]) -> str:
    first, *others = stroke
    # A line to where it already is draws the dot of an i.
    points = others or [first]
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in points)


def _read(text: str) -> _Strokes | None:
    """None when it is no list of strokes on the sheet."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, list) or not all(_is_stroke(stroke) for stroke in read):
        return None
    return [[(x, y) for x, y in stroke] for stroke in read]


def _is_stroke(stroke: object) -> bool:
    return isinstance(stroke, list) and bool(stroke) and all(_is_point(p) for p in stroke)


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(type(value) is int for value in point)
        and 0 <= point[0] <= WIDTH
        and 0 <= point[1] <= HEIGHT
    )


def _length(strokes: _Strokes) -> float:
    total = 0.0
    for stroke in strokes:
        for (x0, y0), (x1, y1) in pairwise(stroke):
            total += ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    return total
