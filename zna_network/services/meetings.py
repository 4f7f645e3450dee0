"""Meetings: fixing one, moving it, cancelling it.

Whatever calendars show (title, time, place, visio) raises ``sequence`` and is told to the people
convened, in the same transaction. RFC 5546 asks it for time and place only; a title that changed
is told as well, since it is all that people see of the meeting in their week."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.queries import meetings as queries
from zna_network.services import committee_access, invitations
from zna_network.services.addresses import sender
from zna_network.services.clean_values import clean_line, clean_text, clean_website
from zna_network.services.committees import committee_at_work
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.meeting_times import Slot, default_title, instants_of
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

CANCELLED = "Cette réunion est annulée : elle ne peut plus être modifiée."
BEGUN = "Cette réunion a déjà commencé : son horaire ne peut plus changer."
CONVENED = (
    "Des convocations sont parties : seul un agent de la CUA peut changer ce que les invités "
    "ont reçu (intitulé, horaire, lieu, visio) ou annuler la réunion."
)


@dataclass(frozen=True)
class MeetingData:
    """``title`` empty stands for « Comité technique du 17 décembre 2026 »."""

    slot: Slot
    title: str = ""
    place: str = ""
    visio_url: str = ""
    notice: str = ""


def create_meeting(ctx: Context, committee_id: int, data: MeetingData) -> Meeting:
    """Raises InvalidError beside the field at fault, for instance for a meeting in the past."""
    with ctx.unit_of_work():
        committee = committee_at_work(ctx, committee_id)
        committee_access.require_prepare(ctx, committee)
        meeting = Meeting(
            committee=committee, uid=_new_uid(ctx), created_at=ctx.now, updated_at=ctx.now
        )
        _describe(ctx, committee, meeting, data)
        ctx.session.add(meeting)
        ctx.session.flush()
        ctx.record("meeting.created", meeting, committee=committee.id)
    return meeting


def update_meeting(ctx: Context, meeting_id: int, data: MeetingData, revision: int) -> Meeting:
    """Raises ConflictError when somebody else has changed it, or when it is cancelled."""
    with ctx.unit_of_work():
        meeting = meeting_to_prepare(ctx, meeting_id)
        if meeting.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        before, was_at = _shown_in_calendars(meeting), _when_and_where(meeting)
        has_begun = meeting.starts_at <= ctx.now
        convened = is_convened(ctx, meeting)
        _describe(ctx, meeting.committee, meeting, data)
        meeting.updated_at = ctx.now
        if _shown_in_calendars(meeting) != before and not has_begun:
            if convened:
                _check_announceable(ctx, meeting)
            meeting.sequence += 1
            ctx.session.flush()
            moved = _when_and_where(meeting) != was_at
            invitations.announce_change(ctx, meeting, reconfirm=moved)
        ctx.record("meeting.updated", meeting, sequence=meeting.sequence)
    return meeting


def cancel_meeting(ctx: Context, meeting_id: int, reason: str) -> Meeting:
    """Cancel it for good, telling the people convened why."""
    with ctx.unit_of_work():
        meeting = meeting_to_prepare(ctx, meeting_id)
        if meeting.starts_at <= ctx.now:
            raise ConflictError("Cette réunion a déjà commencé : elle ne peut plus être annulée.")
        reason = clean_text(reason, field="reason", limit=1000)
        if not reason:
            raise InvalidError("Indiquez le motif : il sera envoyé aux invités.", field="reason")
        if is_convened(ctx, meeting) and not ctx.may(Permission.MEETING_CONVENE):
            raise InvalidError(CONVENED)
        meeting.state = MeetingState.CANCELLED
        meeting.cancel_reason = reason
        meeting.sequence += 1
        meeting.updated_at = ctx.now
        ctx.session.flush()
        invitations.announce_cancellation(ctx, meeting)
        ctx.record("meeting.cancelled", meeting, sequence=meeting.sequence)
    return meeting


def meeting_to_prepare(ctx: Context, meeting_id: int) -> Meeting:
    """The meeting, locked until the transaction ends, for somebody who may change it or its
    agenda. To be called inside a unit of work.

    Raises NotFoundError, ForbiddenError, or ConflictError when it is cancelled."""
    meeting = ctx.session.scalar(queries.by_id(meeting_id, lock=True))
    if meeting is None:
        raise NotFoundError("Cette réunion n’existe pas.")
    committee_access.require_prepare(ctx, meeting.committee)
    if meeting.is_cancelled:
        raise ConflictError(CANCELLED)
    return meeting


def is_convened(ctx: Context, meeting: Meeting) -> bool:
    """Whether somebody has been sent an invitation that still holds."""
    return bool(ctx.session.scalar(queries.convened(meeting.id)))


def clashes(ctx: Context, meeting: Meeting) -> list[Meeting]:
    """Other meetings on the same slot to which some of the same people are expected."""
    others = queries.clashing(
        meeting.committee_id, meeting.starts_at, meeting.ends_at, but=meeting.id
    )
    return list(ctx.session.scalars(others))


def _new_uid(ctx: Context) -> str:
    domain = sender(ctx.settings).email.rpartition("@")[2]
    return f"{secrets.token_hex(16)}@{domain}"


def _check_announceable(ctx: Context, meeting: Meeting) -> None:
    """What mails people is for those who may convene them, and says where to come."""
    if not ctx.may(Permission.MEETING_CONVENE):
        raise InvalidError(CONVENED)
    if not (meeting.place or meeting.visio_url):
        raise InvalidError(
            "Des personnes sont convoquées : indiquez un lieu ou un lien de visio.", field="place"
        )


def _describe(ctx: Context, committee: Committee, meeting: Meeting, data: MeetingData) -> None:
    """Write what was typed in the meeting. Raises InvalidValuesError with all that is wrong."""
    checks = Checks()
    starts_at, ends_at = checks.take(
        lambda: _free_slot(ctx, meeting, data.slot), (meeting.starts_at, meeting.ends_at)
    )
    title = checks.take(lambda: clean_line(data.title, field="title", limit=160), "")
    place = checks.take(lambda: clean_line(data.place, field="place", limit=300), "")
    visio_url = checks.take(lambda: _clean_visio(data.visio_url), "")
    notice = checks.take(lambda: clean_text(data.notice, field="notice"), "")
    checks.finish()
    meeting.title = title or default_title(committee.kind.label, data.slot.day)
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.place, meeting.visio_url, meeting.notice = place, visio_url, notice


def _free_slot(ctx: Context, meeting: Meeting, slot: Slot) -> tuple[datetime, datetime]:
    """The instants typed, if the meeting may take place then: to come, unless they are those of
    a meeting already held."""
    starts_at, ends_at = instants_of(slot)
    is_new = meeting.id is None
    if is_new or (starts_at, ends_at) != (meeting.starts_at, meeting.ends_at):
        if not is_new and meeting.starts_at <= ctx.now:
            raise InvalidError(BEGUN, field="day")
        if starts_at <= ctx.now:
            raise InvalidError("Cette date est passée : choisissez-en une à venir.", field="day")
    return starts_at, ends_at


def _clean_visio(typed: str) -> str:
    url = clean_website(typed, field="visio_url", limit=500)
    if url and urlsplit(url).scheme != "https":
        raise InvalidError(
            "Le lien de visio doit commencer par https:// : les autres ne sont pas sûrs.",
            field="visio_url",
        )
    return url


def _shown_in_calendars(meeting: Meeting) -> tuple[object, ...]:
    return (meeting.title, meeting.visio_url, *_when_and_where(meeting))


def _when_and_where(meeting: Meeting) -> tuple[object, ...]:
    """What people have answered to: they are asked again when it changes."""
    return (meeting.starts_at, meeting.ends_at, meeting.place)
