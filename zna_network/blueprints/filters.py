"""What the templates call: dates in French and plain text made safe."""

import re
from itertools import groupby
from operator import itemgetter

from flask import Flask
from markupsafe import Markup, escape

from zna_network.services import french_time
from zna_network.services.documents import typed_text
from zna_network.services.documents.typed_text import duration
from zna_network.services.van.occupancy import period

_ADDRESS = re.compile(r"(https?://[^\s<>\"]+)")


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        date_fr=french_time.short_date,
        brief_date_fr=french_time.brief_date,
        long_date_fr=french_time.long_date,
        datetime_fr=french_time.short_datetime,
        long_datetime_fr=french_time.long_datetime,
        time_fr=french_time.short_time,
        paragraphs=paragraphs,
        counted=counted,
        grouped=grouped,
        linked=linked,
        duration=duration,
        file_size=file_size,
        bulleted=bulleted,
    )
    app.jinja_env.globals["time_range"] = french_time.time_range
    app.jinja_env.globals["trip_period"] = period


def paragraphs(text: str) -> Markup:
    """Typed text as HTML: a blank line parts paragraphs, a line end is kept."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n")]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in b.split("\n")))
        for b in blocks
        if b
    )


def bulleted(text: str) -> Markup:
    """Typed text as HTML, its lines that begin with a dash made into lists, as in the documents."""
    html = Markup("")
    for is_item, lines in groupby(typed_text.paragraphs(text), key=itemgetter("puce")):
        line = Markup("<li>{}</li>") if is_item else Markup("<p>{}</p>")
        block = Markup("").join(line.format(one["texte"]) for one in lines)
        html += Markup("<ul>{}</ul>").format(block) if is_item else block
    return html


def linked(text: str) -> Markup:
    """Plain text as paragraphs, its web addresses made into links."""
    pieces = _ADDRESS.split(text)
    marked = Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(piece) if i % 2 else escape(piece)
        for i, piece in enumerate(pieces)
    )
    return Markup("").join(
        Markup("<p>{}</p>").format(block.replace("\n", Markup("<br>")))
        for block in marked.strip().split("\n\n")
        if block.strip()
    )


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """« 1 membre », « 12 membres », with French's rule that 0 is singular."""
    word = singular if abs(number) < 2 else (plural or f"{singular}s")
    return f"{number:,}".replace(",", "\u202f") + f"\u00a0{word}"


def grouped(number: int) -> str:
    """« 12 480 », its thousands held on one line."""
    return f"{number:,}".replace(",", "\u202f")


def file_size(size: int) -> str:
    """« 420 ko » or « 1,2 Mo », of a number of bytes."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}\u00a0ko"
    return f"{size / 1_000_000:.1f}\u00a0Mo".replace(".", ",")
