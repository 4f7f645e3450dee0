"""The stands of the demonstration forum, around the hall and in two islands."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import timedelta

from zna_network.models.forum import Forum
from zna_network.models.organisation import Contact, Organisation
from zna_network.models.stand import Stand, StandPerson, StandSquare, StandState
from zna_network.models.territory import Right
from zna_network.queries import demo_forum as queries
from zna_network.services.context import Context
from zna_network.services.demo.partners import ASSOCIATIONS, GRANTEES, NETWORK, Partner
from zna_network.services.demo.people import Person, people
from zna_network.services.stand_links import fresh_link

_ELSEWHERE = {
    "Maisons & Cités": StandState.INVITED,
    "DDETS du Pas-de-Calais": StandState.DECLINED,
    "Le Fil des aînés (association fictive)": StandState.APPLIED,
}
_WALLS = [(column, row) for row in (0, 12) for column in (1, 4, 7, 10, 13, 16, 19)]
_ISLANDS = [(column, row) for row in (4, 8) for column in (5, 9, 13, 17)]
PLACES = (*_WALLS, *_ISLANDS)
_SIZE = 2
_PEOPLE_FROM = 120  # the directory's contacts are the first of the same list


def build(ctx: Context, forum: Forum, organisations: dict[str, Organisation]) -> None:
    """One stand an organisation, the confirmed ones placed on the plan."""
    partners = [*NETWORK, *(partner for partner, _ in GRANTEES), *ASSOCIATIONS]
    contacts = _contacts(ctx, [organisations[p.name].id for p in partners])
    codes = sorted({code for partner in partners for code in partner.rights})
    rights = {right.code: right for right in ctx.session.scalars(queries.rights_of(codes))}
    places = iter(PLACES)
    cast = itertools.islice(people(), _PEOPLE_FROM, None)
    for number, partner in enumerate(partners, start=1):
        organisation = organisations[partner.name]
        stand = _stand(ctx, forum, organisation, number, contacts.get(organisation.id))
        stand.state = _ELSEWHERE.get(partner.name, StandState.CONFIRMED)
        _describe(stand, partner, [rights[code] for code in partner.rights if code in rights])
        if stand.state is StandState.CONFIRMED:
            _place(stand, forum, *next(places))
            stand.people = list(_holders(number, cast))
        if stand.state is not StandState.INVITED:
            stand.answered_at = ctx.now - timedelta(days=30 - number % 20)
        ctx.session.add(stand)
    ctx.session.flush()


def _contacts(ctx: Context, organisation_ids: Sequence[int]) -> dict[int, Contact]:
    found: dict[int, Contact] = {}
    for contact in ctx.session.scalars(queries.first_contacts_of(organisation_ids)):
        found.setdefault(contact.organisation_id, contact)
    return found


def _stand(
    ctx: Context, forum: Forum, organisation: Organisation, number: int, contact: Contact | None
) -> Stand:
    return Stand(
        forum_id=forum.id,
        organisation=organisation,
        number=number,
        contact_name=f"{contact.first_name} {contact.last_name}".strip() if contact else "",
        contact_email=contact.email if contact else organisation.email,
        contact_phone=organisation.phone,
        **fresh_link(ctx.settings),
        uid=f"stand-{number}.{forum.uid}",
        sent_sequence=0,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _describe(stand: Stand, partner: Partner, rights: list[Right]) -> None:
    stand.presentation = partner.description or f"{partner.offer} : venez avec vos questions."
    stand.rights = rights
    stand.tables = 1 + stand.number % 2
    stand.chairs = 2 + stand.number % 3
    stand.sockets = stand.number % 3
    stand.needs_screen = stand.number % 5 == 0
    if stand.number % 7 == 0:
        stand.other_needs = "Un emplacement au calme, pour des entretiens."
    if stand.state is StandState.DECLINED:
        stand.reason = "Pas d’équipe disponible ce jour-là."


def _place(stand: Stand, forum: Forum, column: int, row: int) -> None:
    stand.column, stand.row, stand.width, stand.height = column, row, _SIZE, _SIZE
    stand.squares = [
        StandSquare(forum_id=forum.id, column=column + across, row=row + down)
        for across in range(_SIZE)
        for down in range(_SIZE)
    ]


def _holders(number: int, cast: Iterator[Person]) -> Iterator[StandPerson]:
    for person in itertools.islice(cast, 1 + number % 2):
        yield StandPerson(name=f"{person.first_name} {person.last_name}", function="Tient le stand")
