"""From when to when people may say by themselves that they are there."""

from datetime import datetime, timedelta

from zna_network.models.meeting import Meeting
from zna_network.models.meeting_day import MeetingDay

EARLY = timedelta(hours=1)
# A meeting that nobody has closed ends by itself: a code photographed in the room serves no more.
LATE = timedelta(hours=3)


def opens_at(meeting: Meeting) -> datetime:
    return meeting.starts_at - EARLY


def is_over(meeting: Meeting, day: MeetingDay | None, now: datetime) -> bool:
    """A meeting overruns only where its screen says that it goes on."""
    if meeting.is_cancelled or (day is not None and day.closed_at is not None):
        return True
    return now >= meeting.ends_at + (LATE if day is not None else timedelta())


def is_open(meeting: Meeting, day: MeetingDay | None, now: datetime) -> bool:
    """``day`` is none where the screen was not used: people's own links serve all the same."""
    return now >= opens_at(meeting) and not is_over(meeting, day, now)
