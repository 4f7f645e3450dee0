"""Charts as images, for documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ChartPoint:
    """One position along a chart: what is written under it (empty: nothing) and its height; none
    where it is not told."""

    label: str
    value: int | None


@dataclass(frozen=True)
class ChartPicture:
    """A PNG of ``width_mm`` by ``height_mm``, and what it shows in words."""

    png: bytes
    width_mm: float
    height_mm: float
    words: str


class ChartPainter(Protocol):
    def columns(self, points: Sequence[ChartPoint], words: str) -> ChartPicture: ...

    def curve(
        self, points: Sequence[ChartPoint], words: str, limit: int | None = None
    ) -> ChartPicture:
        """``limit`` is a height not to cross, drawn across."""
        ...

    def drawing(self, svg: str, words: str, *, width_mm: float, height_mm: float) -> ChartPicture:
        """A drawing of ours (SVG, its own text in the fonts of our documents) as a picture."""
        ...
