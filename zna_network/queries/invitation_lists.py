"""The list of the people invited to a meeting, with the state of their mails."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, select
from sqlalchemy.orm import aliased, selectinload

from zna_network.models.invitation import Answer, Invitation, Reminder
from zna_network.models.organisation import Contact, Organisation
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.queries.listing import SortKeys

THREAD_PREFIX = "invitation:"

INVITEE_SORTS: SortKeys = {
    "name": (func.coalesce(Contact.sort_key, func.lower(Invitation.name)), Invitation.id),
    "organisation": (
        func.coalesce(Organisation.sort_key, func.lower(Invitation.organisation_name)),
        Invitation.id,
    ),
    "answer": (Invitation.answer, Invitation.id),
}


class Show(StrEnum):
    """Which people of the list to show."""

    EVERYBODY = ""
    CONVENED = "convoques"
    SILENT = "sans-reponse"
    COMING = "presents"
    TENTATIVE = "peut-etre"
    ABSENT = "absents"
    REPRESENTED = "representes"
    TO_CONVENE = "a-convoquer"
    TO_TELL = "a-prevenir"
    FAILED = "echecs"

    @property
    def label(self) -> str:
        return {
            Show.EVERYBODY: "Tous",
            Show.CONVENED: "Convoqués",
            Show.SILENT: "Sans réponse",
            Show.COMING: "Présents",
            Show.TENTATIVE: "Peut-être",
            Show.ABSENT: "Absents",
            Show.REPRESENTED: "Représentés",
            Show.TO_CONVENE: "À convoquer",
            Show.TO_TELL: "À prévenir sans e-mail",
            Show.FAILED: "Envois en échec",
        }[self]


def thread_of(invitation_id: int) -> str:
    """The thread of an invitation's mails in the outbox: they arrive in their order."""
    return f"{THREAD_PREFIX}{invitation_id}"


def _last_mail_failed() -> ColumnElement[bool]:
    """The last mail of the thread that was not replaced could not be delivered."""
    later = aliased(OutboxMessage)
    thread = literal(THREAD_PREFIX) + cast(Invitation.id, String)
    return (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.thread_key == thread,
            OutboxMessage.state == OutboxState.FAILED,
            ~select(later.id)
            .where(
                later.thread_key == OutboxMessage.thread_key,
                later.id > OutboxMessage.id,
                later.state != OutboxState.SUPERSEDED,
            )
            .exists(),
        )
        .exists()
    )


def _condition(show: Show) -> ColumnElement[bool]:
    is_silent = and_(Invitation.answer.is_(None), Invitation.sent_sequence.is_not(None))
    return {
        Show.CONVENED: Invitation.sent_sequence.is_not(None),
        Show.SILENT: is_silent,
        Show.COMING: Invitation.answer.in_((Answer.ON_SITE, Answer.REMOTE)),
        Show.TENTATIVE: Invitation.answer == Answer.TENTATIVE,
        Show.ABSENT: Invitation.answer == Answer.DECLINED,
        Show.REPRESENTED: Invitation.answer == Answer.REPRESENTED,
        Show.TO_CONVENE: and_(Invitation.sent_sequence.is_(None), Invitation.email != ""),
        Show.TO_TELL: and_(Invitation.convened_at.is_(None), Invitation.email == ""),
        Show.FAILED: _last_mail_failed(),
    }[show]


def _live(meeting_id: int) -> ColumnElement[bool]:
    return and_(Invitation.meeting_id == meeting_id, Invitation.removed_at.is_(None))


def listed(meeting_id: int, show: Show = Show.EVERYBODY) -> Select[Invitation]:
    """The people of the list, with what a row shows of them."""
    statement = (
        select(Invitation)
        .outerjoin(Contact, Invitation.contact_id == Contact.id)
        .outerjoin(Organisation, Invitation.organisation_id == Organisation.id)
        .where(_live(meeting_id))
        .options(
            selectinload(Invitation.organisation),
            selectinload(Invitation.represents),
            selectinload(Invitation.representatives),
        )
    )
    return statement if show is Show.EVERYBODY else statement.where(_condition(show))


def counts(meeting_id: int) -> Select[*tuple[int, ...]]:
    """One row: how many people each value of ``Show`` holds, in their order."""
    columns = [
        func.count(Invitation.id)
        if show is Show.EVERYBODY
        else func.coalesce(func.sum(case((_condition(show), 1), else_=0)), 0)
        for show in Show
    ]
    return select(*columns).where(_live(meeting_id))


def last_mails(invitation_ids: Collection[int]) -> Select[OutboxMessage]:
    """The last mail of each of these invitations that was not replaced by a later one."""
    last = (
        select(func.max(OutboxMessage.id))
        .where(
            OutboxMessage.thread_key.in_([thread_of(number) for number in invitation_ids]),
            OutboxMessage.state != OutboxState.SUPERSEDED,
        )
        .group_by(OutboxMessage.thread_key)
    )
    return select(OutboxMessage).where(OutboxMessage.id.in_(last))


def mails_of(invitation_id: int) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.thread_key == thread_of(invitation_id))
        .order_by(OutboxMessage.id)
    )


def reminder_counts(invitation_ids: Collection[int]) -> Select[int, int]:
    return (
        select(Reminder.invitation_id, func.count(Reminder.id))
        .where(Reminder.invitation_id.in_(invitation_ids))
        .group_by(Reminder.invitation_id)
    )


def without_email(meeting_id: int) -> Select[Invitation]:
    """Who has to be told by telephone or by letter."""
    return (
        select(Invitation).where(_live(meeting_id), Invitation.email == "").order_by(Invitation.id)
    )
