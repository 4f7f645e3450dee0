"""One person's file as its reader may see it; each reading is in the journal."""

from dataclasses import dataclass

from zna_network.models.attendee import Badge
from zna_network.models.person import ConsentEvent, Diagnostic, FileOpening, Person
from zna_network.models.referral import Referral
from zna_network.queries import people as queries
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.referrals import people, similar_people
from zna_network.services.referrals.access import Identity, identity_of, opening_of, sides_of
from zna_network.services.referrals.similar_people import Pair


@dataclass(frozen=True)
class PersonPage:
    """``identity`` when the reader may know it. ``follows``: the reader's organisation follows the
    person, or the reader is of the staff: the rest of the file is theirs to see. The others see
    their own referrals. ``opening`` is an agent's own, ``look_alikes`` are shown to who may
    compare names."""

    person: Person
    identity: Identity | None
    follows: bool
    may_open: bool
    opening: FileOpening | None
    referrals: list[Referral]
    diagnostics: list[Diagnostic]
    badges: list[Badge]
    history: list[ConsentEvent]
    openings: list[FileOpening]
    look_alikes: list[Pair]

    @property
    def is_live(self) -> bool:
        return self.person.anonymised_at is None and self.person.merged_into_id is None


def read(ctx: Context, person_id: int) -> PersonPage:
    """Raises NotFoundError when there is no such file, or it is not theirs to see."""
    with ctx.unit_of_work():
        person = people.find(ctx, person_id)
        is_named = identity_of(ctx, person) is not None
        ctx.record("person.read", person, what="file", named=is_named)
    person = people.find(ctx, person_id)
    theirs = [
        referral
        for referral in ctx.session.scalars(queries.referrals_of(person.id))
        if sides_of(ctx, referral)
    ]
    identity = identity_of(ctx, person) or _through(ctx, person, theirs)
    follows = ctx.may(Permission.PERSON_READ, person.owner_id)
    # A badge's number leads to its visitor's name: it is shown to who may read this one.
    names = follows and identity is not None
    compares = follows and identity is not None and person.merged_into_id is None
    return PersonPage(
        person=person,
        identity=identity,
        follows=follows,
        may_open=ctx.may(Permission.PERSON_OPEN),
        opening=opening_of(ctx, person),
        referrals=theirs,
        diagnostics=list(ctx.session.scalars(queries.diagnostics_of(person.id))) if follows else [],
        badges=list(ctx.session.scalars(queries.badges_of(person.id))) if names else [],
        history=list(ctx.session.scalars(queries.consent_history(person.id))) if follows else [],
        openings=list(ctx.session.scalars(queries.openings_of(person.id))) if follows else [],
        look_alikes=similar_people.pairs(ctx, person.id) if compares else [],
    )


def _through(ctx: Context, person: Person, referrals: list[Referral]) -> Identity | None:
    """What one of the referrals tells of who the person is, to whom it was sent."""
    told = (identity_of(ctx, person, referral) for referral in referrals)
    return next((identity for identity in told if identity is not None), None)
