"""The communes, neighbourhoods, rights and publics of the territory, read from words and written
in words. What ``show_…`` writes, the parser of the same name reads back."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from zna_network.models.territory import Commune, Lot, Qpv, Right, TargetGroup
from zna_network.services.folding import fold

T = TypeVar("T")
WHOLE = "Toute la CUA"
EVERYBODY = "Tous publics"
SEPARATOR = " ; "
_PARTS = re.compile(r"[;,|\n]")
_SMALLER_PARTS = re.compile(r"\s+(?:et|&|\+)\s+|\s*/\s*")
_CEDEX = re.compile(r"\bCEDEX\b\s*\d*", re.IGNORECASE)
# « lots 1 et 2 » is read part by part: a number alone is a lot.
_LOT = re.compile(r"(?:lots? )?(?:n )?([123])")
_LOT_LABELS = {fold(lot.label): lot.value for lot in Lot}
# A commune, département or EPCI from elsewhere: a data·inclusion zone may name many.
_OFFICIAL_CODE = re.compile(r"\d[\dab]\d{3}|\d{2,3}|\d{9}")
_QPV_PREFIX = re.compile(r"^(?:qpv|quartiers?(?: prioritaires?)?) (?:de |du |des |d )?")
_WHOLE_WORDS = frozenset(
    fold(words)
    for words in (
        WHOLE, "CUA", "la CUA", "toute la communauté urbaine", "communauté urbaine d’Arras",
        "toute la communauté urbaine d’Arras", "communauté urbaine", "toutes", "toutes communes",
        "toutes les communes", "tout le territoire", "territoire CUA", "EPCI", "46 communes",
        "ensemble du territoire", "ensemble de la CUA", "les 46 communes", "grand arras",
    )
)  # fmt: skip
_EVERYBODY_WORDS = frozenset(
    fold(words) for words in (EVERYBODY, "tout public", "tous", "tous-publics", "tous les publics")
)
_PUBLICS = {
    TargetGroup.YOUTH: (
        "youth", "jeunes", "jeune", "jeunes adultes", "étudiants", "16-25 ans", "18-25 ans",
    ),
    TargetGroup.SINGLE_PARENTS: (
        "single_parents", "familles monoparentales", "famille monoparentale", "monoparentales",
        "parents isolés", "parent isolé",
    ),
    TargetGroup.LOW_INCOME: (
        "low_income", "allocataires RSA", "allocataires du RSA", "allocataires", "RSA", "bRSA",
        "bénéficiaires du RSA", "bénéficiaires RSA", "prime d’activité", "demandeurs d’emploi",
        "demandeur d’emploi", "demandeurs-emploi", "minima sociaux", "minimas sociaux",
        "bénéficiaires des minimas sociaux", "beneficiaires-des-minimas-sociaux",
    ),
    TargetGroup.SENIORS: ("seniors", "senior", "personnes âgées", "retraités", "aînés"),
}  # fmt: skip
_PUBLIC_WORDS = {fold(words): group for group, all in _PUBLICS.items() for words in all}
# The call's own name for two of the six neighbourhoods (§1.3).
_CALL_QPV = {"arras ouest": ("bonnettes saint pol baudimont", "blancs monts hochettes")}


class UnknownWordsError(Exception):
    """Words that name nothing; ``message`` is in French."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Territory:
    """Where an offer applies, as OfferData has it: codes in one order."""

    covers_whole_epci: bool = True
    communes: tuple[str, ...] = ()
    qpvs: tuple[int, ...] = ()
    lots: tuple[int, ...] = ()


class Vocabulary:
    """The reference rows, indexed by their folded names. Made once a file."""

    def __init__(
        self, communes: Iterable[Commune], qpvs: Iterable[Qpv], rights: Iterable[Right]
    ) -> None:
        self.communes = {commune.insee: commune for commune in communes}
        self.qpvs = {qpv.id: qpv for qpv in qpvs}
        self.rights = {right.code: right for right in rights}
        self._commune_words = {
            fold(words): commune.insee
            for commune in self.communes.values()
            for words in (commune.name, *commune.aliases.splitlines())
        }
        self._qpv_words = {_qpv_key(qpv.name): qpv.id for qpv in self.qpvs.values()}
        self._right_words = _right_words(self.rights.values())

    def commune(self, typed: str) -> str | None:
        """The INSEE code of one of the 46 communes, by its name, the call's spelling or its
        code; none for another town."""
        words = fold(without_cedex(typed))
        return words if words in self.communes else self._commune_words.get(words)

    def near_commune(self, typed: str) -> str:
        """The name of the commune that was probably meant, or nothing."""
        near = difflib.get_close_matches(
            fold(without_cedex(typed)), self._commune_words, n=1, cutoff=0.85
        )
        return self.communes[self._commune_words[near[0]]].name if near else ""

    def rights_in(self, typed: str) -> tuple[str, ...]:
        """Codes, from codes, acronyms or labels. Raises UnknownWordsError."""

        def one(words: str) -> list[str] | None:
            code = self._right_words.get(words)
            return [code] if code else None

        def names() -> dict[str, str]:
            return {words: self.rights[code].label for words, code in self._right_words.items()}

        return tuple(sorted(set(_each(typed, one, "droit", names))))

    def target_groups_in(self, typed: str) -> tuple[TargetGroup, ...]:
        """Publics; nothing means everybody. Raises UnknownWordsError."""

        def one(words: str) -> list[TargetGroup] | None:
            if words in _EVERYBODY_WORDS:
                return []
            return [_PUBLIC_WORDS[words]] if words in _PUBLIC_WORDS else None

        def names() -> dict[str, str]:
            return {words: group.label for words, group in _PUBLIC_WORDS.items()}

        return tuple(sorted(set(_each(typed, one, "public", names))))

    def territory_in(self, typed: str) -> Territory:
        """Communes, QPV and lots, or the whole. Raises UnknownWordsError."""
        found = _each(typed, self._place, "territoire", self._place_names)
        if "whole" in found:
            return Territory()
        if not found:
            raise UnknownWordsError("territoire hors de la Communauté urbaine d’Arras")
        return Territory(
            covers_whole_epci=False,
            communes=tuple(sorted({f for f in found if isinstance(f, str)})),
            qpvs=tuple(sorted({f[1] for f in found if isinstance(f, tuple) and f[0] == "qpv"})),
            lots=tuple(sorted({f[1] for f in found if isinstance(f, tuple) and f[0] == "lot"})),
        )

    def _place_names(self) -> dict[str, str]:
        names = {words: self.communes[i].name for words, i in self._commune_words.items()}
        return names | {words: self.qpvs[i].name for words, i in self._qpv_words.items()}

    def _place(self, words: str) -> list[str | tuple[str, int]] | None:
        if words in _WHOLE_WORDS:
            return ["whole"]
        lot = _LOT.fullmatch(words)
        if lot or words in _LOT_LABELS:
            return [("lot", int(lot[1]) if lot else _LOT_LABELS[words])]
        if insee := self.commune(words):
            return [insee]
        if _OFFICIAL_CODE.fullmatch(words):
            return []
        keys = _CALL_QPV.get(words, (_qpv_key(words),))
        found: list[str | tuple[str, int]] = [
            ("qpv", self._qpv_words[key]) for key in keys if key in self._qpv_words
        ]
        return found or None

    def show_commune(self, insee: str | None, city: str) -> str:
        return self.communes[insee].name if insee in self.communes else city

    def show_rights(self, codes: Sequence[str]) -> str:
        return SEPARATOR.join(self._right_name(code) for code in codes)

    def _right_name(self, code: str) -> str:
        """The shortest name that is read back as this right and no other."""
        right = self.rights.get(code)
        for name in (right.acronym, right.label) if right else ():
            if name and not _PARTS.search(name) and self._right_words.get(fold(name)) == code:
                return name
        return code

    def show_target_groups(self, groups: Sequence[TargetGroup]) -> str:
        return SEPARATOR.join(group.label for group in groups) or EVERYBODY

    def show_territory(self, territory: Territory) -> str:
        if territory.covers_whole_epci:
            return WHOLE
        names = [f"Lot {Lot(number).value}" for number in territory.lots]
        names += [f"QPV {self.qpvs[i].name}" for i in territory.qpvs if i in self.qpvs]
        names += [self.communes[i].name for i in territory.communes if i in self.communes]
        return SEPARATOR.join(names)


def without_cedex(town: str) -> str:
    return _CEDEX.sub("", town).strip(" ,-")


def cedex_of(town: str) -> str:
    """« CEDEX 9 » in « Arras Cedex 9 », or nothing."""
    found = _CEDEX.search(town)
    return found[0].strip().upper() if found else ""


def _qpv_key(name: str) -> str:
    return _QPV_PREFIX.sub("", fold(name))


def _right_words(rights: Iterable[Right]) -> dict[str, str]:
    """Folded words to code. A code wins over a label, a label over an acronym; an acronym that
    two rights share names neither, unless it is the code of one."""
    words: dict[str, str] = {}
    ordered = list(rights)
    acronyms = [fold(right.acronym) for right in ordered if right.acronym]
    for right in ordered:
        if right.acronym and acronyms.count(fold(right.acronym)) == 1:
            words[fold(right.acronym)] = right.code
    words.update({fold(right.label): right.code for right in ordered})
    words.update({fold(right.code): right.code for right in ordered})
    return words


def _each(
    typed: str,
    one: Callable[[str], list[T] | None],
    what: str,
    names: Callable[[], dict[str, str]],
) -> list[T]:
    """What each part of a list of words stands for; ``one`` answers none for unknown words, and
    ``names`` gives the known ones with what they name."""
    whole = one(fold(typed))
    if whole is not None:
        return whole
    found: list[T] = []
    for part in filter(str.strip, _PARTS.split(typed)):
        meant = one(fold(part))
        if meant is None:
            smaller = [one(fold(piece)) for piece in _SMALLER_PARTS.split(part)]
            if len(smaller) < 2 or None in smaller:
                raise _unknown(part, what, names())
            meant = [item for piece in smaller for item in piece or []]
        found.extend(meant)
    return found


def _unknown(part: str, what: str, names: dict[str, str]) -> UnknownWordsError:
    near = difflib.get_close_matches(fold(part), names, n=1, cutoff=0.7)
    hint = f" ; vouliez-vous dire « {names[near[0]]} » ?" if near else ""
    return UnknownWordsError(f"{what} inconnu : « {part.strip()[:60]} »{hint}")
