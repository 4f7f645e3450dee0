"""Addresses in the only form that every mail server and calendar accepts: ASCII."""

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from zna_network.adapters.clean_text import one_line

SHOWN_AT_MOST = 100


@lru_cache(maxsize=4096)
def ascii_address(address: str) -> str:
    """``address`` with its domain in ASCII (IDNA).

    Raises ValueError, in French: syntax, length over RFC 5321's limits, or accents before the
    @, which few servers accept (RFC 6531). Whether the domain exists is not looked up.
    """
    try:
        valid = validate_email(
            address,
            check_deliverability=False,
            globally_deliverable=False,
            allow_smtputf8=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError as error:
        shown = one_line(address)[:SHOWN_AT_MOST]
        reason = _reason(address)
        raise ValueError(f"Adresse électronique invalide : « {shown} »{reason}.") from error
    return valid.ascii_email or valid.normalized


def _reason(address: str) -> str:
    local_part, at, _domain = address.rpartition("@")
    if not at:
        return " (il manque l’arobase)"
    if not local_part.isascii():
        return " (pas d’accent avant l’arobase)"
    return ""
