"""The « diagnostic 360° des droits »: what a conversation found about each right, kept as it was
said, and the rights to check from which referrals are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zna_network.models.person import Diagnostic, Person, RightStatus
from zna_network.models.referral import Referral
from zna_network.queries import diagnostics as queries
from zna_network.queries import territory as territory_queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.referrals import consents, people
from zna_network.services.referrals.access import (
    UNKNOWN_PERSON,
    Author,
    Identity,
    identity_of,
)
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.creation_values import clean_client_id
from zna_network.services.referrals.people import PersonData
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import take_turns

ALREADY_USED = "Cet envoi a déjà servi à quelqu’un d’autre. Rechargez la page, puis recommencez."
UNKNOWN = "Ce diagnostic n’existe pas, ou ne concerne pas votre organisme."
NOTHING_SAID = "Répondez au moins pour un droit."
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class DiagnosticData:
    """``statuses``: a right's code → ``RightStatus``; a right that was not spoken of is absent.
    ``client_id`` is drawn by the form, so that what is sent twice counts once."""

    client_id: str
    statuses: Mapping[str, str]
    person_id: int | None = None
    person: PersonData = field(default_factory=PersonData)
    badge_id: int | None = None
    consents: ConsentData | None = None
    note: str = ""
    made_at: datetime | None = None


def make(ctx: Context, owner_id: int, author: Author, data: DiagnosticData) -> Diagnostic:
    """Keep what was said, for a person who is known or who is met for the first time. Sent again,
    it is the first one that is given back."""
    ctx.require(Permission.REFERRAL_CREATE, owner_id)
    client_id = clean_client_id(data.client_id)
    with ctx.unit_of_work():
        # The same sending, twice at the same instant, is looked for in turn.
        take_turns(ctx.session, f"diagnostic:{client_id}")
        made = ctx.session.scalar(queries.by_client_id(client_id))
        if made is not None:
            if not _follows(ctx, made.person):
                raise ConflictError(ALREADY_USED, field="client_id")
            return made
        statuses = _statuses(ctx, data.statuses)
        note = clean_text(data.note, field="note", limit=LONGEST_NOTE)
        person = _person(ctx, owner_id, data)
        if data.consents is not None:
            consents.record(ctx, person, data.consents, author, data.made_at)
        people.touch(ctx, person, data.made_at)
        diagnostic = Diagnostic(
            client_id=client_id,
            person=person,
            made_at=data.made_at or ctx.now,
            made_by_id=author.user_id,
            made_by=author.label,
            statuses=statuses,
            note=refuse_sensitive(note, field="note"),
        )
        ctx.session.add(diagnostic)
        ctx.session.flush()
        ctx.record("diagnostic.made", diagnostic, person=person.id, rights=len(statuses))
    return diagnostic


@dataclass(frozen=True)
class DiagnosticView:
    """A diagnostic as its reader may see it."""

    diagnostic: Diagnostic
    person: Person
    identity: Identity | None
    to_check: tuple[str, ...]


def read(ctx: Context, diagnostic_id: int) -> DiagnosticView:
    """Raises NotFoundError. The journal says who read it."""
    with ctx.unit_of_work():
        diagnostic = ctx.session.scalar(queries.by_id(diagnostic_id))
        if diagnostic is None or not _follows(ctx, diagnostic.person):
            raise NotFoundError(UNKNOWN)
        ctx.record("person.read", diagnostic.person, what="diagnostic")
    diagnostic = ctx.session.scalars(queries.by_id(diagnostic_id)).one()
    return DiagnosticView(
        diagnostic,
        diagnostic.person,
        identity_of(ctx, diagnostic.person),
        to_check(diagnostic.statuses),
    )


def referrals_of(ctx: Context, diagnostic_id: int) -> Sequence[Referral]:
    """Those already made from it, the first one first."""
    return ctx.session.scalars(queries.referrals_of(diagnostic_id)).all()


def to_check(statuses: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of the rights to check: those that referrals are made of."""
    return tuple(code for code, status in statuses.items() if status == RightStatus.TO_CHECK)


def _statuses(ctx: Context, given: Mapping[str, str]) -> dict[str, str]:
    """Those of rights that exist, in the order of the list."""
    said = {code: status for code, status in given.items() if status}
    if not said:
        raise InvalidError(NOTHING_SAID, field="statuses")
    if not set(said.values()) <= {status.value for status in RightStatus}:
        raise InvalidError("Choisissez une réponse de la liste.", field="statuses")
    known = [right.code for right in ctx.session.scalars(territory_queries.rights_among(said))]
    if len(known) != len(said):
        raise InvalidError("Un droit de cette page n’existe plus. Rechargez-la.", field="statuses")
    return {code: said[code] for code in known}


def _person(ctx: Context, owner_id: int, data: DiagnosticData) -> Person:
    if data.person_id is not None:
        person = people.find(ctx, data.person_id, lock=True)
        if not _follows(ctx, person):
            raise NotFoundError(UNKNOWN_PERSON)
        if person.merged_into_id is not None:
            raise ConflictError(people.MERGED)
        if person.anonymised_at is not None:
            raise ConflictError(people.ANONYMISED)
        return person
    badge = people.badge_of(ctx, data.badge_id) if data.badge_id else None
    return people.create(ctx, owner_id, data.person, badge=badge)


def _follows(ctx: Context, person: Person) -> bool:
    """All of somebody's rights are for who follows them, and the staff: whom a referral goes to
    knows of its own."""
    return ctx.may(Permission.PERSON_READ, person.owner_id)
