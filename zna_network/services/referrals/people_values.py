"""What is written about a person, checked. Nothing is required: somebody may stay nameless."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from zna_network.models.attendee import AgeBand
from zna_network.models.person import Person
from zna_network.models.territory import TargetGroup
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line, clean_phone, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import local_date
from zna_network.services.languages import language_of
from zna_network.services.registration_values import home_columns, member_of, place_of
from zna_network.services.sensitive_text import refuse_sensitive

LONGEST_NAME, LONGEST_CONTACT, LONGEST_NOTE = 120, 254, 2000
OLDEST = 120
# Neither vowels nor what is taken for something else: a number is read out on the telephone.
_ALPHABET = "23456789BCDFGHJKMNPQRTVWXYZ"
_CASE_LENGTH = 6
_FROM_AGE = (
    (75, AgeBand.FROM_75),
    (60, AgeBand.FROM_60),
    (40, AgeBand.FROM_40),
    (26, AgeBand.FROM_26),
    (18, AgeBand.FROM_18),
    (0, AgeBand.UNDER_18),
)


@dataclass(frozen=True)
class PersonData:
    """As typed. ``place``, ``age_band``, ``target_group`` and ``language`` as in
    ``RegistrationData``; ``birth_year`` gives the age band when it is not said."""

    name: str = ""
    email: str = ""
    phone: str = ""
    birth_year: int | None = None
    place: str = ""
    age_band: str = ""
    target_group: str = ""
    language: str = "fr"
    note: str = ""


def checked(ctx: Context, data: PersonData) -> dict[str, Any]:
    """The columns of a person. Raises InvalidError with the field at fault."""
    typed = {
        "name": clean_line(data.name, field="name", limit=LONGEST_NAME),
        "email": clean_line(data.email, field="email", limit=LONGEST_CONTACT),
        "phone": clean_line(data.phone, field="phone", limit=LONGEST_CONTACT),
        "note": clean_text(data.note, field="note", limit=LONGEST_NOTE),
    }
    for field, text in typed.items():
        refuse_sensitive(text, field=field)
    today = local_date(ctx.now)
    birth_year = _birth_year(data.birth_year, today)
    age_band = member_of(AgeBand, data.age_band, "age_band")
    return {
        **typed,
        "email": clean_email(typed["email"]) if typed["email"] else "",
        "phone": clean_phone(typed["phone"]),
        "birth_year": birth_year,
        **home_columns(ctx, data.place),
        "age_band": age_band or age_band_of(birth_year, today),
        "target_group": member_of(TargetGroup, data.target_group, "target_group"),
        "language": language_of(data.language).code,
    }


def data_of(person: Person) -> PersonData:
    """What a form is filled with; only for who may know the identity."""
    return PersonData(
        name=person.name,
        email=person.email,
        phone=person.phone,
        birth_year=person.birth_year,
        place=place_of(person.commune_insee, person.qpv_id, person.is_from_elsewhere),
        age_band=person.age_band.value if person.age_band else "",
        target_group=person.target_group.value if person.target_group else "",
        language=person.language,
        note=person.note,
    )


def new_case_number() -> str:
    """« D-7K3QF2 »: at random among 387 millions."""
    return "D-" + "".join(secrets.choice(_ALPHABET) for _ in range(_CASE_LENGTH))


def age_band_of(birth_year: int | None, today: date) -> AgeBand | None:
    """By the age reached in the year."""
    if birth_year is None:
        return None
    return next(band for age, band in _FROM_AGE if today.year - birth_year >= age)


def _birth_year(year: int | None, today: date) -> int | None:
    if year is not None and not max(1900, today.year - OLDEST) <= year <= today.year:
        raise InvalidError(
            f"Écrivez une année entre {max(1900, today.year - OLDEST)} et {today.year}, ou laissez "
            "vide.",
            field="birth_year",
        )
    return year
