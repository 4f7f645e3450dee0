"""What the owner of an action says from their link, without an account: it is done, another day
would suit, they cannot.

The action is held while they answer, so that a button pressed twice, or somebody else who closes it
at the same instant, makes one answer. What is asked awaits those who follow the action; nobody is
reminded meanwhile."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm.attributes import flag_modified

from zna_network.models.action_reply import ActionReply, ReplyKind, ReplyState
from zna_network.models.minutes import ActionItem, ActionState
from zna_network.queries import action_follow_up as queries
from zna_network.services.action_links import UNKNOWN, action_of
from zna_network.services.action_mails import tell_followers
from zna_network.services.action_replies import overtake
from zna_network.services.actions import mark_closed
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    TooManyAttemptsError,
)
from zna_network.services.french_time import local_date
from zna_network.services.sensitive_text import refuse_sensitive

WORDS_LENGTH = 1000
MOST_A_DAY = 10
FARTHEST = timedelta(days=730)
CHANGED = (
    "L’action a changé depuis que vous avez ouvert cette page\u00a0: relisez-la, puis répondez."
)
CLOSED = "Cette action est déjà notée comme faite\u00a0: vous n’avez plus rien à faire."
OFTEN = (
    "Vous avez déjà répondu plusieurs fois aujourd’hui. Pour la suite, répondez au message que "
    "vous avez reçu."
)


@dataclass(frozen=True)
class OwnerAnswer:
    """``proposed_on`` goes with another day; ``seen`` is the action's revision on the page that was
    read, none skips the check."""

    kind: ReplyKind
    words: str = ""
    proposed_on: date | None = None
    seen: int | None = None


@dataclass(frozen=True)
class ActionPage:
    """``reply`` is the last thing that the owner has said, if they have said anything."""

    action: ActionItem
    reply: ActionReply | None


def read(ctx: Context, token: str) -> ActionPage:
    """What the link shows; nothing is written by looking. Raises as ``action_of`` does."""
    action = action_of(ctx, token)
    return ActionPage(action, ctx.session.scalar(queries.replies(action.id).limit(1)))


def answer(ctx: Context, token: str, data: OwnerAnswer) -> ActionReply:
    """Record it and tell those who follow the action. Raises ConflictError when the action is
    closed, or changed under the person's eyes; sent twice, the same answer counts once."""
    with ctx.unit_of_work():
        action = _held(ctx, token)
        clean = _cleaned(ctx, action, data)
        last = ctx.session.scalar(queries.replies(action.id).limit(1))
        if last is not None and _is_repeated(action, last, clean):
            return last
        if not action.is_open:
            raise ConflictError(CLOSED)
        if data.seen is not None and data.seen != action.revision:
            raise ConflictError(CHANGED)
        _refuse_too_many(ctx, action)
        reply = _write(ctx, action, clean)
        tell_followers(ctx, action, reply)
        ctx.record("action.answered", action, kind=clean.kind.value)
    return reply


def _held(ctx: Context, token: str) -> ActionItem:
    """The action, which nobody else can change until the end of the transaction; the link is
    looked at again under that lock, since it may just have ended."""
    action = ctx.session.scalar(queries.locked(action_of(ctx, token).id))
    if action is None:
        raise NotFoundError(UNKNOWN)
    return action_of(ctx, token)


def _cleaned(ctx: Context, action: ActionItem, data: OwnerAnswer) -> OwnerAnswer:
    words = clean_text(data.words, field="words", limit=WORDS_LENGTH)
    refuse_sensitive(words, field="words")
    if data.kind is ReplyKind.CANNOT and not words:
        raise InvalidError("Dites en quelques mots ce qui vous en empêche.", field="words")
    if data.kind is not ReplyKind.OTHER_DATE:
        return OwnerAnswer(data.kind, words)
    return OwnerAnswer(data.kind, words, _other_day(ctx, action, data.proposed_on))


def _other_day(ctx: Context, action: ActionItem, day: date | None) -> date:
    today = local_date(ctx.now)
    if day is None:
        raise InvalidError("Indiquez la date que vous proposez.", field="proposed_on")
    if day < today:
        raise InvalidError("Proposez une date à venir.", field="proposed_on")
    if day > today + FARTHEST:
        raise InvalidError("Relisez cette date : elle est à plus de deux ans.", field="proposed_on")
    if day == action.due_on:
        raise InvalidError("C’est déjà la date prévue.", field="proposed_on")
    return day


def _is_repeated(action: ActionItem, last: ActionReply, clean: OwnerAnswer) -> bool:
    """The same button pressed again, nothing having happened in between."""
    said = (clean.kind, clean.words, clean.proposed_on)
    if (last.kind, last.words, last.proposed_on) != said:
        return False
    return last.state is ReplyState.WAITING or (
        last.kind is ReplyKind.DONE and action.state is ActionState.DONE
    )


def _refuse_too_many(ctx: Context, action: ActionItem) -> None:
    """Each answer writes to several people, and the link may be in the wrong hands."""
    since = ctx.now - timedelta(days=1)
    if (ctx.session.scalar(queries.count_replies(action.id, since)) or 0) >= MOST_A_DAY:
        raise TooManyAttemptsError(OFTEN)


def _write(ctx: Context, action: ActionItem, clean: OwnerAnswer) -> ActionReply:
    overtake(ctx, action)
    is_done = clean.kind is ReplyKind.DONE
    reply = ActionReply(
        action_id=action.id,
        kind=clean.kind,
        name=action.owner,
        words=clean.words,
        proposed_on=clean.proposed_on,
        at=ctx.now,
        state=ReplyState.ACCEPTED if is_done else ReplyState.WAITING,
        settled_at=ctx.now if is_done else None,
    )
    ctx.session.add(reply)
    if is_done:
        by = f"{action.owner[:185]} (par le lien)"
        mark_closed(ctx, action, ActionState.DONE, clean.words, by)
    action.updated_at = ctx.now
    # A page opened before is told that something has happened, even within the same instant.
    flag_modified(action, "updated_at")
    ctx.session.flush()
    return reply
