"""Who was convened to the meetings held, and what is known of their coming: columns, to be counted
by organisation. No name of a person is read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from zna_network.models.committee import Committee
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.minutes import Attendance, Presence
from zna_network.models.organisation import Organisation


@dataclass(frozen=True)
class FiguresFilter:
    """Which meetings count: those that have begun by ``now``, called off aside. ``since`` and
    ``until`` are instants, the second excluded."""

    now: datetime
    committee_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def seats(
    wanted: FiguresFilter,
) -> Select[int, int, int | None, int | None, str, Answer | None, Presence | None]:
    """One row an invitation that counts: its id, its meeting, whom it represents, its organisation,
    the name typed for one that the directory lacks, the answer, and what was ticked. One withdrawn
    counts where somebody was ticked on it, as on the attendance list."""
    return (
        select(
            Invitation.id,
            Invitation.meeting_id,
            Invitation.represents_id,
            Invitation.organisation_id,
            Invitation.organisation_name,
            Invitation.answer,
            Attendance.presence,
        )
        .join(Meeting, Invitation.meeting_id == Meeting.id)
        .outerjoin(Attendance, Attendance.invitation_id == Invitation.id)
        .where(*_held(wanted), or_(Invitation.removed_at.is_(None), Attendance.id.is_not(None)))
        .order_by(Invitation.id)
    )


def unannounced(wanted: FiguresFilter) -> Select[int, str, Presence]:
    """The meeting, the organisation as it was typed and the presence of those who came without
    being convened."""
    return (
        select(Attendance.meeting_id, Attendance.organisation_name, Attendance.presence)
        .join(Meeting, Attendance.meeting_id == Meeting.id)
        .where(*_held(wanted), Attendance.invitation_id.is_(None))
    )


def meetings(wanted: FiguresFilter) -> Select[int, datetime]:
    return select(Meeting.id, Meeting.starts_at).where(*_held(wanted)).order_by(Meeting.starts_at)


def ticked_meetings(wanted: FiguresFilter) -> Select[int]:
    """Those where somebody was ticked at all."""
    return (
        select(Attendance.meeting_id)
        .join(Meeting, Attendance.meeting_id == Meeting.id)
        .where(*_held(wanted))
        .distinct()
    )


def organisations(wanted: FiguresFilter) -> Select[int, str, str, str]:
    """The id, name, acronym and address (slug) of each organisation convened."""
    convened = (
        select(Invitation.organisation_id)
        .join(Meeting, Invitation.meeting_id == Meeting.id)
        .where(*_held(wanted), Invitation.organisation_id.is_not(None))
    )
    return select(
        Organisation.id, Organisation.name, Organisation.acronym, Organisation.slug
    ).where(Organisation.id.in_(convened))


def committees() -> Select[Committee]:
    """Those that have met or will, for the filter."""
    return (
        select(Committee)
        .join(Meeting, Meeting.committee_id == Committee.id)
        .distinct()
        .order_by(Committee.name)
    )


def _held(wanted: FiguresFilter) -> tuple[ColumnElement[bool], ...]:
    conditions: list[ColumnElement[bool]] = [
        and_(Meeting.state == MeetingState.PLANNED, Meeting.starts_at <= wanted.now)
    ]
    if wanted.committee_id is not None:
        conditions.append(Meeting.committee_id == wanted.committee_id)
    if wanted.since is not None:
        conditions.append(Meeting.starts_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Meeting.starts_at < wanted.until)
    return tuple(conditions)
