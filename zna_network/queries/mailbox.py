"""What came back by mail, as the worker and the pages read it.

Locks are taken in one order: the mail, the meeting, its invitations, their mails, the proposals."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, Update, func, or_, select, update
from sqlalchemy.orm import selectinload

from zna_network.models.handover import BookingGuest
from zna_network.models.invitation import Invitation
from zna_network.models.mailbox import (
    IncomingKind,
    IncomingMail,
    IncomingState,
)
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Contact
from zna_network.models.outbox import OutboxMessage
from zna_network.models.poll import PollOption
from zna_network.models.referral import Appointment
from zna_network.models.stand import Stand
from zna_network.models.workshop import Session as WorkshopSession
from zna_network.queries.listing import SortKeys

MAIL_SORTS: SortKeys = {
    "date": (IncomingMail.id,),
    "sender": (IncomingMail.from_address, IncomingMail.id),
    "state": (IncomingMail.state, IncomingMail.id),
}
_PERSON = (
    selectinload(Invitation.contact),
    selectinload(Invitation.organisation),
)


def of_digest(digest: str) -> Select[int]:
    return select(IncomingMail.id).where(IncomingMail.digest == digest)


def meeting_of_uid(uid: str) -> Select[Meeting]:
    return select(Meeting).where(Meeting.uid == uid)


def option_of_uid(uid: str) -> Select[PollOption]:
    return select(PollOption).where(PollOption.uid == uid)


def guest_of_uid(uid: str) -> Select[BookingGuest]:
    return select(BookingGuest).where(BookingGuest.uid == uid)


def other_uids(uid: str) -> list[tuple[str, Select[int]]]:
    """What else of ours calendars hold under this identifier, that is answered elsewhere: in words,
    and how to know."""
    return [
        ("un stand du forum", select(Stand.id).where(Stand.uid == uid)),
        ("une séance d’atelier", select(WorkshopSession.id).where(WorkshopSession.uid == uid)),
        ("un rendez-vous d’orientation", select(Appointment.id).where(Appointment.uid == uid)),
    ]


def _of_address(meeting_id: int, address: str) -> Select[Invitation]:
    """The people of a meeting convened at this address, or whose directory record has it."""
    return (
        select(Invitation)
        .outerjoin(Contact, Invitation.contact_id == Contact.id)
        .where(
            Invitation.meeting_id == meeting_id,
            or_(Invitation.email == address, func.lower(Contact.email) == address),
        )
        .options(*_PERSON)
        .order_by(Invitation.id)
    )


def live_of_address(meeting_id: int, address: str) -> Select[Invitation]:
    return _of_address(meeting_id, address).where(Invitation.removed_at.is_(None))


def removed_of_address(meeting_id: int, address: str) -> Select[Invitation]:
    return _of_address(meeting_id, address).where(Invitation.removed_at.is_not(None)).limit(1)


def is_contact_of(organisation_id: int, address: str) -> Select[int]:
    """Whether somebody of this organisation, still there, has this address."""
    return (
        select(Contact.id)
        .where(
            Contact.organisation_id == organisation_id,
            func.lower(Contact.email) == address,
            Contact.archived_at.is_(None),
        )
        .limit(1)
    )


def is_known(address: str) -> list[Select[int]]:
    """Where a professional address that the site has in clear already would be found."""
    return [
        select(Contact.id).where(func.lower(Contact.email) == address).limit(1),
        select(Invitation.id).where(Invitation.email == address).limit(1),
        select(OutboxMessage.id).where(OutboxMessage.public_recipient == address).limit(1),
    ]


def sent_mail(message_id: str, *, lock: bool = False) -> Select[OutboxMessage]:
    statement = select(OutboxMessage).where(OutboxMessage.message_id == message_id)
    return statement.with_for_update() if lock else statement


def sent_mails(message_ids: Collection[str]) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.message_id.in_(message_ids))
        .order_by(OutboxMessage.id.desc())
    )


def mails(
    state: IncomingState | None = None, kind: IncomingKind | None = None, words: str = ""
) -> Select[IncomingMail]:
    statement = select(IncomingMail).options(
        selectinload(IncomingMail.meeting), selectinload(IncomingMail.invitation)
    )
    if state is not None:
        statement = statement.where(IncomingMail.state == state)
    if kind is not None:
        statement = statement.where(IncomingMail.kind == kind)
    if words:
        pattern = f"%{words.strip().lower()}%"
        statement = statement.where(
            or_(
                func.lower(IncomingMail.from_address).like(pattern),
                func.lower(IncomingMail.subject).like(pattern),
            )
        )
    return statement


def mail(mail_id: int) -> Select[IncomingMail]:
    return (
        select(IncomingMail)
        .where(IncomingMail.id == mail_id)
        .options(
            selectinload(IncomingMail.meeting).selectinload(Meeting.committee),
            selectinload(IncomingMail.invitation).options(*_PERSON),
            selectinload(IncomingMail.settled_by),
        )
    )


def mail_locked(mail_id: int) -> Select[IncomingMail]:
    return (
        select(IncomingMail)
        .where(IncomingMail.id == mail_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def counts_by_state() -> Select[IncomingState, int]:
    return select(IncomingMail.state, func.count(IncomingMail.id)).group_by(IncomingMail.state)


def held_count() -> Select[int]:
    return select(func.count(IncomingMail.id)).where(IncomingMail.state == IncomingState.HELD)


def held_of_attendee(meeting_id: int, attendee: str) -> Select[IncomingMail]:
    """Answers that were held because nobody knew yet who this person was."""
    return (
        select(IncomingMail)
        .where(
            IncomingMail.state == IncomingState.HELD,
            IncomingMail.meeting_id == meeting_id,
            IncomingMail.attendee == attendee,
        )
        .order_by(IncomingMail.id)
    )


def unapplied_of(invitation_id: int) -> Select[IncomingMail]:
    """What this person sent that did not count, for their history."""
    return (
        select(IncomingMail)
        .where(
            IncomingMail.invitation_id == invitation_id,
            IncomingMail.state != IncomingState.APPLIED,
        )
        .order_by(IncomingMail.id)
    )


def held_since_before(instant: datetime, limit: int) -> Select[IncomingMail]:
    return (
        select(IncomingMail)
        .where(IncomingMail.state == IncomingState.HELD, IncomingMail.read_at < instant)
        .order_by(IncomingMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def count_held_since_before(instant: datetime) -> Select[int]:
    return select(func.count(IncomingMail.id)).where(
        IncomingMail.state == IncomingState.HELD, IncomingMail.read_at < instant
    )


def forget_words(before: datetime) -> Update:
    """Take out of the mails read before that instant what they said and whom they were from; that
    a mail was read, and what became of it, stays."""
    return (
        update(IncomingMail)
        .where(
            IncomingMail.read_at < before,
            IncomingMail.state != IncomingState.HELD,
            or_(
                IncomingMail.from_address != "",
                IncomingMail.attendee != "",
                IncomingMail.comment != "",
                IncomingMail.subject != "",
            ),
        )
        .values(
            from_address="",
            attendee="",
            subject="",
            comment="",
            delegate_email="",
            delegate_name="",
            message_id="",
            content=None,
            reason="",
        )
        .execution_options(synchronize_session=False)
    )


def count_words(before: datetime) -> Select[int]:
    return select(func.count(IncomingMail.id)).where(
        IncomingMail.read_at < before,
        IncomingMail.state != IncomingState.HELD,
        IncomingMail.from_address != "",
    )
