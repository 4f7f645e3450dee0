"""What a stand needs, who holds it, the rights it deals with: as typed, then as stored."""

from collections.abc import Collection
from dataclasses import dataclass

from zna_network.models.stand import Stand, StandPerson
from zna_network.queries import territory
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line, clean_phone, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.organisation_values import Checks

MOST_PEOPLE = 12
MOST = {"tables": 12, "chairs": 40, "sockets": 20}
_NAMES = {"tables": "tables", "chairs": "chaises", "sockets": "prises"}


@dataclass(frozen=True)
class StandData:
    """``people`` is typed one a line, « Prénom Nom, fonction »."""

    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    tables: int = 1
    chairs: int = 2
    sockets: int = 0
    needs_screen: bool = False
    other_needs: str = ""
    presentation: str = ""
    people: str = ""
    right_codes: Collection[str] = ()


def describe(ctx: Context, stand: Stand, data: StandData, *, needs_email: bool = False) -> None:
    """Put the data in the stand, its contact's address left out: see ``clean_contact_email``.
    Raises InvalidValuesError with a refusal for each field at fault."""
    checks = Checks()
    name = checks.take(lambda: clean_line(data.contact_name, field="contact_name", limit=160), "")
    phone = checks.take(lambda: clean_phone(data.contact_phone, field="contact_phone"), "")
    other = checks.take(lambda: clean_text(data.other_needs, field="other_needs", limit=1000), "")
    text = checks.take(lambda: clean_text(data.presentation, field="presentation", limit=1500), "")
    nobody: list[StandPerson] = []
    people = checks.take(lambda: _people(data.people), nobody)
    numbers = {
        key: checks.take(lambda key=key: _number(key, getattr(data, key)), 0)  # type: ignore[misc]
        for key in MOST
    }
    checks.take(lambda: clean_contact_email(data.contact_email, required=needs_email), "")
    checks.finish()
    stand.contact_name, stand.contact_phone = name, phone
    stand.tables, stand.chairs, stand.sockets = (numbers[key] for key in MOST)
    stand.needs_screen = data.needs_screen
    stand.other_needs, stand.presentation = other, text
    if [(p.name, p.function) for p in stand.people] != [(p.name, p.function) for p in people]:
        stand.people = people
    stand.rights = list(ctx.session.scalars(territory.rights_among(data.right_codes)))
    stand.updated_at = ctx.now


def clean_contact_email(typed: str, *, required: bool) -> str:
    if typed.strip():
        return clean_email(typed, field="contact_email")
    if required:
        raise InvalidError(
            "Indiquez une adresse e-mail : la réponse y sera envoyée.", field="contact_email"
        )
    return ""


def data_of(stand: Stand) -> StandData:
    """What the form shows of a stand."""
    return StandData(
        contact_name=stand.contact_name,
        contact_email=stand.contact_email,
        contact_phone=stand.contact_phone,
        tables=stand.tables,
        chairs=stand.chairs,
        sockets=stand.sockets,
        needs_screen=stand.needs_screen,
        other_needs=stand.other_needs,
        presentation=stand.presentation,
        people=people_in_lines(stand),
        right_codes=[right.code for right in stand.rights],
    )


def people_in_lines(stand: Stand) -> str:
    return "\n".join(
        ", ".join(filter(None, (person.name, person.function))) for person in stand.people
    )


def _number(key: str, value: int) -> int:
    if not 0 <= value <= MOST[key]:
        raise InvalidError(f"De 0 à {MOST[key]} {_NAMES[key]} par stand.", field=key)
    return value


def _people(typed: str) -> list[StandPerson]:
    lines = [line for line in typed.splitlines() if line.strip()]
    if len(lines) > MOST_PEOPLE:
        raise InvalidError(
            f"Un stand est tenu par {MOST_PEOPLE} personnes au plus.", field="people"
        )
    return [_person(line) for line in lines]


def _person(line: str) -> StandPerson:
    name, _, function = line.partition(",")
    return StandPerson(
        name=clean_line(name, field="people", limit=160, required="Commencez par le nom."),
        function=clean_line(function, field="people", limit=120),
    )
