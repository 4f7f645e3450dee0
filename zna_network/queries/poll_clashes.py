"""What else happens on the days that a poll proposes: other meetings, days to avoid."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import selectinload

from zna_network.models.committee import Membership, MembershipState
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.planning import ClosedPeriod


def _shares_members(committee_id: int) -> ColumnElement[bool]:
    members = select(Membership.contact_id).where(
        Membership.committee_id == committee_id, Membership.state == MembershipState.VALIDATED
    )
    sharing = select(Membership.committee_id).where(
        Membership.contact_id.in_(members), Membership.state == MembershipState.VALIDATED
    )
    return or_(Meeting.committee_id == committee_id, Meeting.committee_id.in_(sharing))


def meetings_between(
    committee_id: int, contact_ids: Collection[int], since: datetime, until: datetime
) -> Select[Meeting]:
    """The meetings planned in this time to which some of these contacts are invited, or whose
    committee is this one or shares a member with it."""
    invited = select(Invitation.meeting_id).where(
        Invitation.contact_id.in_(contact_ids), Invitation.removed_at.is_(None)
    )
    return (
        select(Meeting)
        .where(
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at < until,
            Meeting.ends_at > since,
            or_(_shares_members(committee_id), Meeting.id.in_(invited)),
        )
        .options(selectinload(Meeting.committee))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def expected_there(
    meeting_ids: Collection[int], contact_ids: Collection[int]
) -> Select[int, int | None]:
    """Meeting and contact: which of these contacts are invited to which of these meetings."""
    return select(Invitation.meeting_id, Invitation.contact_id).where(
        Invitation.meeting_id.in_(meeting_ids),
        Invitation.contact_id.in_(contact_ids),
        Invitation.removed_at.is_(None),
    )


def closed_between(first: date, last: date) -> Select[ClosedPeriod]:
    return (
        select(ClosedPeriod)
        .where(ClosedPeriod.starts_on <= last, ClosedPeriod.ends_on >= first)
        .order_by(ClosedPeriod.starts_on, ClosedPeriod.id)
    )
