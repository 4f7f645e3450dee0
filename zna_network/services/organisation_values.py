"""What a record of the directory is made of, checked as one: all that is wrong, at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.models.territory import Commune
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import (
    clean_line,
    clean_phone,
    clean_postcode,
    clean_siret,
    clean_text,
    clean_website,
)
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold
from zna_network.services.french_time import local_date

T = TypeVar("T")


@dataclass(frozen=True)
class OrganisationData:
    """A record as typed or imported. ``commune_insee`` is one of the 46 communes, or none and
    ``city`` says where. ``last_verified_on``: none leaves the recorded date as it is."""

    name: str
    kind: OrganisationKind
    acronym: str = ""
    description: str = ""
    siret: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    address: str = ""
    postcode: str = ""
    commune_insee: str | None = None
    city: str = ""
    opening_hours: str = ""
    accessibility_url: str = ""
    notes: str = ""
    last_verified_on: date | None = None


class InvalidValuesError(InvalidError):
    """Several fields are wrong; ``problems`` has one refusal for each."""

    def __init__(self, problems: list[InvalidError]) -> None:
        super().__init__(problems[0].message, field=problems[0].field)
        self.problems = problems


class Checks:
    """Collects refusals, so that a person learns of all of them at once."""

    def __init__(self) -> None:
        self.problems: list[InvalidError] = []

    def take(self, clean: Callable[[], T], fallback: T) -> T:
        try:
            return clean()
        except InvalidError as error:
            self.problems.append(error)
            return fallback

    def refuse(self, message: str, field: str) -> None:
        self.problems.append(InvalidError(message, field=field))

    def finish(self) -> None:
        """Raise InvalidValuesError if anything was wrong."""
        if self.problems:
            raise InvalidValuesError(self.problems)


def cleaned(ctx: Context, data: OrganisationData, *, stored_siret: str = "") -> OrganisationData:
    """The record in the form that is stored. Raises InvalidValuesError with everything that is
    wrong. Reads at most one commune, writes nothing.

    ``stored_siret`` is what the record holds already: left as it is, even a wrong one must not
    keep a telephone number from being corrected."""
    checks = Checks()
    clean = _clean_fields(checks, data, stored_siret)
    commune = _commune(ctx, checks, clean.commune_insee)
    if commune is not None:
        _check_postcode(checks, clean, commune)
        clean = replace(clean, city="")
    if clean.last_verified_on and clean.last_verified_on > local_date(ctx.now):
        checks.refuse("La date de vérification est dans l’avenir.", "last_verified_on")
    checks.finish()
    return clean


def problems(ctx: Context, data: OrganisationData, *, stored_siret: str = "") -> list[InvalidError]:
    """What is wrong with the record; empty when nothing is."""
    try:
        cleaned(ctx, data, stored_siret=stored_siret)
    except InvalidValuesError as error:
        return error.problems
    return []


def data_of(organisation: Organisation) -> OrganisationData:
    """The record as it stands, to compare with or to fill a form."""
    return OrganisationData(**{name: getattr(organisation, name) for name in FIELDS})


FIELDS = tuple(OrganisationData.__dataclass_fields__)


def _clean_fields(checks: Checks, data: OrganisationData, stored_siret: str) -> OrganisationData:
    def line(field: str, limit: int, required: str = "") -> str:
        typed: str = getattr(data, field)
        return checks.take(
            lambda: clean_line(typed, field=field, limit=limit, required=required), ""
        )

    def siret() -> str:
        is_kept = stored_siret and data.siret.strip() == stored_siret
        return stored_siret if is_kept else clean_siret(data.siret)

    def text(field: str) -> str:
        typed: str = getattr(data, field)
        return checks.take(lambda: clean_text(typed, field=field), "")

    return replace(
        data,
        name=line("name", 200, "Indiquez le nom de l’organisme."),
        acronym=line("acronym", 40),
        description=text("description"),
        siret=checks.take(siret, ""),
        email=checks.take(lambda: clean_email(data.email) if data.email.strip() else "", ""),
        phone=checks.take(lambda: clean_phone(data.phone), ""),
        website=checks.take(lambda: clean_website(data.website), ""),
        address=line("address", 300),
        postcode=checks.take(lambda: clean_postcode(data.postcode), ""),
        commune_insee=data.commune_insee or None,
        city=line("city", 80),
        opening_hours=text("opening_hours"),
        accessibility_url=checks.take(
            lambda: clean_website(data.accessibility_url, field="accessibility_url"), ""
        ),
        notes=text("notes"),
    )


def _commune(ctx: Context, checks: Checks, insee: str | None) -> Commune | None:
    if insee is None:
        return None
    commune = ctx.session.get(Commune, insee)
    if commune is None:
        checks.refuse(
            "Cette commune n’est pas l’une des 46 de la Communauté urbaine. Laissez-la vide et "
            "écrivez la ville dans « Ville hors territoire ».",
            "commune_insee",
        )
    return commune


def _check_postcode(checks: Checks, data: OrganisationData, commune: Commune) -> None:
    """A postcode neither gives the commune (62223 has eight) nor is given by it, but both must
    agree. A CEDEX has codes of its own: only its department is checked."""
    if not data.postcode or data.postcode in commune.postcodes.split(";"):
        return
    has_cedex = "cedex" in fold(data.address).split()
    if has_cedex and data.postcode[:2] == commune.insee[:2]:
        return
    expected = " ou ".join(commune.postcodes.split(";"))
    checks.refuse(
        f"{data.postcode} n’est pas un code postal de {commune.name} ({expected}). Corrigez le "
        "code ou la commune ; pour un CEDEX, écrivez « CEDEX » dans l’adresse.",
        "postcode",
    )
