"""Who is asked for their dates: the committee's members, other contacts, one-off persons."""

from collections.abc import Collection
from dataclasses import dataclass, field

from zna_network.models.committee import Membership, MembershipState
from zna_network.models.organisation import Contact
from zna_network.models.poll import DatePoll, PollInvitee, PollState
from zna_network.queries import memberships as membership_queries
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, DomainError, InvalidError
from zna_network.services.invitees import Person, organisation_named
from zna_network.services.polls import holds, mails
from zna_network.services.polls.access import live_invitee, poll_to_change
from zna_network.services.polls.links import fresh_link
from zna_network.services.polls.poll_values import MOST_INVITEES, live_invitees, live_options


@dataclass
class Added:
    """``left_out`` says who was not added, and why."""

    invitees: list[PollInvitee] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def proposals(ctx: Context, poll: DatePoll) -> list[Membership]:
    """The validated members who are not asked yet."""
    members = ctx.session.scalars(
        membership_queries.of_committee(poll.committee_id, {MembershipState.VALIDATED})
    )
    asked = {invitee.contact_id for invitee in live_invitees(poll)}
    return [
        member
        for member in members
        if member.contact_id not in asked and member.contact.archived_at is None
    ]


def add_members(
    ctx: Context, poll_id: int, chosen: Collection[int], essential: Collection[int] = ()
) -> Added:
    """Ask validated members of the committee, by the ids of their memberships; those of
    ``essential`` are indispensable. Those who are asked already are left alone."""
    if not chosen:
        raise InvalidError("Cochez au moins une personne.", field="members")
    added = Added()
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        for member in proposals(ctx, poll):
            if member.id not in chosen:
                continue
            try:
                invitee = _contact(ctx, poll, member.contact, member.id in essential)
                added.invitees.append(invitee)
            except DomainError as error:
                added.left_out.append(f"{member.contact.full_name} : {error.message}")
        _ask(ctx, poll, added.invitees)
        ctx.record("poll.members_added", poll, number=len(added.invitees))
    return added


def add_contact(
    ctx: Context, poll_id: int, contact_id: int, *, is_essential: bool = False
) -> PollInvitee:
    """Ask a contact of the directory."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        contact = ctx.session.get(Contact, contact_id)
        if contact is None or contact.archived_at is not None:
            raise InvalidError("Ce contact n’est plus dans l’annuaire.", field="contact")
        invitee = _contact(ctx, poll, contact, is_essential)
        _ask(ctx, poll, [invitee])
        ctx.record("poll.invitee_added", invitee, poll=poll.id)
    return invitee


def add_person(ctx: Context, poll_id: int, person: Person) -> PollInvitee:
    """Ask somebody who is not in the directory; ``is_required`` stands for indispensable."""
    name = clean_line(person.name, field="name", limit=170, required="Indiquez le nom.")
    function = clean_line(person.function, field="function", limit=160)
    organisation_name = clean_line(person.organisation, field="organisation", limit=200)
    email = clean_email(person.email) if person.email.strip() else ""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        _refuse_same_address(poll, email, field="email")
        organisation = organisation_named(ctx, person.organisation_id, organisation_name)
        invitee = _new(
            ctx,
            poll,
            name=name,
            function=function,
            organisation=organisation,
            organisation_name="" if organisation else organisation_name,
            email=email,
            is_essential=person.is_required,
        )
        _ask(ctx, poll, [invitee])
        ctx.record("poll.invitee_added", invitee, poll=poll.id)
    return invitee


def remove_invitee(ctx: Context, poll_id: int, invitee_id: int) -> PollInvitee:
    """Ask somebody no more: their link says so, their holds leave their calendar, their answer is
    kept and counts no more."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        invitee = live_invitee(poll, invitee_id)
        invitee.removed_at = invitee.updated_at = ctx.now
        mails.drop_unsent(ctx, [invitee])
        holds.withdraw(ctx, poll, live_options(poll), [invitee])
        ctx.session.flush()
        mails.tell_if_complete(ctx, poll)
        ctx.record("poll.invitee_removed", invitee, poll=poll.id)
    return invitee


def set_essential(
    ctx: Context, poll_id: int, invitee_id: int, *, is_essential: bool
) -> PollInvitee:
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        invitee = live_invitee(poll, invitee_id)
        invitee.is_essential, invitee.updated_at = is_essential, ctx.now
        ctx.record("poll.invitee_weighed", invitee, poll=poll.id, essential=is_essential)
    return invitee


def renew_link(ctx: Context, poll_id: int, invitee_id: int) -> PollInvitee:
    """Stop this person's link and send them another, while the poll is open."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        invitee = live_invitee(poll, invitee_id)
        for column, value in fresh_link(ctx.settings).items():
            setattr(invitee, column, value)
        invitee.updated_at = ctx.now
        if invitee.email and poll.takes_answers(ctx.now):
            mails.tell(ctx, poll, invitee, "poll_invitation", supersedes=True)
        ctx.record("poll.link_renewed", invitee, poll=poll.id)
    return invitee


def _ask(ctx: Context, poll: DatePoll, invitees: list[PollInvitee]) -> None:
    """Somebody added to a poll that is open is asked at once."""
    if poll.state is PollState.OPEN and invitees:
        mails.ask(ctx, poll, invitees)
        holds.offer(ctx, poll, live_options(poll), invitees)


def _contact(ctx: Context, poll: DatePoll, contact: Contact, is_essential: bool) -> PollInvitee:
    if any(one.contact_id == contact.id for one in live_invitees(poll)):
        raise ConflictError(f"{contact.full_name} est déjà sollicité.", field="contact")
    email = clean_email(contact.email, field="contact") if contact.email else ""
    _refuse_same_address(poll, email, field="contact")
    return _new(
        ctx,
        poll,
        contact=contact,
        name=contact.full_name,
        function=contact.function,
        organisation=contact.organisation,
        email=email,
        is_essential=is_essential,
    )


def _refuse_same_address(poll: DatePoll, email: str, *, field: str) -> None:
    for other in live_invitees(poll):
        if email and other.email == email:
            raise ConflictError(f"L’adresse {email} est déjà celle de {other.name}.", field=field)


def _new(ctx: Context, poll: DatePoll, **values: object) -> PollInvitee:
    if len(live_invitees(poll)) >= MOST_INVITEES:
        raise InvalidError(f"Un sondage sollicite {MOST_INVITEES} personnes au plus.")
    invitee = PollInvitee(
        created_at=ctx.now,
        updated_at=ctx.now,
        **fresh_link(ctx.settings),
        **values,
    )
    poll.invitees.append(invitee)
    ctx.session.flush()
    return invitee
