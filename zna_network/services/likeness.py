"""What makes two records look like the same organisation.

Records are only compared within blocks that share something (a SIRET, a telling word of the name,
how it sounds, an e-mail…), so that five thousand of them take a moment and not an hour."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import combinations

from zna_network.models.organisation import OrganisationKind
from zna_network.services.folding import fold

# A block larger than this tells nothing: half the directory may be called « association ».
LARGEST_BLOCK = 40
LARGEST_SHARED_LINE = 6
NEAR = 0.75

# fmt: off
_EMPTY_WORDS = frozenset((
    "a", "ad", "an", "antenne", "asbl", "asso", "association", "associations", "au", "aux",
    "comite", "d", "de", "delegation", "des", "du", "en", "et", "federation", "l", "la", "le",
    "les", "loi", "1901", "mutuelle", "oeuvre", "pour", "sa", "sarl", "sas", "scic", "scop",
    "section", "sur", "un", "une", "union",
))
# fmt: on
_SPELT_OUT = (
    ("centre communal d action sociale", "ccas"),
    ("centre intercommunal d action sociale", "cias"),
    ("caisse d allocations familiales", "caf"),
    ("caisse primaire d assurance maladie", "cpam"),
    ("mutualite sociale agricole", "msa"),
    ("maison departementale des personnes handicapees", "mdph"),
    ("maison departementale des solidarites", "mds"),
    ("maison des solidarites", "mds"),
    ("pole emploi", "france travail"),
    ("communaute urbaine", "cu"),
)
_TELLS_APART = frozenset(("nord", "sud", "est", "ouest", "centre", "haut", "bas"))
# A commune and its CCAS often share a switchboard without being the same.
_SHARE_LINES = frozenset({OrganisationKind.COMMUNE, OrganisationKind.CCAS})


class Reason(IntEnum):
    """Why two records look alike; the value is its weight."""

    SIRET = 100
    SAME_NAME = 80
    NEAR_NAME = 50
    ACRONYM = 45
    EMAIL = 40
    PHONE = 25

    @property
    def label(self) -> str:
        return {
            Reason.SIRET: "même SIRET",
            Reason.SAME_NAME: "même nom",
            Reason.NEAR_NAME: "noms très proches",
            Reason.ACRONYM: "même sigle dans la même commune",
            Reason.EMAIL: "même adresse e-mail",
            Reason.PHONE: "même téléphone",
        }[self]


@dataclass(frozen=True)
class Identity:
    """What one record is recognised by. ``place`` is the commune's INSEE code or the folded town,
    empty when unknown; ``place_words`` are the words of its name."""

    id: int
    name: str
    acronym: str = ""
    siret: str = ""
    email: str = ""
    phone: str = ""
    place: str = ""
    place_words: frozenset[str] = frozenset()
    kind: OrganisationKind = OrganisationKind.OTHER
    key: tuple[str, ...] = field(init=False, repr=False)
    bare_key: tuple[str, ...] = field(init=False, repr=False)
    _trigrams: dict[tuple[str, ...], frozenset[str]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        key = _name_key(self.name)
        bare = tuple(word for word in key if word not in self.place_words)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "bare_key", bare or key)

    def trigrams(self, key: tuple[str, ...]) -> frozenset[str]:
        if key not in self._trigrams:
            text = f"  {' '.join(key)} "
            self._trigrams[key] = frozenset(text[i : i + 3] for i in range(len(text) - 2))
        return self._trigrams[key]


def _name_key(name: str) -> tuple[str, ...]:
    """The telling words of a name: no legal form, no little word, acronyms for what they mean."""
    folded = f" {fold(name.replace('.', ''))} "
    for words, short in _SPELT_OUT:
        folded = folded.replace(f" {words} ", f" {short} ")
    words_kept = tuple(word for word in folded.split() if word not in _EMPTY_WORDS)
    return words_kept or tuple(folded.split())


def reasons(one: Identity, other: Identity) -> tuple[Reason, ...]:
    """Why the two look alike, the strongest first; empty when they do not."""
    found = []
    if one.siret and one.siret == other.siret:
        found.append(Reason.SIRET)
    if not _elsewhere(one, other):
        found += _name_reasons(one, other)
    if {one.kind, other.kind} != _SHARE_LINES:
        if one.email and one.email == other.email:
            found.append(Reason.EMAIL)
        if one.phone and one.phone == other.phone:
            found.append(Reason.PHONE)
    return tuple(found)


def _elsewhere(one: Identity, other: Identity) -> bool:
    return bool(one.place and other.place and one.place != other.place)


def _name_reasons(one: Identity, other: Identity) -> Iterator[Reason]:
    same_place = bool(one.place) and one.place == other.place
    mine, theirs = (one.bare_key, other.bare_key) if same_place else (one.key, other.key)
    if mine == theirs:
        yield Reason.SAME_NAME
    elif _near(one, mine, other, theirs):
        yield Reason.NEAR_NAME
    acronym = _compact(one.acronym)
    if same_place and acronym and acronym == _compact(other.acronym) and mine != theirs:
        yield Reason.ACRONYM


def _near(one: Identity, mine: tuple[str, ...], other: Identity, theirs: tuple[str, ...]) -> bool:
    """One or two letters apart, or one word more; never « Nord » for « Sud » or 2 for 3."""
    differing = set(mine) ^ set(theirs)
    if any(word.isdigit() or word in _TELLS_APART for word in differing):
        return False
    shorter = min(len(set(mine)), len(set(theirs)))
    if len(differing) == 1 and shorter >= 2 and abs(len(mine) - len(theirs)) == 1:
        return True
    left, right = one.trigrams(mine), other.trigrams(theirs)
    return 2 * len(left & right) >= NEAR * (len(left) + len(right))


def _compact(acronym: str) -> str:
    return fold(acronym).replace(" ", "")


_VOWELS = re.compile(r"[aeiouyh]")
_REPEATED = re.compile(r"(.)\1+")


def _sound(key: tuple[str, ...]) -> str:
    """The consonants, each once in a row: what a slip of the keyboard rarely changes."""
    letters = "".join(key).replace("ph", "f").replace("c", "k").replace("q", "k")
    consonants = _VOWELS.sub("", letters)
    return _REPEATED.sub(r"\1", consonants)


def _block_keys(identity: Identity) -> Iterator[tuple[str, int]]:
    """The blocks that a record belongs to, with the largest size at which each is of use."""
    if identity.siret:
        yield f"siret {identity.siret}", LARGEST_BLOCK
    if identity.email:
        yield f"email {identity.email}", LARGEST_SHARED_LINE
    if identity.phone:
        yield f"phone {identity.phone}", LARGEST_SHARED_LINE
    if identity.acronym and identity.place:
        yield f"acronym {_compact(identity.acronym)} {identity.place}", LARGEST_BLOCK
    for key in {identity.key, identity.bare_key}:
        yield f"sound {_sound(key)}", LARGEST_BLOCK
        yield f"name {' '.join(key)}", LARGEST_BLOCK
    yield f"there {' '.join(identity.bare_key)} {identity.place}", LARGEST_BLOCK
    for word in set(identity.key):
        if len(word) > 2:
            yield f"word {word}", LARGEST_BLOCK
            yield f"word {word} {identity.place}", LARGEST_BLOCK


class LikenessIndex:
    """Finds the records that look alike, or that look like a new one."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self._blocks: dict[str, list[Identity]] = defaultdict(list)
        self._largest: dict[str, int] = {}
        for identity in identities:
            for name, largest in _block_keys(identity):
                self._blocks[name].append(identity)
                self._largest[name] = largest

    def pairs(self) -> Iterator[tuple[Identity, Identity, tuple[Reason, ...]]]:
        """Every pair that looks alike, once, the smaller id first."""
        seen: set[tuple[int, int]] = set()
        for name, block in self._blocks.items():
            if not 1 < len(block) <= self._largest[name]:
                continue
            for one, other in combinations(block, 2):
                low, high = (one, other) if one.id < other.id else (other, one)
                if (low.id, high.id) in seen:
                    continue
                seen.add((low.id, high.id))
                found = self._telling(reasons(low, high), low)
                if found:
                    yield low, high, found

    def like(self, identity: Identity) -> list[tuple[Identity, tuple[Reason, ...]]]:
        """The records that look like this one, the most alike first."""
        seen: dict[int, tuple[Identity, tuple[Reason, ...]]] = {}
        for name, largest in _block_keys(identity):
            block = self._blocks.get(name, [])
            if len(block) > largest:
                continue
            for other in block:
                if other.id != identity.id and other.id not in seen:
                    seen[other.id] = (other, self._telling(reasons(identity, other), identity))
        alike = [(other, found) for other, found in seen.values() if found]
        return sorted(alike, key=lambda pair: (-sum(pair[1]), pair[0].id))

    def _telling(self, found: tuple[Reason, ...], identity: Identity) -> tuple[Reason, ...]:
        """Without the e-mail or telephone that too many records share: a switchboard."""
        shared = {Reason.EMAIL: f"email {identity.email}", Reason.PHONE: f"phone {identity.phone}"}
        return tuple(
            reason
            for reason in found
            if len(self._blocks.get(shared.get(reason, ""), ())) <= LARGEST_SHARED_LINE
        )
