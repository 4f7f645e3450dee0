"""The map of the coverage: the shapes of the communes with what is known of each, and the QPV as
numbered points.

No outline of the QPV is given, nor where they are: each is a point inside its commune, or on the
border of its two communes, placed so that it can be read. The page says so."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from zna_network.models.territory import Commune, Qpv
from zna_network.services.french_time import long_date
from zna_network.services.van.coverage_values import Coverage, PlaceLine, Visited
from zna_network.services.van.quarter_points import points_of
from zna_network.services.van.territory_shapes import Shape, shapes

_LONGEST_LINE = 11
_ZOOM_MARGIN = 14
_NAME_WIDTH, _NAME_HEIGHT = 44, 24


class Layer(StrEnum):
    """What the map shows."""

    VISITS = "passages"
    PEOPLE = "personnes"
    POPULATION = "habitants"

    @property
    def label(self) -> str:
        return {
            Layer.VISITS: "Passages",
            Layer.PEOPLE: "Personnes rencontrées",
            Layer.POPULATION: "Habitants",
        }[self]

    @property
    def steps(self) -> tuple[int, ...]:
        """The least of each step, after those below the first: five grounds in all."""
        return (500, 1000, 2000, 5000) if self is Layer.POPULATION else (1, 10, 50, 100)

    def number_of(self, line: PlaceLine) -> int:
        return line.population if self is Layer.POPULATION else line.tally.people


@dataclass(frozen=True)
class MapPlace:
    """A commune on the map. ``words`` say all that its colour and its sign do. ``name_lines`` are
    its name, cut to stand in it; ``is_narrow`` where that takes smaller letters. Where the layer
    is a number: ``number``, and the ``step`` of its ground from 0."""

    line: PlaceLine
    shape: Shape
    words: str
    name_lines: tuple[str, ...]
    is_narrow: bool
    number: int = 0
    step: int = 0


@dataclass(frozen=True)
class Step:
    """A line of the legend of numbers."""

    step: int
    label: str
    communes: int


@dataclass(frozen=True)
class MapMark:
    """A QPV on the map, at a point that only its commune has chosen."""

    line: PlaceLine
    x: int
    y: int
    words: str


@dataclass(frozen=True)
class Window:
    """A part of the map; ``view_box`` as SVG writes it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def view_box(self) -> str:
        return f"{self.x} {self.y} {self.width} {self.height}"

    def holds(self, x: int, y: int) -> bool:
        """Whether a name written around this point is not cut."""
        return (
            _NAME_WIDTH < x - self.x < self.width - _NAME_WIDTH
            and _NAME_HEIGHT < y - self.y < self.height - _NAME_HEIGHT
        )


@dataclass(frozen=True)
class CoverageMap:
    """``centre`` is the window on the communes that have QPV; ``named_there`` those whose whole
    name stands in it; ``steps`` the legend of a layer of numbers."""

    whole: Window
    centre: Window
    places: Sequence[MapPlace]
    marks: Sequence[MapMark]
    named_there: Sequence[MapPlace]
    layer: Layer = Layer.VISITS
    steps: Sequence[Step] = ()


def draw(found: Coverage, layer: Layer = Layer.VISITS) -> CoverageMap:
    """Read from nothing but ``found`` and the outlines."""
    known = shapes()
    centre = _window(found.qpvs)
    places = [_place(line, layer) for line in found.communes]
    return CoverageMap(
        whole=Window(0, 0, known.width, known.height),
        centre=centre,
        places=places,
        marks=_marks(found.qpvs),
        named_there=[place for place in places if centre.holds(place.shape.x, place.shape.y)],
        layer=layer,
        steps=_legend(places, layer),
    )


def in_words(line: PlaceLine) -> str:
    """« Achicourt, 7 873 habitants : visité depuis moins d’un an, dernier passage le jeudi 3
    décembre 2026, 12 personnes rencontrées »."""
    parts = [line.visited.label[0].lower() + line.visited.label[1:]]
    if line.ever.last is not None:
        parts.append(f"dernier passage le {long_date(line.ever.last)}")
    if line.ever.next is not None:
        parts.append(f"prochain le {long_date(line.ever.next)}")
    if line.tally.people:
        met = "personnes rencontrées" if line.tally.people > 1 else "personne rencontrée"
        parts.append(f"{line.tally.people} {met}")
    return f"{line.name}, {_grouped(line.population)} habitants\u00a0: {', '.join(parts)}"


def cut(name: str) -> tuple[str, ...]:
    """« Saint-Martin-sur-Cojeul » on the lines « Saint- », « Martin-sur- », « Cojeul »."""
    lines = [""]
    for word in name.replace("-", "- ").split(" "):
        joined = lines[-1] + ("" if not lines[-1] or lines[-1].endswith("-") else " ") + word
        if lines[-1] and len(joined) > _LONGEST_LINE:
            lines.append(word)
        else:
            lines[-1] = joined
    return tuple(lines)


def _place(line: PlaceLine, layer: Layer) -> MapPlace:
    assert isinstance(line.place, Commune)
    shape = shapes().of[line.place.insee]
    lines = cut(line.name)
    return MapPlace(
        line=line,
        shape=shape,
        words=in_words(line),
        name_lines=lines,
        is_narrow=shape.room < 34 or len(lines) > 2,
        number=layer.number_of(line),
        step=bisect_right(layer.steps, layer.number_of(line)),
    )


def _legend(places: Sequence[MapPlace], layer: Layer) -> list[Step]:
    """« Moins de 500 », « 500 à 999 »… with the communes in each; nobody is a step of its own."""
    edges = layer.steps
    first = "Aucune" if edges[0] == 1 else f"Moins de {_grouped(edges[0])}"
    between = [f"{_grouped(low)} à {_grouped(high - 1)}" for low, high in pairwise(edges)]
    labels = [first, *between, f"{_grouped(edges[-1])} et plus"]
    return [
        Step(step, label, sum(1 for place in places if place.step == step))
        for step, label in enumerate(labels)
    ]


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _marks(lines: Sequence[PlaceLine]) -> list[MapMark]:
    points = points_of(tuple(_communes(line) for line in lines))
    return [
        MapMark(line, *point, in_words(line)) for line, point in zip(lines, points, strict=True)
    ]


def _communes(line: PlaceLine) -> tuple[str, ...]:
    assert isinstance(line.place, Qpv)
    return tuple(commune.insee for commune in line.place.communes)


def _window(qpvs: Sequence[PlaceLine]) -> Window:
    """Around all the communes where a QPV lies."""
    known = shapes()
    boxes = [known.of[insee].box for line in qpvs for insee in _communes(line)]
    if not boxes:
        return Window(0, 0, known.width, known.height)
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    return Window(
        left - _ZOOM_MARGIN,
        top - _ZOOM_MARGIN,
        right - left + 2 * _ZOOM_MARGIN,
        bottom - top + 2 * _ZOOM_MARGIN,
    )


def count_by_state(found: Coverage) -> list[tuple[Visited, int]]:
    """The legend: each state with the communes that are in it."""
    return [(state, found.count(state)) for state in Visited]
