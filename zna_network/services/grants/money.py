"""Euros as the French type and read them; whole cents everywhere else, never a float."""

import re

from zna_network.services.errors import InvalidError

HIGHEST_CENTS = 10_000_000_000
_SPACES = re.compile(r"\s+")
_AMOUNT = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?(?:€|euros?|eur)?", re.IGNORECASE)


def read_cents(typed: str, *, field: str, required: str = "") -> int:
    """« 28 000,50 » in cents; 0 when nothing is typed, unless ``required`` says what is missing.

    Raises InvalidError on ``field``."""
    compact = _SPACES.sub("", typed)
    if not compact:
        if required:
            raise InvalidError(required, field=field)
        return 0
    found = _AMOUNT.fullmatch(compact)
    if found is None or not compact.removesuffix("€").isascii():
        raise InvalidError("Écrivez un montant en euros. Exemple : 28 000,50", field=field)
    cents = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    if cents > HIGHEST_CENTS:
        raise InvalidError("Ce montant dépasse cent millions d’euros : relisez-le.", field=field)
    return cents


def euros(cents: int) -> str:
    """« 28 000 € », « 1 200,50 € »: the cents are told where there are some."""
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    said = f"{whole:,}".replace(",", "\u202f")
    return f"{sign}{said}{f',{rest:02d}' if rest else ''}\u00a0€"


def typed_euros(cents: int) -> str:
    """As a form shows what is stored: « 28000 », « 1200,50 »."""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02d}" if rest else str(whole)


def percent(part: int, whole: int) -> str:
    """« 78,3 % », rounded to two digits after the comma, none of them shown for nothing."""
    hundredths = (part * 20_000 + whole) // (2 * whole)
    units, rest = divmod(hundredths, 100)
    decimals = f",{rest:02d}".rstrip("0") if rest else ""
    return f"{units}{decimals}\u00a0%"
