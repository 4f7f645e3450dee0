"""Printed documents: badges, posters and minutes, as PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class BadgeLayout(StrEnum):
    """How badges lie on an A4 sheet, after the stationery that they are printed on."""

    CARDS = "cards"
    HOLDERS = "holders"
    LABELS = "labels"
    SINGLE = "single"

    @property
    def label(self) -> str:
        return {
            BadgeLayout.CARDS: "10 cartes par page, 85 × 54 mm (porte-badges courants)",
            BadgeLayout.HOLDERS: "8 badges par page, 90 × 60 mm (grands porte-badges)",
            BadgeLayout.LABELS: "14 étiquettes par page, 99,1 × 38,1 mm (L7163)",
            BadgeLayout.SINGLE: "1 badge par page, avec de quoi venir",
        }[self]


class PaperSize(StrEnum):
    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True)
class BadgeFace:
    """What one badge shows. ``number`` is ready to read (« 0042 »), ``ticket`` the payload of the
    QR code, in its alphanumeric mode. Without ``name`` it is a blank badge, with a line to write
    on. ``mark`` is a warning printed across (« ESSAI »)."""

    number: str
    ticket: str
    name: str
    forum_title: str
    forum_line: str
    mark: str = ""


@dataclass(frozen=True)
class BadgeSheet:
    """``lines`` are printed under the badge where the layout has room for them (SINGLE);
    ``is_rtl`` when they are in a language written from right to left."""

    faces: Sequence[BadgeFace]
    layout: BadgeLayout = BadgeLayout.CARDS
    title: str = "Badges"
    lines: Sequence[str] = ()
    is_rtl: bool = False
    language: str = "fr"


@dataclass(frozen=True)
class Poster:
    """``url`` is printed, without its scheme, under the QR code that opens it, after
    ``caption``."""

    title: str
    subtitle: str
    lines: Sequence[str]
    url: str
    footer: str
    caption: str = "Scannez pour vous inscrire"
    size: PaperSize = PaperSize.A4


class PdfDocuments(Protocol):
    """Fonts are inside the file, and cover latin, cyrillic and arabic; a character that none has
    is left out rather than refused."""

    def badges(self, sheet: BadgeSheet) -> bytes:
        """Raises ValueError when there is no badge to print."""
        ...

    def poster(self, poster: Poster) -> bytes: ...

    def minutes(self, values: Mapping[str, Any]) -> bytes:
        """The minutes of a meeting, tagged for screen readers: PDF/UA-1 where the fonts have every
        character. ``values`` are those of their Word document (docs_templates/README.md); the same
        ones give the same bytes."""
        ...
