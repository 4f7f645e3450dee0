"""E-mail addresses typed by people, and the sender's from the settings."""

from email.utils import parseaddr
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from zna_network.config import Settings
from zna_network.ports.calendar import Address
from zna_network.services.errors import InvalidError


def clean_email(typed: str, *, field: str = "email") -> str:
    """The address in the one form that is stored (lower case). Raises InvalidError."""
    try:
        result = validate_email(
            typed.strip(),
            check_deliverability=False,
            test_environment=True,
            allow_smtputf8=False,
            strict=True,
        )
    except EmailNotValidError:
        raise InvalidError(
            "Cette adresse e-mail n’est pas valable. Exemple : prenom.nom@exemple.fr", field=field
        ) from None
    return (result.ascii_email or result.normalized).lower()


def sender(settings: Settings) -> Address:
    """Who the mails come from, and whom the calendars answer: a monitored address."""
    return _sender(settings.mail_from)


@lru_cache(maxsize=8)
def _sender(mail_from: str) -> Address:
    name, email = parseaddr(mail_from)
    return Address(email=clean_email(email), name=name)
