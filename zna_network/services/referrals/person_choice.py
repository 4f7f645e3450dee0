"""Whose file a referral is about: one that exists, completed, or a new one."""

from typing import Any

from zna_network.models.person import Person
from zna_network.queries import people as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.referrals import people
from zna_network.services.referrals.access import UNKNOWN_PERSON, may_refer, may_see_person
from zna_network.services.referrals.creation_values import ReferralData, Sender
from zna_network.services.referrals.people import PersonData
from zna_network.services.referrals.people_values import checked

_HOME = ("commune_insee", "qpv_id", "is_from_elsewhere")
_REST = ("name", "email", "phone", "note", "birth_year", "age_band", "target_group")


def person_for(ctx: Context, sender: Sender, data: ReferralData) -> Person:
    """In the caller's transaction. Raises NotFoundError, ConflictError, InvalidError."""
    badge = people.badge_of(ctx, data.badge_id) if data.badge_id is not None else None
    given = data.person or PersonData()
    if data.person_id is None:
        return people.create(ctx, sender.organisation_id, given, badge=badge)
    person = existing(ctx, sender, data.person_id)
    complete(ctx, person, given)
    if badge is not None:
        people.link_badge(ctx, person, badge)
    return person


def existing(ctx: Context, sender: Sender, person_id: int) -> Person:
    """The file, locked: the one that it was merged into, where it was. It is one that the actor may
    see, and for who is not of the staff one that their organisation may refer."""
    person = ctx.session.scalar(queries.by_id(person_id, lock=True))
    while person is not None and person.merged_into_id is not None:
        person = ctx.session.scalar(queries.by_id(person.merged_into_id, lock=True))
    if person is None or not _is_theirs(ctx, sender, person):
        raise NotFoundError(UNKNOWN_PERSON)
    if person.anonymised_at is not None:
        raise ConflictError(people.ANONYMISED)
    return person


def complete(ctx: Context, person: Person, data: PersonData) -> None:
    """Write what the file did not say yet, and nothing over what it says."""
    columns = checked(ctx, data)
    changed = {name: columns[name] for name in _REST if _is_new(person, name, columns[name])}
    home = {name: columns[name] for name in _HOME}
    if any(home.values()) and not any(getattr(person, name) for name in _HOME):
        changed |= home
    if not changed:
        return
    for name, value in changed.items():
        setattr(person, name, value)
    person.updated_at = ctx.now
    ctx.session.flush()
    ctx.session.refresh(person, ["commune", "qpv"])
    people.refresh_keys(ctx, person)
    ctx.record("person.changed", person, what="completed")


def _is_new(person: Person, name: str, value: Any) -> bool:
    return bool(value) and not getattr(person, name)


def _is_theirs(ctx: Context, sender: Sender, person: Person) -> bool:
    if ctx.actor is not None and ctx.actor.is_staff:
        return may_see_person(ctx, person)
    return may_refer(ctx, person, sender.organisation_id)
