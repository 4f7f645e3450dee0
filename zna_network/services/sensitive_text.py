"""What must never be written about a person, even in passing: the social security number (NIR,
decree 2019-341 lists who may hold it) and a bank account. Recognised by their shape in any text."""

import re

from zna_network.services.errors import InvalidError

_GAP = r"[ .\-/\u00a0\u202f]{0,2}"
# Sex, year, month (20 to 42 and 50 upwards where the month of birth is unknown), department (2A
# and 2B in Corsica), commune, order; then perhaps the two digits of the key.
_NIR = re.compile(
    r"[1-478]\d{2}(?:0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)(?:\d{2}|2[AB])\d{6}(?:\d{2})?"
)
# After which characters a number that is written in groups is cut.
_NIR_CUTS = frozenset({1, 3, 5, 7, 10, 13})
_NIR_LIKE = re.compile(rf"(?<![0-9A-Za-z])(?=(\d(?:{_GAP}[0-9ABab]){{12}}(?:{_GAP}\d\d)?)(?!\d))")
_IBAN_LIKE = re.compile(
    rf"(?<![0-9A-Za-z])(?=([A-Za-z]{{2}}{_GAP}\d{_GAP}\d(?:{_GAP}[0-9A-Za-z]){{11,30}}))"
)
_RIB_LIKE = re.compile(rf"(?<![0-9A-Za-z])(?=(\d(?:{_GAP}[0-9A-Za-z]){{22}})(?![0-9A-Za-z]))")
_RIB = re.compile(r"\d{10}[0-9A-Z]{11}\d{2}")
_SHORTEST_IBAN, _FRENCH_IBAN, _WHOLE_NIR = 15, 27, 15
_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")
# The letters of a French account number count as digits: A and J as 1, B, K and S as 2…
_RIB_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")

NIR_REFUSED = (
    "Ce texte contient ce qui ressemble à un numéro de sécurité sociale. Retirez-le : il n’a pas "
    "le droit d’être gardé ici."
)
ACCOUNT_REFUSED = (
    "Ce texte contient ce qui ressemble à un numéro de compte bancaire. Retirez-le : il n’a pas "
    "le droit d’être gardé ici."
)


def refuse_sensitive(text: str, *, field: str) -> str:
    """The text, when it holds neither. Raises InvalidError otherwise."""
    if any(_is_nir(found) for found in _NIR_LIKE.findall(text)):
        raise InvalidError(NIR_REFUSED, field=field)
    accounts = (*_IBAN_LIKE.findall(text), *_RIB_LIKE.findall(text))
    if any(_is_iban(_compact(found)) or _is_rib(_compact(found)) for found in accounts):
        raise InvalidError(ACCOUNT_REFUSED, field=field)
    return text


def _compact(text: str) -> str:
    return _NOT_ALNUM.sub("", text).upper()


def _is_nir(found: str) -> bool:
    """It has the shape; cut elsewhere than it is usually (two telephone numbers in a row), it has
    the right key as well."""
    compact = _compact(found)
    if not _NIR.fullmatch(compact):
        return False
    return _cuts(found) <= _NIR_CUTS or (len(compact) == _WHOLE_NIR and _has_right_key(compact))


def _cuts(found: str) -> set[int]:
    """After how many letters and digits it is cut."""
    parts = [len(part) for part in _NOT_ALNUM.sub(" ", found).split()]
    return {sum(parts[:count]) for count in range(1, len(parts))}


def _has_right_key(nir: str) -> bool:
    """The key is what the number lacks to be a multiple of 97 (2A counts as 19, 2B as 18)."""
    digits = nir[:13].replace("2A", "19").replace("2B", "18")
    return (int(digits) + int(nir[13:])) % 97 == 0


def _is_iban(compact: str) -> bool:
    """Some beginning of it has a right key (ISO 13616), or looks like a French one."""
    if re.match(r"FR\d{12}", compact) and len(compact) >= _FRENCH_IBAN:
        return True
    if not re.match(r"[A-Z]{2}\d{2}", compact):
        return False
    return any(
        _remainder(compact[4:length] + compact[:4]) == 1
        for length in range(_SHORTEST_IBAN, len(compact) + 1)
    )


def _remainder(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97


def _is_rib(compact: str) -> bool:
    """Bank, branch, account and key: the whole, letters turned into digits, is a multiple of 97."""
    if not _RIB.fullmatch(compact):
        return False
    return int(compact.translate(_RIB_DIGITS)) % 97 == 0
