"""Who sits in which committee."""

from collections.abc import Collection

from sqlalchemy import Select, case, select
from sqlalchemy.orm import selectinload

from zna_network.models.committee import Membership, MembershipEvent, MembershipState, Seat
from zna_network.models.organisation import Contact, Organisation
from zna_network.queries.listing import SortKeys

_SEATS = case((Membership.seat == Seat.FULL, 0), (Membership.seat == Seat.SUBSTITUTE, 1), else_=2)
EVENT_SORTS: SortKeys = {"date": (MembershipEvent.id,)}


def validated_of_organisation(committee_id: int, organisation_id: int) -> Select[int]:
    """The seats that an organisation's people hold in a committee."""
    return (
        select(Membership.id)
        .join(Contact, Membership.contact_id == Contact.id)
        .where(
            Membership.committee_id == committee_id,
            Membership.state == MembershipState.VALIDATED,
            Contact.organisation_id == organisation_id,
        )
    )


def of_committee(
    committee_id: int, states: Collection[MembershipState] = tuple(MembershipState)
) -> Select[Membership]:
    """The members in these states with their contact and organisation: elected members first,
    then by organisation, seat and name."""
    return (
        select(Membership)
        .join(Contact, Membership.contact_id == Contact.id)
        .join(Organisation, Contact.organisation_id == Organisation.id)
        .where(Membership.committee_id == committee_id, Membership.state.in_(states))
        .options(selectinload(Membership.contact).selectinload(Contact.organisation))
        .order_by(
            Contact.is_elected.desc(),
            Organisation.sort_key,
            Organisation.id,
            _SEATS,
            Contact.sort_key,
            Membership.id,
        )
    )


def of_contact(committee_id: int, contact_id: int) -> Select[Membership]:
    return select(Membership).where(
        Membership.committee_id == committee_id, Membership.contact_id == contact_id
    )


def by_id(committee_id: int, membership_id: int) -> Select[Membership]:
    """One member of this committee, with the history."""
    return (
        select(Membership)
        .where(Membership.committee_id == committee_id, Membership.id == membership_id)
        .options(
            selectinload(Membership.committee),
            selectinload(Membership.contact).selectinload(Contact.organisation),
            selectinload(Membership.events).selectinload(MembershipEvent.actor),
        )
    )


def to_decide(committee_id: int, membership_ids: Collection[int]) -> Select[Membership]:
    """The memberships that a decision is about, locked in one order."""
    return (
        select(Membership)
        .where(Membership.committee_id == committee_id, Membership.id.in_(membership_ids))
        .options(
            selectinload(Membership.contact).selectinload(Contact.organisation),
            selectinload(Membership.events).selectinload(MembershipEvent.actor),
        )
        .order_by(Membership.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def events_of_committee(committee_id: int) -> Select[MembershipEvent]:
    """The history of a committee's composition, with the people that each step is about."""
    return (
        select(MembershipEvent)
        .join(Membership, MembershipEvent.membership_id == Membership.id)
        .where(Membership.committee_id == committee_id)
        .options(
            selectinload(MembershipEvent.membership)
            .selectinload(Membership.contact)
            .selectinload(Contact.organisation),
            selectinload(MembershipEvent.actor),
        )
    )


def contacts_named(folded_words: list[str]) -> Select[Contact]:
    """Contacts in use whose folded name holds every word, with their organisation."""
    statement = (
        select(Contact)
        .join(Organisation, Contact.organisation_id == Organisation.id)
        .where(Contact.archived_at.is_(None), Organisation.archived_at.is_(None))
        .options(selectinload(Contact.organisation))
        .order_by(Contact.sort_key, Contact.id)
    )
    for word in folded_words:
        statement = statement.where(Contact.sort_key.contains(word, autoescape=True))
    return statement
