"""Reminders to those who have not answered: by hand, and by themselves at J-7 and J-2.

The row and the mail are written in one transaction, and the row's unique key is what makes a
reminder happen once, whatever the number of workers or agents; the locks only make the second one
find it there instead of failing.

An automatic reminder is due at 9:00 in Arras, on the meeting's day minus seven or two. A worker
that was stopped at that time catches up, until the next one is due. Somebody convened after that
time is not reminded, nor is somebody reminded by hand in the 24 hours before, or since."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from zna_network.models.invitation import Invitation, Reminder, ReminderKind
from zna_network.models.meeting import Meeting
from zna_network.queries import invitations as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import from_local, local_date
from zna_network.services.invitation_mails import Desk, open_desk, send_reminder
from zna_network.services.one_by_one import safely
from zna_network.services.permissions import Permission
from zna_network.services.rsvp import why_closed

AT = time(9, 0)
DAYS_BEFORE = {ReminderKind.SEVEN_DAYS: 7, ReminderKind.TWO_DAYS: 2}
TOO_CLOSE = timedelta(hours=24)
HORIZON = timedelta(days=9)


@dataclass
class Report:
    """Whom a reminder by hand goes to, and why not to the others."""

    reminded: list[Invitation] = field(default_factory=list)
    today_already: list[Invitation] = field(default_factory=list)
    answered: list[Invitation] = field(default_factory=list)
    unreachable: list[Invitation] = field(default_factory=list)


def remind(ctx: Context, meeting_id: int, invitation_ids: Collection[int] | None = None) -> Report:
    """Remind the people chosen, or everyone who has not answered; nobody twice in a day.

    Raises InvalidError when nobody was chosen, ConflictError once the meeting has begun."""
    ctx.require(Permission.MEETING_CONVENE)
    if invitation_ids is not None and not invitation_ids:
        raise InvalidError("Cochez au moins une personne à relancer.")
    today = local_date(ctx.now)
    report = Report()
    with ctx.unit_of_work():
        meeting = _open_meeting(ctx, meeting_id)
        if invitation_ids is None:
            invitation_ids = list(ctx.session.scalars(queries.silent(meeting_id)))
        chosen = ctx.session.scalars(queries.some_locked(meeting_id, invitation_ids)).all()
        reminded_today = {
            reminder.invitation_id
            for reminder in ctx.session.scalars(queries.reminders_of([i.id for i in chosen]))
            if local_date(reminder.at) == today
        }
        desk = open_desk(ctx, meeting, chosen)
        for invitation in chosen:
            if invitation.answer is not None:
                report.answered.append(invitation)
            elif not _is_reachable(invitation):
                report.unreachable.append(invitation)
            elif invitation.id in reminded_today:
                report.today_already.append(invitation)
            else:
                _write(desk, invitation, ReminderKind.BY_HAND, today)
                report.reminded.append(invitation)
        if report.reminded:
            ctx.record("reminder.sent", meeting, number=len(report.reminded))
    return report


def send_due(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: write the automatic reminders that are due; how many were.

    Each is a transaction of its own: one that fails is logged, and holds back no other."""
    written = 0
    meetings = ctx.session.scalars(queries.meetings_to_come(ctx.now, ctx.now + HORIZON)).all()
    due = [(meeting.id, kind) for meeting in meetings if (kind := due_kind(meeting, ctx.now))]
    for meeting_id, kind in due:
        for invitation_id in ctx.session.scalars(queries.silent(meeting_id)).all():
            if should_stop():
                return written
            remind = partial(_remind_once, ctx, meeting_id, invitation_id, kind)
            failure = f"the reminder of invitation {invitation_id} was not written"
            written += safely(ctx, remind, failure)
    return written


def due_kind(meeting: Meeting, now: datetime) -> ReminderKind | None:
    """The automatic reminder whose time it is, the latest one first; none when none is due."""
    if not meeting.accepts_answers(now):
        return None
    for kind in (ReminderKind.TWO_DAYS, ReminderKind.SEVEN_DAYS):
        if now >= due_at(meeting, kind):
            return kind
    return None


def due_at(meeting: Meeting, kind: ReminderKind) -> datetime:
    """The instant from which this automatic reminder is due."""
    return from_local(_day(meeting) - timedelta(days=DAYS_BEFORE[kind]), AT)


def _day(meeting: Meeting) -> date:
    return local_date(meeting.starts_at)


def _remind_once(ctx: Context, meeting_id: int, invitation_id: int, kind: ReminderKind) -> int:
    with ctx.unit_of_work():
        meeting = ctx.session.scalar(queries.shared_meeting(meeting_id))
        found = ctx.session.scalar(queries.some_locked(meeting_id, [invitation_id]))
        if meeting is None or found is None or due_kind(meeting, ctx.now) is not kind:
            return 0
        if not _awaits(ctx, meeting, found, kind):
            return 0
        desk = open_desk(ctx, meeting, [found])
        _write(desk, found, kind, _day(meeting))
        ctx.record("reminder.automatic", found, kind=kind.value)
    return 1


def _awaits(ctx: Context, meeting: Meeting, invitation: Invitation, kind: ReminderKind) -> bool:
    if invitation.answer is not None or not _is_reachable(invitation):
        return False
    due = due_at(meeting, kind)
    if invitation.convened_at is None or invitation.convened_at > due:
        return False
    earlier = ctx.session.scalars(queries.reminders_of([invitation.id])).all()
    return not any(
        reminder.at > due - TOO_CLOSE
        or (reminder.kind is kind and reminder.counted_on == _day(meeting))
        for reminder in earlier
    )


def _is_reachable(invitation: Invitation) -> bool:
    return bool(invitation.is_live and invitation.is_convened and invitation.email)


def _open_meeting(ctx: Context, meeting_id: int) -> Meeting:
    meeting = ctx.session.scalar(queries.shared_meeting(meeting_id))
    if meeting is None:
        raise NotFoundError("Cette réunion n’existe pas.")
    if not meeting.accepts_answers(ctx.now):
        raise ConflictError(why_closed(meeting))
    return meeting


def _write(desk: Desk, invitation: Invitation, kind: ReminderKind, counted_on: date) -> None:
    ctx = desk.ctx
    ctx.session.add(
        Reminder(
            invitation_id=invitation.id,
            kind=kind,
            counted_on=counted_on,
            at=ctx.now,
            actor_id=ctx.actor_id,
        )
    )
    send_reminder(
        desk,
        invitation,
        key=f"reminder:{invitation.id}:{kind.value}:{counted_on.isoformat()}",
        automatic=kind is not ReminderKind.BY_HAND,
    )
