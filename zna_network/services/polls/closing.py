"""Closing a poll on one of its dates: the meeting is made and its invitations leave, in one
transaction.

Everybody who was asked is invited, those who said nothing or « non » included: the date is chosen
without them, the meeting is theirs all the same. Who may convene sends the invitations at once; a
grantee makes the meeting and its list, the CUA is told that it has to convene, and those who were
asked learn the date. The holds of the other dates leave the calendars; that of the chosen one has
the meeting's UID and becomes it with the convocation."""

from dataclasses import dataclass

from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.poll import DatePoll, PollInvitee, PollOption, PollState
from zna_network.services import invitations, meetings
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import to_local
from zna_network.services.invitation_links import fresh_link
from zna_network.services.invitations import Sent
from zna_network.services.meeting_times import Slot
from zna_network.services.meetings import MeetingData
from zna_network.services.permissions import Permission
from zna_network.services.polls import holds, mails
from zna_network.services.polls.access import poll_to_change
from zna_network.services.polls.poll_values import (
    clean_visio,
    live_invitees,
    live_options,
    words_of,
)

GONE = "Cette date n’est plus proposée : choisissez-en une autre."


@dataclass(frozen=True)
class ClosingData:
    """``place`` and ``visio_url`` as they will stand in the invitations."""

    option_id: int
    place: str = ""
    visio_url: str = ""


@dataclass(frozen=True)
class Closed:
    """``sent`` is none where the actor may not convene: the CUA was told to."""

    meeting: Meeting
    sent: Sent | None


def close_poll(ctx: Context, poll_id: int, data: ClosingData) -> Closed:
    """Choose a date. Of two agents at once, the second finds the poll closed (ConflictError).

    Raises InvalidError beside ``option_id`` or ``place``."""
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        if poll.state is not PollState.OPEN:
            raise ConflictError("Ce sondage n’est pas encore ouvert.")
        option = _chosen(ctx, poll, data.option_id)
        poll.place = clean_line(data.place, field="place", limit=300)
        poll.visio_url = clean_visio(data.visio_url)
        convenes = ctx.may(Permission.MEETING_CONVENE)
        if convenes and not (poll.place or poll.visio_url):
            raise InvalidError(
                "Indiquez un lieu ou un lien de visio : il figure dans les convocations.",
                field="place",
            )
        invitees = live_invitees(poll)
        meeting = _meeting(ctx, poll, option)
        _invite(ctx, meeting, invitees)
        _mark_closed(ctx, poll, meeting)
        _tidy_calendars(ctx, poll, option, meeting)
        sent = invitations.send_convocations(ctx, meeting.id) if convenes and invitees else None
        if not convenes:
            _announce(ctx, poll, option, meeting, invitees)
        ctx.record("poll.closed", poll, meeting=meeting.id, option=option.id)
    return Closed(meeting, sent)


def _chosen(ctx: Context, poll: DatePoll, option_id: int) -> PollOption:
    option = next((one for one in live_options(poll) if one.id == option_id), None)
    if option is None:
        raise InvalidError(GONE, field="option_id")
    if option.starts_at <= ctx.now:
        raise InvalidError("Cette date est passée : choisissez-en une à venir.", field="option_id")
    return option


def _meeting(ctx: Context, poll: DatePoll, option: PollOption) -> Meeting:
    """A Sunday or a holiday was confirmed when it was proposed."""
    starts, ends = to_local(option.starts_at), to_local(option.ends_at)
    slot = Slot(starts.date(), starts.time(), ends.time(), confirmed=True)
    meeting = meetings.create_meeting(
        ctx,
        poll.committee_id,
        MeetingData(
            slot=slot,
            title=poll.title,
            place=poll.place,
            visio_url=poll.visio_url,
            notice=poll.notice,
        ),
    )
    if poll.with_holds:
        meeting.uid = option.uid
    return meeting


def _invite(ctx: Context, meeting: Meeting, invitees: list[PollInvitee]) -> None:
    """The invitations of those who were asked, at the address where they were. Where nobody was
    called indispensable, everybody's presence is wanted alike."""
    weighed = any(invitee.is_essential for invitee in invitees)
    for invitee in invitees:
        ctx.session.add(
            Invitation(
                meeting=meeting,
                contact_id=invitee.contact_id,
                organisation_id=invitee.organisation_id,
                name=invitee.name,
                function=invitee.function,
                organisation_name=invitee.organisation_name,
                email=invitee.email,
                is_required=invitee.is_essential or not weighed,
                created_at=ctx.now,
                updated_at=ctx.now,
                **fresh_link(ctx.settings),
            )
        )
    ctx.session.flush()


def _mark_closed(ctx: Context, poll: DatePoll, meeting: Meeting) -> None:
    poll.state, poll.meeting_id = PollState.CLOSED, meeting.id
    poll.closed_at = poll.updated_at = ctx.now
    poll.closed_by_id = ctx.actor_id
    mails.drop_unsent(ctx, poll.invitees)


def _tidy_calendars(ctx: Context, poll: DatePoll, chosen: PollOption, meeting: Meeting) -> None:
    if not poll.with_holds:
        return
    invitees = live_invitees(poll)
    others = [option for option in live_options(poll) if option is not chosen]
    holds.withdraw(ctx, poll, others, invitees)
    meeting.sequence = holds.hand_over(ctx, chosen, invitees)
    ctx.session.flush()


def _announce(
    ctx: Context,
    poll: DatePoll,
    option: PollOption,
    meeting: Meeting,
    invitees: list[PollInvitee],
) -> None:
    """The date is chosen, the convocations are for the CUA to send."""
    chosen = words_of(option)
    for invitee in invitees:
        if invitee.email:
            mails.tell(ctx, poll, invitee, "poll_chosen", date=chosen)
    mails.tell_staff(
        ctx,
        poll,
        "poll_to_convene",
        date=chosen,
        number=len(invitees),
        closed_by=ctx.actor.name if ctx.actor else "",
        convene_link=f"{ctx.settings.base_url}/instances/reunions/{meeting.id}/convocations",
    )
