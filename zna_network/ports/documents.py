"""Word documents rendered from templates that staff can edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

DOCX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class TemplateProblem:
    """Why a template cannot be used, in French, and where: ``line`` is the paragraph's rank in
    reading order (1 is the first; table cells count), ``excerpt`` the text found there."""

    line: int | None
    excerpt: str
    message: str


class Picture(str):
    """An image among the values of a document. As text it is what it shows, in words: that is
    what stands in a header or a footer, which hold no image."""

    __slots__ = ("height_mm", "png", "width_mm")
    png: bytes
    width_mm: float
    height_mm: float

    def __new__(cls, words: str, png: bytes, width_mm: float, height_mm: float) -> "Picture":
        made = super().__new__(cls, words)
        made.png, made.width_mm, made.height_mm = png, width_mm, height_mm
        return made


class DocumentError(Exception):
    """A template could not be rendered; the message is in French and may be shown."""


class DocumentRenderer(Protocol):
    def render(self, template: bytes, values: Mapping[str, Any]) -> bytes:
        """The docx made of ``template`` and ``values``. Raises DocumentError."""
        ...

    def check(self, template: bytes, sample: Mapping[str, Any]) -> list[TemplateProblem]:
        """Every problem found in ``template``; empty when it renders with ``sample``, whose keys
        are the placeholders allowed (nested mappings and lists of mappings included)."""
        ...
