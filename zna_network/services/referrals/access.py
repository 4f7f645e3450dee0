"""Who sees what of a person and of a referral: one rule, read by every page, list and export.

- Who refers (``sender``) and who follows the person (``owner``) see their own people whole.
- Who is referred to (``receiver``), signed in or with the link, sees who the person is if the
  person agreed to be contacted, and as long as the referral waits for it or is accepted; never
  the note that those who follow the person keep. Of what was never sent, the person wanting
  nothing, it knows nothing at all.
- The CUA's staff see every referral by its case number; a name only after saying why
  (``FileOpening``), for an hour, and the journal keeps the reason.
Others see nothing: for them it does not exist."""

from dataclasses import dataclass
from datetime import timedelta

from zna_network.models.person import FileOpening, Person, Purpose
from zna_network.models.referral import Referral, ReferralState, Side
from zna_network.queries import people as people_queries
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, NotFoundError
from zna_network.services.permissions import Permission

OPENING = timedelta(hours=1)
UNKNOWN_REFERRAL = "Cette orientation n’existe pas, ou ne concerne pas votre organisme."
UNKNOWN_PERSON = "Ce dossier n’existe pas, ou ne concerne pas votre organisme."


@dataclass(frozen=True)
class Author:
    """Whoever does something to a referral: ``label`` is what the history shows (an organisation,
    or the name of an account with its organisation)."""

    side: Side
    label: str
    user_id: int | None = None


CLOCK = Author(Side.SYSTEM, "Le réseau")


@dataclass(frozen=True)
class Identity:
    """What names a person; built here alone, so that a page cannot show it by mistake."""

    name: str
    email: str
    phone: str
    birth_year: int | None
    note: str = ""


def sides_of(ctx: Context, referral: Referral) -> tuple[Side, ...]:
    """The sides that the actor is on, the foremost first; none when the referral is not theirs to
    see. An organisation may refer to itself, and is then on both."""
    if ctx.is_system:
        return (Side.SYSTEM,)
    if _is_staff(ctx):
        return (Side.STAFF,) if ctx.may(Permission.REFERRAL_READ) else ()
    theirs = {
        Side.SENDER: (referral.sender_id, referral.person.owner_id),
        Side.RECEIVER: () if referral.was_kept_back else (referral.receiver_id,),
    }
    return tuple(
        side
        for side, owners in theirs.items()
        if any(ctx.may(Permission.REFERRAL_READ, owner) for owner in owners)
    )


def author_for(ctx: Context, referral: Referral, *allowed: Side) -> Author:
    """The actor as the history names them. Raises NotFoundError when the referral is not theirs to
    see, ForbiddenError when they are on none of the ``allowed`` sides (none given: any will do).
    The staff and the system may do what each side may."""
    sides = sides_of(ctx, referral)
    if not sides:
        raise NotFoundError(UNKNOWN_REFERRAL)
    fitting = [s for s in sides if not allowed or s in {*allowed, Side.STAFF, Side.SYSTEM}]
    if not fitting:
        raise ForbiddenError
    return _author(ctx, fitting[0])


def author_as(ctx: Context, side: Side) -> Author:
    """The actor, before there is a referral."""
    return _author(ctx, Side.STAFF if _is_staff(ctx) else side)


def may_see_person(ctx: Context, person: Person) -> bool:
    """Whether the file's page is theirs to open; the name is another question."""
    return ctx.may(Permission.PERSON_READ, person.owner_id) or bool(
        ctx.actor
        and ctx.actor.organisation_id
        and ctx.session.scalar(people_queries.referred_by(person.id, ctx.actor.organisation_id))
    )


def may_refer(ctx: Context, person: Person, organisation_id: int) -> bool:
    """Whether this organisation may refer the person, which will let it know who it is: it follows
    them or has referred them already; the one referred to, as long as it may know that anyway."""
    if organisation_id == person.owner_id:
        return True
    between = people_queries.referrals_between(person.id, organisation_id)
    return any(
        referral.sender_id == organisation_id or may_receiver_name(person, referral)
        for referral in ctx.session.scalars(between)
    )


def identity_of(ctx: Context, person: Person, referral: Referral | None = None) -> Identity | None:
    """Who the person is, when the actor may know it: in general, or through this referral."""
    if person.anonymised_at is not None or not _may_name(ctx, person, referral):
        return None
    note = person.note if _reads_note(ctx, person, referral) else ""
    return Identity(person.name, person.email, person.phone, person.birth_year, note)


def identity_for_receiver(person: Person, referral: Referral) -> Identity | None:
    """The same for the holder of the receiver's link, who has no account."""
    if not may_receiver_name(person, referral) or person.anonymised_at is not None:
        return None
    return Identity(person.name, person.email, person.phone, person.birth_year)


def may_receiver_name(person: Person, referral: Referral) -> bool:
    return may_receiver_read_words(referral) and person.agrees_to(Purpose.CONTACT)


def may_read_words(ctx: Context, referral: Referral) -> bool:
    """Whether the actor reads what was typed about the need and in the history: it may name the
    person. Both sides do, the receiver as long as the referral is with it; the staff once the
    file is open to them."""
    if identity_of(ctx, referral.person, referral) is not None:
        return True
    theirs = sides_of(ctx, referral)
    if Side.SENDER in theirs or Side.SYSTEM in theirs:
        return True
    return Side.RECEIVER in theirs and may_receiver_read_words(referral)


def may_see_situation(ctx: Context, referral: Referral) -> bool:
    """Where the person lives, what they are and need, which could tell who it is: who refers, who
    follows the person, and the staff; the receiver when it may know who it is."""
    if ctx.is_system or _is_staff(ctx):
        return True
    own = ctx.actor.organisation_id if ctx.actor else None
    if own is not None and own in {referral.sender_id, referral.person.owner_id}:
        return True
    return identity_of(ctx, referral.person, referral) is not None


def may_receiver_read_words(referral: Referral) -> bool:
    """The same for the holder of the receiver's link: the referral waits for it, or it took it."""
    waits = referral.state is ReferralState.OPEN and referral.is_live
    return waits or referral.state is ReferralState.ACCEPTED


def opening_of(ctx: Context, person: Person) -> FileOpening | None:
    """The actor's own opening of this file that has not closed yet."""
    if ctx.actor is None:
        return None
    return ctx.session.scalar(people_queries.opening(person.id, ctx.actor.id, ctx.now))


def _may_name(ctx: Context, person: Person, referral: Referral | None) -> bool:
    if ctx.is_system:
        return True
    if ctx.actor is None:
        return False
    if _is_staff(ctx):
        return opening_of(ctx, person) is not None
    own = ctx.actor.organisation_id
    if own is None:
        return False
    if own == person.owner_id or (referral is not None and own == referral.sender_id):
        return True
    return (
        referral is not None and own == referral.receiver_id and may_receiver_name(person, referral)
    )


def _reads_note(ctx: Context, person: Person, referral: Referral | None) -> bool:
    """What those who follow the person wrote for themselves: theirs, who refers', and the staff's
    once the file is open to them."""
    own = ctx.actor.organisation_id if ctx.actor else None
    if ctx.is_system or _is_staff(ctx) or own == person.owner_id:
        return True
    return referral is not None and own == referral.sender_id


def _is_staff(ctx: Context) -> bool:
    return ctx.actor is not None and ctx.actor.is_staff


def _author(ctx: Context, side: Side) -> Author:
    if ctx.actor is None:
        return CLOCK
    organisation = ctx.actor.organisation
    label = f"{ctx.actor.name} ({organisation.short_name})" if organisation else ctx.actor.name
    return Author(side, label[:200], ctx.actor.id)
