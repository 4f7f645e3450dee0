"""The map of the coverage as a picture for a document: grounds, textures and names, so that it is
read in grey as well as in colour."""

from html import escape

from zna_network.ports.documents import Picture
from zna_network.services.context import Context
from zna_network.services.van.coverage import coverage
from zna_network.services.van.coverage_map import CoverageMap, MapPlace, count_by_state, draw
from zna_network.services.van.coverage_values import Coverage, Visited

WIDTH_MM = 150.0
INK, LINE = "#173a44", "#6b7a80"
_GROUNDS = {
    Visited.RECENTLY: "#1a6173",
    Visited.LONG_AGO: "url(#old)",
    Visited.PLANNED: "url(#planned)",
    Visited.NEVER: "#ffffff",
}
_TEXTURES = (
    '<pattern id="old" width="16" height="16" patternUnits="userSpaceOnUse">'
    '<path fill="#dcecee" d="M0 0h16v16H0z"/><circle fill="#7fb3bf" cx="4" cy="4" r="2.5"/>'
    '<circle fill="#7fb3bf" cx="12" cy="12" r="2.5"/></pattern>'
    '<pattern id="planned" width="14" height="14" patternUnits="userSpaceOnUse">'
    '<path fill="#ffe9bf" d="M0 0h14v14H0z"/>'
    '<path stroke="#e5a93a" stroke-width="3" d="M0 14L14 0"/></pattern>'
)
_FONT = "Atkinson Hyperlegible Next"
_LEGEND_HEIGHT = 120
_NAME_SIZE, _NARROW_SIZE, _LINE_HEIGHT = 15, 12, 14


def coverage_picture(ctx: Context) -> tuple[Picture, Coverage]:
    """The map as it is today, and what it was drawn from. Raises ForbiddenError."""
    found = coverage(ctx)
    drawn = draw(found)
    height = drawn.whole.height + _LEGEND_HEIGHT
    made = ctx.ports.charts.drawing(
        _svg(drawn, height),
        in_words(found),
        width_mm=WIDTH_MM,
        height_mm=WIDTH_MM * height / drawn.whole.width,
    )
    return Picture(made.words, made.png, made.width_mm, made.height_mm), found


def in_words(found: Coverage) -> str:
    """What the picture shows, for those who do not see it."""
    states = ", ".join(f"{state.label.lower()} : {number}" for state, number in legend(found))
    return f"Carte des communes d’après les passages de CUA Mobile. {states}."


def legend(found: Coverage) -> list[tuple[Visited, int]]:
    """Each state with the number of communes in it."""
    return count_by_state(found)


def _svg(drawn: CoverageMap, height: int) -> str:
    grounds = "".join(_ground(place) for place in drawn.places)
    names = "".join(_name(place) for place in drawn.places)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.whole.width} {height}">'
        f"<defs>{_TEXTURES}</defs>{grounds}"
        f'<g font-family="{_FONT}" font-weight="600" text-anchor="middle">{names}</g>'
        f"{_key(drawn.whole.height)}</svg>"
    )


def _key(top: int) -> str:
    """What each ground means, two by two under the map."""
    parts = []
    for rank, state in enumerate(Visited):
        x, y = 20 + 500 * (rank % 2), top + 20 + 46 * (rank // 2)
        parts.append(
            f'<rect x="{x}" y="{y}" width="48" height="32" rx="4" fill="{_GROUNDS[state]}" '
            f'stroke="{LINE}" stroke-width="1.6"/>'
            f'<text x="{x + 62}" y="{y + 23}" font-family="{_FONT}" font-size="22" '
            f'fill="{INK}">{escape(state.label)}</text>'
        )
    return "".join(parts)


def _ground(place: MapPlace) -> str:
    fill = _GROUNDS[place.line.visited]
    return (
        f'<path d="{place.shape.path}" fill="{fill}" stroke="{LINE}" stroke-width="1.6" '
        f'stroke-linejoin="round"/>'
    )


def _name(place: MapPlace) -> str:
    """The name on its lines, over a halo of the ground's colour."""
    is_dark = place.line.visited is Visited.RECENTLY
    ink, halo = ("#ffffff", "#1a6173") if is_dark else (INK, "#ffffff")
    size = _NARROW_SIZE if place.is_narrow else _NAME_SIZE
    first = place.shape.y - (len(place.name_lines) - 1) * _LINE_HEIGHT / 2 + size / 3
    lines = []
    for rank, words in enumerate(place.name_lines):
        where = f'x="{place.shape.x}" y="{first + rank * _LINE_HEIGHT:.1f}" font-size="{size}" '
        text = escape(words.strip())
        lines += [
            f'<text {where}fill="{halo}" stroke="{halo}" stroke-width="4">{text}</text>',
            f'<text {where}fill="{ink}">{text}</text>',
        ]
    return "".join(lines)
