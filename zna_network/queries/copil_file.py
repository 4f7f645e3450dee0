"""What the COPIL's file is made from, beside the meeting itself."""

from sqlalchemy import Select, and_, exists, or_, select

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Decision, Minutes, MinutesVersion

MOST_DECISIONS = 40


def decisions_before(meeting: Meeting) -> Select[Decision, Meeting]:
    """What the same committee decided at its earlier meetings, the latest first, as far as
    validated minutes say so."""
    earlier = or_(
        Meeting.starts_at < meeting.starts_at,
        and_(Meeting.starts_at == meeting.starts_at, Meeting.id < meeting.id),
    )
    is_published = exists().where(
        Minutes.meeting_id == Decision.meeting_id,
        MinutesVersion.minutes_id == Minutes.id,
        MinutesVersion.created_at >= Decision.created_at,
    )
    return (
        select(Decision, Meeting)
        .join(Meeting, Decision.meeting_id == Meeting.id)
        .where(Meeting.committee_id == meeting.committee_id, earlier, is_published)
        .order_by(Meeting.starts_at.desc(), Decision.id)
        .limit(MOST_DECISIONS)
    )
