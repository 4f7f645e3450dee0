"""The files of ``reference/``, row by row."""

import csv
from collections.abc import Iterator
from importlib.resources import files


def rows(filename: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file of ``reference/``."""
    text = (files("zna_network.reference") / filename).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
