"""What the holder of a link may read. Nothing here writes: mail scanners open links by
themselves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Attachment, Meeting
from zna_network.ports.calendar import CalendarEvent
from zna_network.queries import invitations as queries
from zna_network.queries import meeting_day as day_queries
from zna_network.queries import meetings as meeting_queries
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.errors import LinkGoneError, NotFoundError
from zna_network.services.invitation_links import invitation_of
from zna_network.services.invitation_values import description, location, summary
from zna_network.services.meeting_day import window
from zna_network.services.rsvp import REMOVED, why_closed


class Stage(StrEnum):
    """How far the meeting is, for the person who holds the link."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    OVER = "over"
    CANCELLED = "cancelled"
    REMOVED = "removed"


@dataclass(frozen=True)
class InvitationPage:
    """``representative`` is who stands in for this person: convened for that, or named in the
    answer when invited on their own account. ``takes_presence`` on the day, from an hour before:
    the person may say that they are there, and did at ``arrived_at``."""

    invitation: Invitation
    meeting: Meeting
    stage: Stage
    representative: str = ""
    takes_presence: bool = False
    arrived_at: datetime | None = None

    @property
    def takes_answers(self) -> bool:
        return self.stage is Stage.OPEN

    @property
    def shows_meeting(self) -> bool:
        """Whether the way in (place, visio, documents) is still of use."""
        return self.stage in {Stage.OPEN, Stage.UNDER_WAY}


def read(ctx: Context, token: str) -> InvitationPage:
    """Raises NotFoundError for an unknown link, LinkGoneError for one that was replaced."""
    invitation = invitation_of(ctx, token)
    meeting = ctx.session.scalar(meeting_queries.with_agenda(invitation.meeting_id))
    if meeting is None:
        raise NotFoundError("Cette réunion n’existe pas.")
    stage = _stage(ctx, invitation, meeting)
    day = ctx.session.scalar(day_queries.of_meeting(meeting.id))
    row = ctx.session.scalar(day_queries.attendance_of_invitation(invitation.id))
    return InvitationPage(
        invitation,
        meeting,
        stage,
        _representative(ctx, invitation),
        takes_presence=stage is not Stage.REMOVED and window.is_open(meeting, day, ctx.now),
        arrived_at=row.arrived_at if row else None,
    )


def attachment(ctx: Context, token: str, attachment_id: int) -> Attachment:
    """A document of the agenda, for as long as the meeting concerns the link's holder."""
    page = read(ctx, token)
    _require_meeting(page)
    found = ctx.session.scalar(queries.attachment_of_meeting(page.meeting.id, attachment_id))
    if found is None:
        raise NotFoundError("Ce document ne figure plus à l’ordre du jour.")
    return found


def calendar_file(ctx: Context, token: str) -> bytes:
    """The meeting, to put in one's calendar by hand.

    METHOD:PUBLISH: opened from a file, a REQUEST makes calendars offer answer buttons again,
    though the page takes the answer. UID and SEQUENCE are those of the mail's REQUEST: a calendar
    that has the meeting recognises it, and a later update or CANCEL reaches it."""
    page = read(ctx, token)
    _require_meeting(page)
    meeting, invitation = page.meeting, page.invitation
    event = CalendarEvent(
        uid=meeting.uid,
        sequence=max(invitation.sent_sequence or 0, meeting.sequence),
        stamp=ctx.now,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=summary(meeting),
        organizer=sender(ctx.settings),
        description=description(ctx.settings, meeting, invitation),
        location=location(meeting),
    )
    return ctx.ports.calendar.publish([event], name=summary(meeting))


def _require_meeting(page: InvitationPage) -> None:
    if page.stage is Stage.REMOVED:
        raise LinkGoneError(REMOVED)
    if not page.shows_meeting:
        raise LinkGoneError(why_closed(page.meeting))


def _stage(ctx: Context, invitation: Invitation, meeting: Meeting) -> Stage:
    if not invitation.is_live:
        return Stage.REMOVED
    if meeting.is_cancelled:
        return Stage.CANCELLED
    if ctx.now < meeting.starts_at:
        return Stage.OPEN
    return Stage.UNDER_WAY if ctx.now < meeting.ends_at else Stage.OVER


def _representative(ctx: Context, invitation: Invitation) -> str:
    present = ctx.session.scalar(queries.representative_of(invitation.id))
    if present is not None:
        return present.name
    last = ctx.session.scalar(queries.last_answer(invitation.id))
    return last.representative_name if last else ""
