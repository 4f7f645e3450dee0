"""Committees, as the services and pages read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from zna_network.models.committee import Committee, CommitteeKind, Membership, MembershipState
from zna_network.models.organisation import Contact
from zna_network.queries.listing import SortKeys

COMMITTEE_SORTS: SortKeys = {
    "kind": (
        case((Committee.kind == CommitteeKind.STEERING, 0), else_=1),
        Committee.name,
        Committee.id,
    ),
}


@dataclass(frozen=True)
class Reach:
    """Which committees somebody may read: all of them, or those that their organisation leads
    or sits in; none when they have no organisation."""

    everything: bool = False
    organisation_id: int | None = None


def by_id(committee_id: int, *, lock: bool = False) -> Select[Committee]:
    """``lock`` makes the transactions that change a composition follow one another."""
    statement = (
        select(Committee)
        .where(Committee.id == committee_id)
        .options(selectinload(Committee.led_by))
    )
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def by_name(name: str) -> Select[Committee]:
    return select(Committee).where(func.lower(Committee.name) == name.lower())


def within(reach: Reach) -> ColumnElement[bool]:
    """The condition on Committee that keeps what ``reach`` allows."""
    if reach.everything:
        return true()
    if reach.organisation_id is None:
        return false()
    seated = (
        select(Membership.committee_id)
        .join(Contact, Membership.contact_id == Contact.id)
        .where(
            Membership.state == MembershipState.VALIDATED,
            Contact.organisation_id == reach.organisation_id,
        )
    )
    return or_(Committee.led_by_id == reach.organisation_id, Committee.id.in_(seated))


def readable(reach: Reach, *, archived: bool = False) -> Select[Committee]:
    """The committees of a list page, with who leads them."""
    is_archived = Committee.archived_at.is_not(None)
    return (
        select(Committee)
        .where(within(reach), is_archived if archived else ~is_archived)
        .options(selectinload(Committee.led_by))
    )


def count_archived(reach: Reach) -> Select[int]:
    return select(func.count(Committee.id)).where(within(reach), Committee.archived_at.is_not(None))


def member_counts(committee_ids: Sequence[int]) -> Select[int, MembershipState, int]:
    """How many members each committee has in each state."""
    return (
        select(Membership.committee_id, Membership.state, func.count(Membership.id))
        .where(Membership.committee_id.in_(committee_ids))
        .group_by(Membership.committee_id, Membership.state)
    )


def proposals_waiting() -> Select[int]:
    """How many proposals await the CUA's decision, in the committees at work."""
    return (
        select(func.count(Membership.id))
        .join(Committee, Membership.committee_id == Committee.id)
        .where(Membership.state == MembershipState.PROPOSED, Committee.archived_at.is_(None))
    )


def with_proposals() -> Select[Committee]:
    """The committees at work where a proposal awaits a decision, for the home page."""
    waiting = select(Membership.committee_id).where(Membership.state == MembershipState.PROPOSED)
    return (
        select(Committee)
        .where(Committee.id.in_(waiting), Committee.archived_at.is_(None))
        .order_by(Committee.name)
    )
