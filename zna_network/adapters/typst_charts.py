"""Charts as images, drawn by Typst: the fonts of our printed documents, sharp at any size."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zna_network.ports.charts import ChartPicture, ChartPoint

WIDTH_MM, HEIGHT_MM = 165.0, 58.0
_DOTS_PER_INCH = 220
_TICKS = 4
_STEPS = (1, 2, 5, 10)


class TypstCharts:
    """``folder`` holds the layouts (chart.typ, drawing.typ), ``fonts`` the font files."""

    def __init__(self, folder: Path, fonts: Path) -> None:
        self._folder, self._fonts = folder, fonts

    def columns(self, points: Sequence[ChartPoint], words: str) -> ChartPicture:
        return self._draw("columns", points, words, None)

    def curve(
        self, points: Sequence[ChartPoint], words: str, limit: int | None = None
    ) -> ChartPicture:
        return self._draw("curve", points, words, limit)

    def drawing(self, svg: str, words: str, *, width_mm: float, height_mm: float) -> ChartPicture:
        data = {"width": width_mm, "height": height_mm, "svg": svg}
        return ChartPicture(self._picture("drawing.typ", data), width_mm, height_mm, words)

    def _draw(
        self, kind: str, points: Sequence[ChartPoint], words: str, limit: int | None
    ) -> ChartPicture:
        highest = max([p.value for p in points if p.value is not None] + [limit or 0], default=0)
        ticks = ticks_for(highest)
        data: dict[str, Any] = {
            "kind": kind,
            "width": WIDTH_MM,
            "height": HEIGHT_MM,
            "points": [{"label": p.label, "value": p.value} for p in points],
            "ticks": ticks,
            "top": ticks[-1],
            "limit": limit,
        }
        return ChartPicture(self._picture("chart.typ", data), WIDTH_MM, HEIGHT_MM, words)

    def _picture(self, layout: str, data: dict[str, Any]) -> bytes:
        import typst

        png = typst.compile(
            str(self._folder / layout),
            root=str(self._folder),
            font_paths=[str(self._fonts)],
            ignore_system_fonts=True,
            format="png",
            ppi=_DOTS_PER_INCH,
            sys_inputs={"data": json.dumps(data)},
        )
        return bytes(png)


def ticks_for(highest: int) -> list[int]:
    """Round numbers up to at least ``highest``, four or so."""
    power = 1
    while True:
        for step in _STEPS:
            if highest <= step * power * _TICKS:
                size = step * power
                return [size * n for n in range(1, max(1, -(-highest // size)) + 1)]
        power *= 10
