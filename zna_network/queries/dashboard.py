"""The figures of the home page, one query each."""

from datetime import date

from sqlalchemy import Select, func, or_, select

from zna_network.models.committee import Committee
from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionItem, ActionState
from zna_network.models.organisation import Organisation
from zna_network.queries.actions import seen_by
from zna_network.queries.committees import Reach


def records_to_verify(before: date) -> Select[int]:
    """Live records verified before that day, or never."""
    return select(func.count(Organisation.id)).where(
        Organisation.archived_at.is_(None),
        or_(Organisation.last_verified_on.is_(None), Organisation.last_verified_on < before),
    )


def corrections_waiting() -> Select[int]:
    return select(func.count(RecordReview.id)).where(
        RecordReview.state == ReviewState.CORRECTION_PROPOSED
    )


def late_actions(reach: Reach, today: date) -> Select[int]:
    """Open actions past their date, those that the register shows within reach."""
    return (
        select(func.count(ActionItem.id))
        .join(Meeting, ActionItem.meeting_id == Meeting.id)
        .join(Committee, Meeting.committee_id == Committee.id)
        .where(ActionItem.state == ActionState.OPEN, ActionItem.due_on < today, seen_by(reach))
    )
