"""The name of a record in its address: made once, kept for life."""

from collections.abc import Iterator
from itertools import count

from sqlalchemy.orm import Session

from zna_network.queries import organisations as queries
from zna_network.services.folding import fold

LENGTH = 100


def slugify(name: str) -> str:
    """« CCAS d’Arras » gives « ccas-d-arras », cut between two words."""
    words = fold(name).split()
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:LENGTH]
        if len(longer) > LENGTH:
            break
        slug = longer
    return slug or "organisme"


def free_slug(session: Session, name: str) -> str:
    """The first of ``name``, ``name-2``, ``name-3``… that no record has, archived ones included.
    The unique key has the last word."""
    base = slugify(name)
    taken = set(session.scalars(queries.slugs_like(base)))
    if base not in taken:
        return base
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)


class Slugs:
    """Free slugs for many new records, the taken ones being read once."""

    def __init__(self, session: Session) -> None:
        self._taken = set(session.scalars(queries.all_slugs()))
        self._numbers: dict[str, Iterator[int]] = {}

    def take(self, name: str) -> str:
        """As ``free_slug``; the next call will not give it again."""
        base = slug = slugify(name)
        while slug in self._taken:
            slug = f"{base}-{next(self._numbers.setdefault(base, count(2)))}"
        self._taken.add(slug)
        return slug
