"""What people type in a record, in the one form that is stored, or refused with the reason."""

import re
from urllib.parse import urlsplit

from zna_network.services.errors import InvalidError

LA_POSTE = "356000000"
_SPACES = re.compile(r"\s+")
_PHONE_NOISE = re.compile(r"[\s.\-/()\u00a0\u202f]+")
_FRENCH_PHONE = re.compile(r"(?:\+33|0033)0?([1-9]\d{8})|0([1-9]\d{8})")
_FOREIGN_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_PHONE = re.compile(r"3\d{3}|10\d{2}|11[2-9]|116\d{3}|118\d{3}|1[578]")
_HOST = re.compile(r"(?:[^\s.]+\.)+[^\s.\d][^\s.]*")
_LOOKS_LIKE_A_LINK = re.compile(r"://|www\.|\w\.\w+/|@", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_line(typed: str, *, field: str, limit: int, required: str = "") -> str:
    """One line of text, its spaces folded, of ``limit`` characters at the most. ``required`` is
    the message when nothing is left."""
    line = _SPACES.sub(" ", _CONTROLS.sub("", typed)).strip()
    if required and not line:
        raise InvalidError(required, field=field)
    if len(line) > limit:
        raise InvalidError(
            f"C’est trop long : {len(line)} caractères, pour {limit} au plus.", field=field
        )
    return line


def refuse_link(text: str, *, field: str) -> None:
    """For what somebody without an account types and a mail of ours will say to an address of
    their choice."""
    if _LOOKS_LIKE_A_LINK.search(text):
        raise InvalidError("Écrivez des mots, sans adresse de site ni e-mail.", field=field)


def clean_text(typed: str, *, field: str, limit: int = 5000) -> str:
    """Several lines of text, their ends made regular."""
    text = _CONTROLS.sub("", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > limit:
        raise InvalidError(
            f"C’est trop long : {len(text)} caractères, pour {limit} au plus.", field=field
        )
    return text


def clean_siret(typed: str, *, field: str = "siret") -> str:
    """Fourteen digits whose key is right (Luhn; La Poste's establishments follow a sum of digits
    that five divides, INSEE)."""
    digits = _PHONE_NOISE.sub("", typed)
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()) or len(digits) != 14:
        raise InvalidError(
            "Un SIRET a 14 chiffres. Exemple : 200 033 579 00018. Laissez vide si vous ne le "
            "connaissez pas.",
            field=field,
        )
    if not (_luhn(digits) or _is_la_poste(digits)):
        raise InvalidError(
            "Ce SIRET n’existe pas : sa clé de contrôle est fausse. Relisez les 14 chiffres.",
            field=field,
        )
    return digits


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_la_poste(digits: str) -> bool:
    return digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0


def clean_phone(typed: str, *, field: str = "phone") -> str:
    """« 03 21 00 00 00 » whatever the spacing or the prefix; a foreign number as « +32… »; a
    short number (3949, 115) as it is."""
    compact = _PHONE_NOISE.sub("", typed)
    if not compact:
        return ""
    french = _FRENCH_PHONE.fullmatch(compact)
    if french:
        national = "0" + (french[1] or french[2])
        return " ".join(national[start : start + 2] for start in range(0, 10, 2))
    is_foreign = _FOREIGN_PHONE.fullmatch(compact) and not compact.startswith("+33")
    if is_foreign or _SHORT_PHONE.fullmatch(compact):
        return compact
    raise InvalidError(
        "Ce numéro n’est pas valable. Exemples : 03 21 00 00 00, +32 2 000 00 00, 3949. Un seul "
        "numéro par champ.",
        field=field,
    )


def clean_website(typed: str, *, field: str = "website", limit: int = 300) -> str:
    """An http or https address; « www.exemple.fr » is completed with https."""
    url = typed.strip()
    if not url:
        return ""
    if "://" not in url and not re.match(r"[a-zA-Z][\w+.-]*:(?!\d)", url):
        url = f"https://{url}"
    if not _is_web_address(url):
        raise InvalidError(
            "Ce n’est pas une adresse de site. Exemple : https://www.exemple.fr", field=field
        )
    if len(url) > limit:
        raise InvalidError(
            f"C’est trop long : {len(url)} caractères, pour {limit} au plus.", field=field
        )
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, user, _port = parts.hostname, parts.username, parts.port
    except ValueError:
        return False
    is_clean = not _SPACES.search(url) and not _CONTROLS.search(url)
    return bool(
        is_clean
        and parts.scheme in {"http", "https"}
        and host
        and not user
        and _HOST.fullmatch(host)
    )


def clean_postcode(typed: str, *, field: str = "postcode") -> str:
    digits = _SPACES.sub("", typed)
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) == 5):
        raise InvalidError("Un code postal a cinq chiffres. Exemple : 62000.", field=field)
    return digits
