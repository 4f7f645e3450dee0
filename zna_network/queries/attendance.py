"""Who was convened to a meeting, and who was ticked as having come."""

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from zna_network.models.invitation import Invitation
from zna_network.models.minutes import Attendance


def convened(meeting_id: int) -> Select[Invitation]:
    """The invitations that still hold, with what the attendance list says of each."""
    return (
        select(Invitation)
        .where(Invitation.meeting_id == meeting_id, Invitation.removed_at.is_(None))
        .options(
            selectinload(Invitation.contact),
            selectinload(Invitation.organisation),
            selectinload(Invitation.representatives),
            selectinload(Invitation.answers),
        )
        .order_by(Invitation.id)
    )


def ticked(meeting_id: int) -> Select[Attendance]:
    """The lines that somebody has ticked or added."""
    return (
        select(Attendance)
        .where(Attendance.meeting_id == meeting_id)
        .options(
            selectinload(Attendance.invitation).options(
                selectinload(Invitation.contact), selectinload(Invitation.organisation)
            )
        )
        .order_by(Attendance.id)
        .execution_options(populate_existing=True)
    )


def unannounced(meeting_id: int, attendance_id: int) -> Select[Attendance]:
    return select(Attendance).where(
        Attendance.meeting_id == meeting_id,
        Attendance.id == attendance_id,
        Attendance.invitation_id.is_(None),
    )
