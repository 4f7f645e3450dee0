"""Badges, posters and minutes as PDF, typeset by Typst: arabic is shaped and set right to left,
fonts are embedded, text stays text, and a thousand badges take about a second."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zna_network.adapters.clean_text import many_lines, one_line
from zna_network.adapters.qr_matrix import dark_runs, modules
from zna_network.adapters.typst_compiler import typeset, typeset_accessible, typeset_apart
from zna_network.ports.pdf import BadgeFace, BadgeSheet, Poster

_MASK = 3
MANY_BADGES = 40


class TypstPdf:
    """``folder`` holds the layouts (badges.typ, poster.typ), ``fonts`` the font files. What is
    printed reaches the layouts as data, never as their source."""

    def __init__(self, folder: Path, fonts: Path) -> None:
        self._folder, self._fonts = folder, fonts

    def badges(self, sheet: BadgeSheet) -> bytes:
        if not sheet.faces:
            raise ValueError("there is no badge to print")
        return self._typeset(
            "badges.typ",
            {
                "title": one_line(sheet.title),
                "layout": sheet.layout.value,
                "faces": [_face(face) for face in sheet.faces],
                "lines": [one_line(line) for line in sheet.lines],
                "language": sheet.language,
                "rtl": sheet.is_rtl,
            },
            is_large=len(sheet.faces) > MANY_BADGES,
        )

    def poster(self, poster: Poster) -> bytes:
        return self._typeset(
            "poster.typ",
            {
                "title": one_line(poster.title),
                "subtitle": one_line(poster.subtitle),
                "lines": [one_line(line) for line in poster.lines],
                "address": poster.url.partition("://")[2] or poster.url,
                "qr": _qr(poster.url, mask=None),
                "caption": one_line(poster.caption),
                "footer": one_line(poster.footer),
                "size": poster.size.value,
            },
        )

    def minutes(self, values: Mapping[str, Any]) -> bytes:
        data = json.dumps(_clean(values))
        return typeset_accessible(self._folder / "minutes.typ", self._fonts, data)

    def _typeset(self, layout: str, data: dict[str, Any], *, is_large: bool = False) -> bytes:
        make = typeset_apart if is_large else typeset
        return make(self._folder / layout, self._fonts, json.dumps(data))


def _clean(value: Any) -> Any:
    """The same values without what no font has and no reader hears; lines stay lines."""
    if isinstance(value, str):
        return many_lines(value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


def _face(face: BadgeFace) -> dict[str, str]:
    return {
        "number": face.number,
        "name": one_line(face.name),
        "title": one_line(face.forum_title),
        "line": one_line(face.forum_line),
        "mark": one_line(face.mark),
        "qr": _qr(face.ticket, mask=_MASK),
    }


def _qr(payload: str, *, mask: int | None) -> str:
    """The code as an SVG file, its quiet zone included."""
    rows = modules(payload, mask=mask)
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{dark_runs(rows)}"/></svg>'
    )
