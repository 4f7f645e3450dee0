"""Who is invited to a meeting: the committee's members, other contacts, one-off persons."""

from collections.abc import Collection
from dataclasses import dataclass, field

from zna_network.models.committee import Membership, MembershipState, Seat
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Contact, Organisation
from zna_network.queries import invitations as queries
from zna_network.queries import meetings as meeting_queries
from zna_network.queries import memberships as membership_queries
from zna_network.services import committee_access
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.invitation_links import fresh_link
from zna_network.services.invitation_mails import open_desk
from zna_network.services.permissions import Permission
from zna_network.services.representatives import withdraw, withdraw_representatives
from zna_network.services.rsvp import why_closed


@dataclass(frozen=True)
class Person:
    """A one-off person, as typed. ``organisation_id`` is the organisation chosen in the list of
    suggestions; without it, ``organisation`` is looked up by its name, and kept as it is when
    the directory does not have it."""

    name: str
    function: str = ""
    organisation: str = ""
    organisation_id: int | None = None
    email: str = ""
    is_required: bool = True


@dataclass
class Added:
    """What became of the members chosen; ``left_out`` says who was not added, and why."""

    invitations: list[Invitation] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def proposals(ctx: Context, meeting: Meeting) -> list[Membership]:
    """The validated members who are not on the list yet."""
    members = ctx.session.scalars(
        membership_queries.of_committee(meeting.committee_id, {MembershipState.VALIDATED})
    )
    invited = {i.contact_id for i in ctx.session.scalars(queries.live(meeting.id))}
    return [
        member
        for member in members
        if member.contact_id not in invited and member.contact.archived_at is None
    ]


def add_members(ctx: Context, meeting_id: int, membership_ids: Collection[int]) -> Added:
    """Put validated members of the committee on the list, those who are there already aside."""
    if not membership_ids:
        raise InvalidError("Cochez au moins une personne.", field="members")
    added = Added()
    with ctx.unit_of_work():
        meeting = meeting_to_fill(ctx, meeting_id)
        for member in proposals(ctx, meeting):
            if member.id not in membership_ids:
                continue
            try:
                with ctx.session.begin_nested():
                    added.invitations.append(
                        _invite_contact(
                            ctx, meeting, member.contact, is_required=member.seat is Seat.FULL
                        )
                    )
            except (ConflictError, InvalidError) as error:
                added.left_out.append(f"{member.contact.full_name} : {error.message}")
        ctx.record("invitation.members_added", meeting, number=len(added.invitations))
    return added


def add_contact(
    ctx: Context, meeting_id: int, contact_id: int, *, is_required: bool = True
) -> Invitation:
    """Put a contact of the directory on the list."""
    with ctx.unit_of_work():
        meeting = meeting_to_fill(ctx, meeting_id)
        contact = ctx.session.get(Contact, contact_id)
        if contact is None or contact.archived_at is not None:
            raise InvalidError("Ce contact n’est plus dans l’annuaire.", field="contact")
        invitation = _invite_contact(ctx, meeting, contact, is_required=is_required)
        ctx.record("invitation.added", invitation, meeting=meeting.id)
    return invitation


def add_person(ctx: Context, meeting_id: int, person: Person) -> Invitation:
    """Put somebody on the list who is not in the directory."""
    name = clean_line(person.name, field="name", limit=170, required="Indiquez le nom.")
    function = clean_line(person.function, field="function", limit=160)
    organisation_name = clean_line(person.organisation, field="organisation", limit=200)
    email = clean_email(person.email) if person.email.strip() else ""
    with ctx.unit_of_work():
        meeting = meeting_to_fill(ctx, meeting_id)
        organisation = organisation_named(ctx, person.organisation_id, organisation_name)
        refuse_same_address(ctx, meeting, email)
        invitation = _new(
            ctx,
            meeting,
            name=name,
            function=function,
            organisation=organisation,
            organisation_name="" if organisation else organisation_name,
            email=email,
            is_required=person.is_required,
        )
        ctx.record("invitation.added", invitation, meeting=meeting.id)
    return invitation


def remove(ctx: Context, meeting_id: int, invitation_id: int) -> Invitation:
    """Take somebody off the list. A person already convened is told, by a cancellation addressed
    to them alone; whoever represents them is told as well.

    Removing the representative of somebody gives the latter's answer back to be given again."""
    with ctx.unit_of_work():
        meeting = meeting_to_fill(ctx, meeting_id)
        found = list(ctx.session.scalars(queries.live_locked(meeting_id)))
        invitation = next((one for one in found if one.id == invitation_id), None)
        if invitation is None:
            raise ConflictError("Cette personne n’est déjà plus convoquée à cette réunion.")
        if invitation.is_convened:
            ctx.require(Permission.MEETING_CONVENE)
        desk = open_desk(ctx, meeting, [invitation])
        withdraw_representatives(desk, invitation)
        withdraw(ctx, desk, invitation, "meeting_withdrawn")
        principal = invitation.represents
        if principal is not None and principal.answer is Answer.REPRESENTED:
            principal.answer, principal.outdated_answer = None, Answer.REPRESENTED
        ctx.record("invitation.removed", invitation, meeting=meeting.id)
    return invitation


def meeting_to_fill(ctx: Context, meeting_id: int) -> Meeting:
    """The meeting, locked, for those who may prepare its list. To be called inside a unit of
    work. Raises NotFoundError, ForbiddenError, or ConflictError once it is too late."""
    meeting = ctx.session.scalar(meeting_queries.by_id(meeting_id, lock=True))
    if meeting is None:
        raise NotFoundError("Cette réunion n’existe pas.")
    committee_access.require_prepare(ctx, meeting.committee)
    if not meeting.accepts_answers(ctx.now):
        raise ConflictError(f"{why_closed(meeting)} La liste des convoqués ne change plus.")
    return meeting


def refuse_same_address(
    ctx: Context, meeting: Meeting, email: str, *, field: str = "email"
) -> None:
    """Raises ConflictError beside ``field`` when somebody of the list has this address."""
    if not email:
        return
    other = ctx.session.scalar(queries.live_with_email(meeting.id, email))
    if other is not None:
        raise ConflictError(
            f"L’adresse {email} est déjà celle de {other.name} sur cette liste.", field=field
        )


def _invite_contact(
    ctx: Context, meeting: Meeting, contact: Contact, *, is_required: bool
) -> Invitation:
    if ctx.session.scalar(queries.live_with_contact(meeting.id, contact.id)) is not None:
        raise ConflictError(f"{contact.full_name} est déjà sur la liste.", field="contact")
    email = clean_email(contact.email, field="contact") if contact.email else ""
    refuse_same_address(ctx, meeting, email, field="contact")
    return _new(
        ctx,
        meeting,
        contact=contact,
        name=contact.full_name,
        function=contact.function,
        organisation=contact.organisation,
        email=email,
        is_required=is_required,
    )


def _new(ctx: Context, meeting: Meeting, **values: object) -> Invitation:
    invitation = Invitation(
        meeting=meeting,
        created_at=ctx.now,
        updated_at=ctx.now,
        **fresh_link(ctx.settings),
        **values,
    )
    ctx.session.add(invitation)
    ctx.session.flush()
    return invitation


def organisation_named(ctx: Context, chosen_id: int | None, typed: str) -> Organisation | None:
    """The one picked in the suggestions, else the one that has the name typed; none when the
    directory lacks it."""
    if chosen_id is not None:
        return ctx.session.get(Organisation, chosen_id)
    found = list(ctx.session.scalars(queries.organisations_named(fold(typed)))) if typed else []
    return found[0] if len(found) == 1 else None
