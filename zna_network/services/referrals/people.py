"""The files of people: made, changed, found. ``access`` says who may; every reading of a name is in
the journal, which names nobody."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.person import Person, PersonBadge, PersonKey
from zna_network.queries import people as queries
from zna_network.services import blind_index
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.referrals.access import UNKNOWN_PERSON, identity_of, may_see_person
from zna_network.services.referrals.people_values import (
    PersonData,
    checked,
    new_case_number,
)
from zna_network.services.registration_values import place_of
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

__all__ = [
    "PersonData",
    "badge_of",
    "create",
    "facts_of_badge",
    "find",
    "link_badge",
    "of_badge",
    "read_to_edit",
    "touch",
    "update",
]

CLOSED = "Ouvrez d’abord le dossier en disant pourquoi : il ne se modifie pas sans être lu."
ANONYMISED = "Ce dossier est anonymisé : il ne désigne plus personne."
MERGED = "Ce dossier a été réuni avec un autre : modifiez l’autre."
UNKNOWN_BADGE = "Ce badge n’existe pas."


def create(ctx: Context, owner_id: int, data: PersonData, *, badge: Badge | None = None) -> Person:
    """A new file, in the caller's transaction; the caller has checked who asks. Raises InvalidError
    with the field at fault."""
    person = Person(
        **checked(ctx, data),
        case_number=free_case_number(ctx),
        owner_id=owner_id,
        created_by_id=ctx.actor_id,
        last_contact_on=local_date(ctx.now),
        consents=[],
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(person)
    ctx.session.flush()
    refresh_keys(ctx, person)
    if badge is not None:
        link_badge(ctx, person, badge)
    ctx.record("person.created", person)
    return person


def update(ctx: Context, person_id: int, data: PersonData, revision: int) -> Person:
    """What those who follow the person write anew; the staff, once they have opened the file."""
    with ctx.unit_of_work():
        person = find(ctx, person_id, lock=True)
        refuse_unless_named(ctx, person)
        if person.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        for column, value in checked(ctx, data).items():
            setattr(person, column, value)
        person.updated_at = ctx.now
        refresh_keys(ctx, person)
        touch(ctx, person)
        ctx.record("person.changed", person)
    return person


def read_to_edit(ctx: Context, person_id: int) -> Person:
    """The file as its form shows it; the journal says who read it."""
    with ctx.unit_of_work():
        person = find(ctx, person_id)
        refuse_unless_named(ctx, person)
        ctx.record("person.read", person, what="form")
    return find(ctx, person_id)


def touch(ctx: Context, person: Person, at: datetime | None = None) -> None:
    """There was a contact, now or at ``at``: the two years start again."""
    person.last_contact_on = max(person.last_contact_on, local_date(at or ctx.now))


def find(ctx: Context, person_id: int, *, lock: bool = False) -> Person:
    """Raises NotFoundError when there is no such file, or it is not theirs to see."""
    person = ctx.session.scalar(queries.by_id(person_id, lock=lock))
    if person is None or not may_see_person(ctx, person):
        raise NotFoundError(UNKNOWN_PERSON)
    return person


def refuse_unless_named(ctx: Context, person: Person) -> None:
    """Raises ConflictError when the file names nobody any more, ForbiddenError when the actor is
    not one who follows the person, or has not opened the file."""
    if person.anonymised_at is not None:
        raise ConflictError(ANONYMISED)
    if person.merged_into_id is not None:
        raise ConflictError(MERGED)
    ctx.require(Permission.PERSON_READ, person.owner_id)
    if identity_of(ctx, person) is None:
        raise ForbiddenError(CLOSED)


def badge_of(ctx: Context, badge_id: int) -> Badge:
    """Raises InvalidError when there is no such badge."""
    badge = ctx.session.get(Badge, badge_id)
    if badge is None:
        raise InvalidError(UNKNOWN_BADGE, field="badge")
    return badge


def of_badge(ctx: Context, badge_id: int, owner_id: int | None = None) -> list[Person]:
    """The files of those who wore this badge: those that the actor may see, or those that
    ``owner_id`` follows, for a stand that acts for it without an account."""
    found = ctx.session.scalars(queries.of_badge(badge_id)).all()
    if owner_id is not None:
        return [person for person in found if person.owner_id == owner_id]
    return [person for person in found if may_see_person(ctx, person)]


def link_badge(ctx: Context, person: Person, badge: Badge) -> None:
    """This person wore this badge. Known already, nothing happens."""
    if ctx.session.get(PersonBadge, (person.id, badge.id)) is None:
        ctx.session.add(PersonBadge(person_id=person.id, badge_id=badge.id))


def facts_of_badge(
    ctx: Context, badge: Badge, *, scanned: bool = False, at_stand: bool = False
) -> PersonData:
    """What the visitor said when registering, to fill the form with. Numbers follow one another:
    whoever types them one by one is told nothing but the language. A badge that was ``scanned``,
    its code being nobody's to guess, tells everything, as it does to who may read the visitors; to
    a stand's own phone (``at_stand``) its number tells the home and the public."""
    visitor = badge.attendee
    if visitor is None or visitor.erased_at is not None or visitor.cancelled_at is not None:
        return PersonData()
    with ctx.unit_of_work():
        visitor = ctx.session.get_one(Attendee, visitor.id)
        ctx.record("attendee.read", visitor, what="referral")
        facts = PersonData(language=visitor.language)
        is_named = scanned or ctx.may(Permission.ATTENDEES_READ)
        if is_named or at_stand:
            facts = replace(
                facts,
                place=place_of(visitor.commune_insee, visitor.qpv_id, visitor.is_from_elsewhere),
                age_band=visitor.age_band.value if visitor.age_band else "",
                target_group=visitor.target_group.value if visitor.target_group else "",
            )
        if is_named:
            facts = replace(facts, name=visitor.name, email=visitor.email, phone=visitor.phone)
        return facts


def refresh_keys(ctx: Context, person: Person) -> None:
    """What the person is found by, from what the file says now, in the caller's transaction."""
    ctx.session.execute(delete(PersonKey).where(PersonKey.person_id == person.id))
    found_by = blind_index.rows(
        ctx.settings,
        blind_index.PEOPLE,
        name=person.name,
        email=person.email,
        phone=person.phone,
    )
    if found_by:
        ctx.session.execute(
            insert(PersonKey),
            [{"person_id": person.id, "kind": kind, "key": key} for kind, key in found_by],
        )


def free_case_number(ctx: Context) -> str:
    number = new_case_number()
    while ctx.session.scalar(queries.with_case_number(number)) is not None:
        number = new_case_number()
    return number
