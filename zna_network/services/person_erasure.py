"""Erasing what is known of a person from one page: the file and, by the staff, the registrations at
forums that are theirs alone."""

from zna_network.models.attendee import Attendee
from zna_network.models.person import Person
from zna_network.queries import people as queries
from zna_network.services import retention
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.referrals import anonymising


def registrations_of(ctx: Context, person: Person) -> list[Attendee]:
    """Those that would go with the file. A badge that several files share is a family's. Only for
    who may read the visitors: badges are given by their number, which anybody can write down."""
    if not ctx.may(Permission.ATTENDEES_READ):
        return []
    return list(ctx.session.scalars(queries.registrations_of(person.id)))


def erase(ctx: Context, person_id: int, *, with_registrations: bool) -> Person:
    """See ``anonymising.erase`` for what is refused."""
    with_registrations = with_registrations and ctx.may(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        visitors = ctx.session.scalars(queries.registrations_of(person_id, lock=True)).all()
        person = anonymising.erase(ctx, person_id)
        for visitor in visitors if with_registrations else ():
            retention.erase(ctx, visitor)
    return person
