"""The shape of the values that a template may use, read off a sample of them."""

import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

UNKNOWN: Final = object()
"""A shape that nothing is known about: anything goes."""


def item_shape(items: Any) -> Any:
    """The shape of one item of a list: the keys of all its items together."""
    if not items:
        return UNKNOWN
    if not all(isinstance(item, Mapping) for item in items):
        return items[0]
    merged: dict[str, Any] = {}
    for item in items:
        for key, value in item.items():
            if key not in merged or merged[key] in ([], ()):
                merged[key] = value
    return merged


def is_list(shape: Any) -> bool:
    return isinstance(shape, list | tuple)


def paths(names: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Every dotted name that leads to something printed or to a list."""
    for name, shape in names.items():
        if isinstance(shape, Mapping):
            yield from paths(shape, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def nearest(path: str, names: Mapping[str, Any]) -> str | None:
    """The known name that ``path`` was most likely meant to be."""
    known = {_fold(known): known for known in (*paths(names), *names)}
    wanted = _fold(path)
    if wanted in known:
        return known[wanted]
    last = wanted.rpartition(".")[2]
    same_end = [known for folded, known in known.items() if folded.rpartition(".")[2] == last]
    close = get_close_matches(wanted, list(known), n=1, cutoff=0.75)
    if close:
        return known[close[0]]
    if same_end:
        return same_end[0]
    far = get_close_matches(wanted, list(known), n=1, cutoff=0.6)
    return known[far[0]] if far else None


def _fold(path: str) -> str:
    plain = unicodedata.normalize("NFKD", path.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
