"""The placeholders of each template, read from the README that is handed out with them: one
source for the pages and for those who open the folder."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zna_network.models.document import DocumentKind
from zna_network.services.document_rendering import FOLDER
from zna_network.services.documents.samples import SAMPLES

_HEADING = re.compile(r"^## (?P<title>.*)$", re.MULTILINE)
_ROW = re.compile(r"^\| `(?P<name>[a-z_.]+)` \| (?P<meaning>.*) \|$", re.MULTILINE)
_COMMON = "Valeurs communes"


@dataclass(frozen=True)
class Placeholder:
    """``name`` as it is written between the braces; ``example`` is what the sample document
    shows there, empty for a list or a condition."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True)
class Placeholders:
    own: tuple[Placeholder, ...]
    common: tuple[Placeholder, ...]


def placeholders(kind: DocumentKind) -> Placeholders:
    """What a template of this kind may use: its own values, then those that it shares."""
    sections = _sections((FOLDER / "README.md").read_text(encoding="utf-8"))
    sample = SAMPLES[kind]
    own = next(body for title, body in sections if f"`{kind.value}.docx`" in title)
    common = "\n".join(body for title, body in sections if title.startswith(_COMMON))
    return Placeholders(_rows(own, sample), _rows(common, sample))


def _sections(readme: str) -> list[tuple[str, str]]:
    """The second-level headings and what stands under each."""
    parts = _HEADING.split(readme)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def _rows(body: str, sample: Mapping[str, Any]) -> tuple[Placeholder, ...]:
    return tuple(
        Placeholder(row["name"], row["meaning"], _example(sample, row["name"]))
        for row in _ROW.finditer(body)
        if row["name"].partition(".")[0] in sample
    )


def _example(sample: Mapping[str, Any], name: str) -> str:
    """The sample's value at ``name``, the first item standing for a list."""
    value: Any = sample
    for part in name.split("."):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(part) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
