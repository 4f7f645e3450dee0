"""The mails of an invitation, each with its calendar part, in the outbox.

One mail to one person, whose calendar object names that person alone: nobody learns who else is
invited, and each person's SEQUENCE can be counted apart. It is the meeting's, except where that
person was sent more versions than the others: a removal sends a CANCEL above the REQUEST that it
annuls (RFC 5546, 3.2.5), and an invitation anew goes above that CANCEL, though the meeting itself
has not changed. Each person thus sees the numbers rise, whatever happened to the others."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from zna_network.models.committee import CommitteeKind
from zna_network.models.invitation import Invitation
from zna_network.models.mailbox import TimeProposal
from zna_network.models.meeting import Meeting
from zna_network.models.outbox import OutboxMessage
from zna_network.ports.calendar import CalendarEvent
from zna_network.ports.messages import CalendarMethod, CalendarPart
from zna_network.queries import invitations as queries
from zna_network.queries import meetings as meeting_queries
from zna_network.queries.invitation_lists import thread_of
from zna_network.services import outbox
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.convocation_letters import Printed, letter
from zna_network.services.documents.common import hours
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import long_date
from zna_network.services.invitation_links import link_of
from zna_network.services.invitation_values import (
    description,
    location,
    meeting_mail_values,
    partstat_of,
    personal_mail_values,
    recipient,
    summary,
)
from zna_network.services.mail_threads import has_reached, replace_unsent
from zna_network.services.outbox import Post

Thread = list[OutboxMessage]


@dataclass(frozen=True)
class Desk:
    """A meeting's mails being written: the threads of its invitations are locked, so that what
    has left and what has not is certain until the transaction ends."""

    ctx: Context
    meeting: Meeting
    threads: dict[str, Thread]
    highest: dict[str, int | None]
    printed: Printed
    shared: dict[str, Any]

    def thread(self, invitation: Invitation) -> Thread:
        return self.threads[thread_of(invitation.id)]


def open_desk(
    ctx: Context,
    meeting: Meeting,
    invitations: Collection[Invitation],
    printed: Printed | None = None,
) -> Desk:
    """Lock the mails of these invitations, which are locked already with their meeting.
    ``printed`` holds the letters made beforehand."""
    ctx.session.scalar(meeting_queries.with_agenda(meeting.id))
    threads: dict[str, Thread] = defaultdict(list)
    keys = [thread_of(invitation.id) for invitation in invitations]
    if keys:
        for message in ctx.session.scalars(queries.mails_of_threads(keys)):
            threads[message.thread_key].append(message)
    sequences = ctx.session.execute(queries.highest_sequences(meeting.id))
    highest = dict(sequences.all())
    shared = meeting_mail_values(ctx.settings, meeting)
    return Desk(ctx, meeting, threads, highest, printed or Printed(ctx.now), shared)


def send_request(desk: Desk, invitation: Invitation) -> None:
    """The convocation, or its update for somebody who has one: a version above all those sent.

    What had not left yet is replaced by it; a person who received nothing gets a convocation."""
    mail = "meeting_update" if was_received(desk, invitation) else _convocation(invitation)
    invitation.sent_sequence = next_sequence(desk, invitation)
    if invitation.asked_sequence is None:
        invitation.asked_sequence = invitation.sent_sequence
    invitation.convened_at = desk.ctx.now
    _post_request(desk, invitation, mail)


def send_link(desk: Desk, invitation: Invitation) -> None:
    """The same version of the meeting again, with the link that replaces the former one."""
    received = was_received(desk, invitation)
    _post_request(desk, invitation, "meeting_link" if received else _convocation(invitation))


def send_cancel(desk: Desk, invitation: Invitation, mail: str) -> None:
    """METHOD:CANCEL to this person only, above the last version sent to them; nothing but the
    withdrawal of the unsent mails to somebody who has received none."""
    ctx, meeting = desk.ctx, desk.meeting
    received = was_received(desk, invitation)
    replace_unsent(desk.thread(invitation), invitation.email)
    if not received:
        return
    invitation.sent_sequence = next_sequence(desk, invitation)
    with _naming(invitation):
        content = ctx.ports.calendar.cancel(_event(desk, invitation, cancelled=True))
    _post(
        desk,
        invitation,
        Post(
            mail=mail,
            recipient=recipient(invitation),
            values={
                **_values(desk, invitation),
                "reason": meeting.cancel_reason,
            },
            calendar=CalendarPart(CalendarMethod.CANCEL, content),
            dedup_key=f"cancel:{invitation.id}:{invitation.sent_sequence}",
        ),
    )


def send_counter_declined(desk: Desk, invitation: Invitation, proposal: TimeProposal) -> None:
    """The other time that this person proposed is not taken: METHOD:DECLINECOUNTER, which echoes
    the SEQUENCE that they answered to (RFC 5546, 3.2.8)."""
    ctx = desk.ctx
    event = replace(_event(desk, invitation), sequence=proposal.sequence)
    with _naming(invitation):
        content = ctx.ports.calendar.decline_counter(event)
    _post(
        desk,
        invitation,
        Post(
            mail="meeting_counter_declined",
            recipient=recipient(invitation),
            values={
                **_values(desk, invitation),
                "proposed": f"{long_date(proposal.starts_at)}, "
                f"{hours(proposal.starts_at, proposal.ends_at)}",
                "reason": proposal.reason,
            },
            calendar=CalendarPart(CalendarMethod.DECLINECOUNTER, content),
            dedup_key=f"declinecounter:{proposal.id}",
        ),
    )


def send_reminder(desk: Desk, invitation: Invitation, *, key: str, automatic: bool) -> None:
    """A few words and the link. No calendar part: the calendar has the meeting already."""
    _post(
        desk,
        invitation,
        Post(
            mail="meeting_reminder",
            recipient=recipient(invitation),
            values=_values(desk, invitation),
            dedup_key=key,
            auto_submitted=automatic,
        ),
    )


def was_received(desk: Desk, invitation: Invitation) -> bool:
    """Whether a mail about this has reached the person's present address, or may have."""
    return has_reached(desk.thread(invitation), invitation.email)


def next_sequence(desk: Desk, invitation: Invitation) -> int:
    """Above every version that this person or this address was sent, by an earlier invitation
    too, and never below the meeting's own."""
    sent = [desk.highest.get(invitation.email), invitation.sent_sequence]
    return max(desk.meeting.sequence, *(n + 1 for n in sent if n is not None), 0)


def _convocation(invitation: Invitation) -> str:
    return "representative_invitation" if invitation.represents_id else "meeting_invitation"


def _post_request(desk: Desk, invitation: Invitation, mail: str) -> None:
    ctx, meeting = desk.ctx, desk.meeting
    replace_unsent(desk.thread(invitation), invitation.email)
    with _naming(invitation):
        content = ctx.ports.calendar.request(_event(desk, invitation))
    is_steering = meeting.committee.kind is CommitteeKind.STEERING
    _post(
        desk,
        invitation,
        Post(
            mail=mail,
            recipient=recipient(invitation),
            values=_values(desk, invitation),
            calendar=CalendarPart(CalendarMethod.REQUEST, content),
            attachments=(letter(ctx, meeting, invitation, desk.printed),) if is_steering else (),
            dedup_key=None
            if mail == "meeting_link"
            else f"request:{invitation.link_hash[:16]}:{invitation.id}:{invitation.sent_sequence}",
        ),
    )


def _post(desk: Desk, invitation: Invitation, order: Post) -> None:
    addressed = replace(order, thread_key=thread_of(invitation.id), meeting_id=desk.meeting.id)
    with _naming(invitation):
        desk.thread(invitation).append(outbox.post(desk.ctx, addressed))


@contextmanager
def _naming(invitation: Invitation) -> Iterator[None]:
    """What makes a mail impossible to write is said with the name of whom it was for."""
    try:
        yield
    except ValueError as error:
        raise InvalidError(f"Le message à {invitation.name} ne peut pas partir. {error}") from error


def _values(desk: Desk, invitation: Invitation) -> dict[str, Any]:
    return desk.shared | personal_mail_values(desk.ctx.settings, invitation)


def _event(desk: Desk, invitation: Invitation, *, cancelled: bool = False) -> CalendarEvent:
    ctx, meeting = desk.ctx, desk.meeting
    return CalendarEvent(
        uid=meeting.uid,
        sequence=invitation.sent_sequence or 0,
        stamp=ctx.now,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=summary(meeting),
        organizer=sender(ctx.settings),
        attendee=recipient(invitation),
        attendee_required=invitation.is_required,
        partstat=partstat_of(invitation),
        description="" if cancelled else description(ctx.settings, meeting, invitation),
        location=location(meeting),
        url="" if cancelled else link_of(ctx.settings, invitation),
        cancelled=cancelled,
    )
