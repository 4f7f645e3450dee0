"""Following an action once its minutes are validated: answering its owner, giving it to somebody
else or until another day, sending its link again. For the CUA, and for who leads the committee."""

from dataclasses import dataclass
from datetime import date, timedelta

from zna_network.models.action_reply import ActionReply, ReplyKind, ReplyState
from zna_network.models.minutes import ActionItem
from zna_network.models.minutes_review import ActionReminder
from zna_network.queries import action_follow_up as queries
from zna_network.queries import actions as action_queries
from zna_network.services.action_links import renew_link
from zna_network.services.action_mails import answer_owner, tell_owner
from zna_network.services.action_replies import clean_day, overtake, settle
from zna_network.services.actions import GONE, as_told, give_to
from zna_network.services.clean_values import clean_text
from zna_network.services.committee_access import require_read
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

JUST_SENT = timedelta(minutes=10)
CLOSED = "Cette action est close\u00a0: rouvrez-la d’abord."
DRAFT = (
    "Le compte-rendu de cette réunion n’est pas encore validé\u00a0: modifiez l’action dans le "
    "compte-rendu."
)
TREATED = "Quelqu’un d’autre y a déjà répondu, ou la personne a changé d’avis\u00a0: relisez."


@dataclass(frozen=True)
class Following:
    """What the page of an action shows; ``waiting`` is the answer of its owner to deal with."""

    action: ActionItem
    is_published: bool
    may_follow: bool
    replies: list[ActionReply]
    reminders: list[ActionReminder]

    @property
    def waiting(self) -> ActionReply | None:
        return next((r for r in self.replies if r.state is ReplyState.WAITING), None)


@dataclass(frozen=True)
class FollowUpData:
    """Who does it by when, from now on."""

    owner: str
    owner_email: str = ""
    due_on: date | None = None


def read(ctx: Context, action_id: int) -> Following:
    """To an organisation that only sits in the committee, an action exists once it is published,
    and what its owner says is not shown. Raises NotFoundError, ForbiddenError."""
    action = ctx.session.scalar(action_queries.by_id(action_id))
    if action is None:
        raise NotFoundError(GONE)
    require_read(ctx, action.meeting.committee)
    may_follow = ctx.may(Permission.MINUTES_WRITE, action.meeting.committee.led_by_id)
    published = _is_published(ctx, action_id)
    if not may_follow:
        if not published:
            raise NotFoundError(GONE)
        return Following(action, published, may_follow, [], [])
    replies = list(ctx.session.scalars(queries.replies(action_id)))
    reminders = list(ctx.session.scalars(queries.reminders(action_id)))
    return Following(action, published, may_follow, replies, reminders)


def settle_reply(
    ctx: Context, action_id: int, reply_id: int, *, accepts: bool, words: str = ""
) -> ActionReply:
    """Answer what the owner asked. Accepted, another day becomes the day, and who cannot do it is
    asked no more; refused, the reason goes to them. Raises ConflictError when it awaits no
    answer any more."""
    with ctx.unit_of_work():
        action = _held(ctx, action_id)
        reply = ctx.session.scalar(queries.waiting_reply(action_id))
        if reply is None or reply.id != reply_id:
            raise ConflictError(TREATED)
        said = clean_text(words, field="answer", limit=1000)
        if not accepts and not said:
            raise InvalidError("Dites pourquoi, en quelques mots.", field="answer")
        settle(ctx, reply, ReplyState.ACCEPTED if accepts else ReplyState.REFUSED, said)
        if accepts and reply.kind is ReplyKind.OTHER_DATE:
            action.due_on, action.told_at = clean_day(reply.proposed_on, field="answer"), ctx.now
        answer_owner(ctx, action, reply)
        if accepts and reply.kind is ReplyKind.CANNOT:
            _relieve(ctx, action)
        action.updated_at = ctx.now
        ctx.record("action.reply_settled", action, kind=reply.kind.value, state=reply.state.value)
    return reply


def follow_up(ctx: Context, action_id: int, data: FollowUpData, revision: int) -> ActionItem:
    """Give it to somebody else, or until another day; its owner is told at once of what changed.
    Raises ConflictError when it was changed meanwhile, is closed, or is only in a draft."""
    with ctx.unit_of_work():
        action = _held(ctx, action_id)
        if action.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        _require_published(ctx, action)
        before = (action.owner, *as_told(action))
        give_to(ctx, action, data.owner, data.owner_email, data.due_on)
        if (action.owner, *as_told(action)) != before:
            action.told_at = None
            action.updated_at = ctx.now
            overtake(ctx, action)
            if action.owner_email:
                tell_owner(ctx, [action])
            ctx.record("action.given", action, due_on=str(action.due_on or ""))
    return action


def send_again(ctx: Context, action_id: int) -> ActionItem:
    """Send its link to the owner again, not twice in a few minutes."""
    with ctx.unit_of_work():
        action = _held(ctx, action_id)
        _require_published(ctx, action)
        if not action.owner_email:
            raise ConflictError("Cette action n’a pas d’adresse à qui écrire\u00a0: indiquez-la.")
        if action.told_at is not None and ctx.now - action.told_at < JUST_SENT:
            raise ConflictError("Ce message vient de partir.")
        tell_owner(ctx, [action])
        ctx.record("action.sent_again", action)
    return action


def _held(ctx: Context, action_id: int) -> ActionItem:
    """The open action, held until the end of the transaction."""
    action = ctx.session.scalar(queries.locked(action_id))
    if action is None:
        raise NotFoundError(GONE)
    require_read(ctx, action.meeting.committee)
    ctx.require(Permission.MINUTES_WRITE, action.meeting.committee.led_by_id)
    if not action.is_open:
        raise ConflictError(CLOSED)
    return action


def _relieve(ctx: Context, action: ActionItem) -> None:
    """Its owner is asked nothing more: it awaits that somebody else is named."""
    action.owner_email, action.told_at = "", None
    renew_link(ctx.settings, action)


def _is_published(ctx: Context, action_id: int) -> bool:
    return ctx.session.scalar(queries.is_published(action_id)) is not None


def _require_published(ctx: Context, action: ActionItem) -> None:
    if not _is_published(ctx, action.id):
        raise ConflictError(DRAFT)
