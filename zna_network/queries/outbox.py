"""The outbox, as the worker and the pages read it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, Update, and_, case, func, or_, select, update
from sqlalchemy.orm import aliased

from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.queries.listing import SortKeys

MESSAGE_SORTS: SortKeys = {
    "date": (OutboxMessage.id,),
    "recipient": (OutboxMessage.public_recipient, OutboxMessage.id),
    "state": (OutboxMessage.state, OutboxMessage.id),
}


def by_id(message_id: int, *, lock: bool = False) -> Select[OutboxMessage]:
    statement = select(OutboxMessage).where(OutboxMessage.id == message_id)
    return statement.with_for_update() if lock else statement


def pending_of_thread(thread_key: str) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.thread_key == thread_key, OutboxMessage.state == OutboxState.PENDING)
        .with_for_update()
    )


def not_sent_of_cause(dedup_key: str) -> Select[OutboxMessage]:
    """The mail that a cause produced, unless it has left."""
    held = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.FAILED)
    return (
        select(OutboxMessage)
        .where(OutboxMessage.dedup_key == dedup_key, OutboxMessage.state.in_(held))
        .with_for_update()
    )


def due(now: datetime, limit: int) -> Select[OutboxMessage]:
    """What may be sent now, oldest first, leaving out what another worker is looking at.

    A message waits while an earlier one of its thread is neither sent nor given up. A row left
    ``sending`` past its term belonged to a worker that died."""
    earlier = aliased(OutboxMessage)
    blocked = (
        select(earlier.id)
        .where(
            earlier.thread_key == OutboxMessage.thread_key,
            earlier.id < OutboxMessage.id,
            earlier.state.in_((OutboxState.PENDING, OutboxState.SENDING)),
        )
        .exists()
    )
    ready = or_(
        and_(OutboxMessage.state == OutboxState.PENDING, OutboxMessage.available_at <= now),
        and_(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.claimed_until < now),
    )
    return (
        select(OutboxMessage)
        .where(ready, or_(OutboxMessage.thread_key == "", ~blocked))
        .order_by(OutboxMessage.available_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def mark_sent(message_id: int, now: datetime) -> Update:
    """It has left; one that a later mail replaced meanwhile stays replaced."""
    return (
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state != OutboxState.SUPERSEDED)
        .values(state=OutboxState.SENT, sent_at=now, claimed_until=None, last_error="")
        .execution_options(synchronize_session=False)
    )


def messages(
    state: OutboxState | None = None, words: str = "", meeting_id: int | None = None
) -> Select[OutboxMessage]:
    statement = select(OutboxMessage)
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    if meeting_id is not None:
        statement = statement.where(OutboxMessage.meeting_id == meeting_id)
    if words:
        pattern = f"%{words.strip().lower()}%"
        statement = statement.where(
            or_(
                func.lower(OutboxMessage.public_recipient).like(pattern),
                func.lower(OutboxMessage.subject).like(pattern),
            )
        )
    return statement


def counts_by_state() -> Select[OutboxState, int]:
    return select(OutboxMessage.state, func.count(OutboxMessage.id)).group_by(OutboxMessage.state)


def old_contents(before: datetime, limit: int) -> Select[OutboxMessage]:
    """Mails sent long ago whose content (and the links in it) is no longer needed."""
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.SENT,
            OutboxMessage.sent_at < before,
            OutboxMessage.content.is_not(None),
        )
        .limit(limit)
    )


def waiting_since(instant: datetime) -> Select[int]:
    """How many mails have been due since before ``instant``: a sign that no worker runs."""
    return select(func.count(OutboxMessage.id)).where(
        OutboxMessage.state == OutboxState.PENDING, OutboxMessage.available_at < instant
    )


def count_in_state(state: OutboxState) -> Select[int]:
    return select(func.count(OutboxMessage.id)).where(OutboxMessage.state == state)


def failed_with_content() -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.FAILED, OutboxMessage.content.is_not(None))
        .with_for_update()
    )


def forget_threads(thread_keys: Collection[str]) -> Update:
    """Take out of the mails of these threads what says who they were to: the row stays, for the
    journal and the counts, and what had not left does not leave."""
    unsent = (OutboxState.PENDING, OutboxState.FAILED)
    return (
        update(OutboxMessage)
        .where(OutboxMessage.thread_key.in_(thread_keys))
        .values(
            public_recipient="",
            public_name="",
            private_recipient="",
            private_name="",
            subject="",
            content=None,
            state=case(
                (OutboxMessage.state.in_(unsent), OutboxState.CANCELLED),
                else_=OutboxMessage.state,
            ),
        )
        .execution_options(synchronize_session=False)
    )


def private_threads(prefix: str) -> Select[str]:
    """The threads beginning so whose mails went to somebody who is helped."""
    return (
        select(OutboxMessage.thread_key)
        .where(
            OutboxMessage.thread_key.startswith(prefix, autoescape=True),
            OutboxMessage.public_recipient == "",
        )
        .distinct()
    )
