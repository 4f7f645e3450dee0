"""Invitations, as the services read and lock them.

Locks are taken in one order: the meeting, then its invitations by id, then their mails."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from zna_network.models.invitation import (
    Answer,
    Invitation,
    Reminder,
    RetiredLink,
    Rsvp,
)
from zna_network.models.meeting import AgendaItem, Attachment, Meeting, MeetingState
from zna_network.models.organisation import Contact, Organisation
from zna_network.models.outbox import OutboxMessage

_PERSON = (
    selectinload(Invitation.contact).selectinload(Contact.organisation),
    selectinload(Invitation.organisation),
    selectinload(Invitation.represents),
)


def shared_meeting(meeting_id: int) -> Select[Meeting]:
    """The meeting, held as it is until the transaction ends, by several at once: for an answer or
    a reminder, which must not cross a change of the meeting."""
    return (
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(selectinload(Meeting.committee))
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )


def by_id(meeting_id: int, invitation_id: int) -> Select[Invitation]:
    """One invitation with its history."""
    return (
        select(Invitation)
        .where(Invitation.meeting_id == meeting_id, Invitation.id == invitation_id)
        .options(
            *_PERSON,
            selectinload(Invitation.answers).selectinload(Rsvp.actor),
            selectinload(Invitation.representatives),
        )
    )


def by_link(link_hash: str) -> Select[Invitation]:
    return select(Invitation).where(Invitation.link_hash == link_hash).options(*_PERSON)


def retired_link(link_hash: str) -> Select[RetiredLink]:
    return select(RetiredLink).where(RetiredLink.link_hash == link_hash)


def live(meeting_id: int) -> Select[Invitation]:
    """Everybody invited to the meeting, without a lock."""
    return (
        select(Invitation)
        .where(Invitation.meeting_id == meeting_id, Invitation.removed_at.is_(None))
        .options(*_PERSON)
        .order_by(Invitation.id)
    )


def _locked(statement: Select[Invitation]) -> Select[Invitation]:
    return (
        statement.options(*_PERSON)
        .order_by(Invitation.id)
        .with_for_update(of=Invitation)
        .execution_options(populate_existing=True)
    )


def live_locked(meeting_id: int) -> Select[Invitation]:
    return _locked(
        select(Invitation).where(
            Invitation.meeting_id == meeting_id, Invitation.removed_at.is_(None)
        )
    )


def some_locked(meeting_id: int, invitation_ids: Collection[int]) -> Select[Invitation]:
    return _locked(
        select(Invitation).where(
            Invitation.meeting_id == meeting_id, Invitation.id.in_(invitation_ids)
        )
    )


def representatives_locked(invitation_id: int) -> Select[Invitation]:
    """Who stands in for this person now: one at the most."""
    return _locked(
        select(Invitation).where(
            Invitation.represents_id == invitation_id, Invitation.removed_at.is_(None)
        )
    )


def representative_of(invitation_id: int) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.represents_id == invitation_id, Invitation.removed_at.is_(None)
    )


def live_with_email(meeting_id: int, email: str) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.meeting_id == meeting_id,
        Invitation.email == email,
        Invitation.removed_at.is_(None),
    )


def live_with_contact(meeting_id: int, contact_id: int) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.meeting_id == meeting_id,
        Invitation.contact_id == contact_id,
        Invitation.removed_at.is_(None),
    )


def highest_sequences(meeting_id: int) -> Select[str, int | None]:
    """The last version of this meeting that each address was sent, removed invitations
    included."""
    return (
        select(Invitation.email, func.max(Invitation.sent_sequence))
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.email != "",
            Invitation.sent_sequence.is_not(None),
        )
        .group_by(Invitation.email)
    )


def representations_since(invitation_id: int, since: datetime) -> Select[int]:
    return select(func.count(Rsvp.id)).where(
        Rsvp.invitation_id == invitation_id,
        Rsvp.answer == Answer.REPRESENTED,
        Rsvp.at > since,
    )


def last_answer(invitation_id: int) -> Select[Rsvp]:
    return select(Rsvp).where(Rsvp.invitation_id == invitation_id).order_by(Rsvp.id.desc()).limit(1)


def mails_of_threads(thread_keys: Sequence[str]) -> Select[OutboxMessage]:
    """The mails of these invitations, locked: what has left and what has not is then certain."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.thread_key.in_(thread_keys))
        .order_by(OutboxMessage.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def attachment_of_meeting(meeting_id: int, attachment_id: int) -> Select[Attachment]:
    return (
        select(Attachment)
        .join(AgendaItem, Attachment.agenda_item_id == AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting_id, Attachment.id == attachment_id)
    )


def meetings_to_come(now: datetime, until: datetime) -> Select[Meeting]:
    """The meetings that begin between two instants and still hold."""
    return (
        select(Meeting)
        .where(
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at > now,
            Meeting.starts_at <= until,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )


def silent(meeting_id: int) -> Select[int]:
    """Who was sent an invitation and has not answered."""
    return (
        select(Invitation.id)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.removed_at.is_(None),
            Invitation.sent_sequence.is_not(None),
            Invitation.email != "",
            Invitation.answer.is_(None),
        )
        .order_by(Invitation.id)
    )


def reminders_of(invitation_ids: Collection[int]) -> Select[Reminder]:
    return select(Reminder).where(Reminder.invitation_id.in_(invitation_ids)).order_by(Reminder.id)


def organisations_named(sort_key: str) -> Select[Organisation]:
    """The organisation in use whose folded name is exactly this."""
    return select(Organisation).where(
        Organisation.archived_at.is_(None), Organisation.sort_key == sort_key
    )
