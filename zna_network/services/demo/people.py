"""Invented people: first names of everybody, surnames of plants, never a real person."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from zna_network.models.organisation import Civility
from zna_network.services.folding import fold

_FIRST_NAMES = (
    ("Amélie", Civility.MADAM),
    ("Bastien", Civility.SIR),
    ("Chloé", Civility.MADAM),
    ("Driss", Civility.SIR),
    ("Élise", Civility.MADAM),
    ("Fabien", Civility.SIR),
    ("Hawa", Civility.MADAM),
    ("Igor", Civility.SIR),
    ("Jeanne", Civility.MADAM),
    ("Karim", Civility.SIR),
    ("Lucie", Civility.MADAM),
    ("Mathis", Civility.SIR),
    ("Nadia", Civility.MADAM),
)
_SURNAMES = (
    "Aubépine",
    "Bruyère",
    "Campanule",
    "Églantine",
    "Fougère",
    "Genêt",
    "Houblon",
    "Iris",
    "Jonquille",
    "Lavande",
    "Mélisse",
    "Noisetier",
    "Orpin",
    "Pervenche",
    "Romarin",
    "Sureau",
    "Tilleul",
)


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    civility: Civility

    def email(self, domain: str) -> str:
        return f"{fold(self.first_name)}.{fold(self.last_name)}@{domain}".replace(" ", "-")


def people() -> Iterator[Person]:
    """Always the same people in the same order, each once: 13 first names by 17 surnames."""
    for rank in count():
        first_name, civility = _FIRST_NAMES[rank % len(_FIRST_NAMES)]
        yield Person(first_name, _SURNAMES[rank % len(_SURNAMES)], civility)
