"""Actions: decided at a meeting, followed from one meeting to the next until they are closed."""

from dataclasses import dataclass
from datetime import date

from zna_network.models.minutes import ActionItem, ActionState, Minutes
from zna_network.queries import actions as queries
from zna_network.services import action_mails
from zna_network.services.action_links import PURPOSE, renew_link
from zna_network.services.action_replies import clean_day, overtake
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.committee_access import require_read
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.links import link_columns
from zna_network.services.minutes_access import locked_draft
from zna_network.services.minutes_sections import own_section
from zna_network.services.organisation_choice import resolve
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

GONE = "Cette action n’existe plus : quelqu’un d’autre l’a peut-être retirée."


@dataclass(frozen=True)
class ActionData:
    """Who does what by when. ``owner`` is in words; ``organisation_id`` and ``organisation`` are
    an autocomplete field's hidden and typed values, both empty for none. ``owner_email`` is where
    reminders go, empty for none."""

    text: str
    owner: str
    due_on: date | None = None
    organisation: str = ""
    organisation_id: str = ""
    section_id: int | None = None
    owner_email: str = ""


def create_action(ctx: Context, meeting_id: int, data: ActionData) -> ActionItem:
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id)
        action = ActionItem(
            meeting_id=meeting_id,
            created_at=ctx.now,
            updated_at=ctx.now,
            **link_columns(ctx.settings, PURPOSE),
        )
        _describe(ctx, minutes, action, data)
        ctx.session.add(action)
        ctx.session.flush()
        ctx.record("action.created", action, meeting=meeting_id)
    return action


def update_action(
    ctx: Context, meeting_id: int, action_id: int, data: ActionData, revision: int
) -> ActionItem:
    """Raises ConflictError when somebody else has changed it meanwhile."""
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id)
        action = _of_meeting(ctx, meeting_id, action_id, revision)
        _describe(ctx, minutes, action, data)
        action.updated_at = ctx.now
        ctx.record("action.updated", action, meeting=meeting_id)
    return action


def remove_action(ctx: Context, meeting_id: int, action_id: int, revision: int) -> None:
    """Take off an action as it was read: changed meanwhile, it stays."""
    with ctx.unit_of_work():
        locked_draft(ctx, meeting_id)
        action = _of_meeting(ctx, meeting_id, action_id, revision)
        ctx.record("action.removed", action, meeting=meeting_id)
        ctx.session.delete(action)


def close_action(ctx: Context, action_id: int, state: ActionState, outcome: str) -> ActionItem:
    """Close an action as done, or as dropped with the reason, whatever became of the minutes that
    it comes from. Raises ConflictError when somebody has closed it already."""
    if state is ActionState.OPEN:
        raise InvalidError("Dites si l’action est faite ou abandonnée.", field="state")
    with ctx.unit_of_work():
        action = _followed(ctx, action_id)
        if not action.is_open:
            raise ConflictError(
                f"Cette action a déjà été close entre-temps : {action.state.label.lower()}."
            )
        said = clean_text(outcome, field="outcome", limit=1000)
        if state is ActionState.DROPPED and not said:
            raise InvalidError("Dites pourquoi l’action est abandonnée.", field="outcome")
        mark_closed(ctx, action, state, said, ctx.actor.name if ctx.actor else ctx.origin)
    return action


def mark_closed(
    ctx: Context, action: ActionItem, state: ActionState, outcome: str, closed_by: str
) -> None:
    """Close an action that is held and open; ``closed_by`` says who did, in words."""
    overtake(ctx, action)
    action.state, action.outcome, action.closed_by = state, outcome, closed_by[:200]
    action.closed_at = action.updated_at = ctx.now
    ctx.record("action.closed", action, state=state.value)


def reopen_action(ctx: Context, action_id: int) -> ActionItem:
    """Open an action again: it comes back at the committee's next meeting, and its owner, told of
    it before, is told so."""
    with ctx.unit_of_work():
        action = _followed(ctx, action_id)
        if action.is_open:
            raise ConflictError("Cette action est déjà ouverte.")
        action.state, action.closed_at, action.closed_by = ActionState.OPEN, None, ""
        action.updated_at = ctx.now
        if action.told_at is not None and action.owner_email:
            action_mails.tell_owner(ctx, [action], is_reopened=True)
        ctx.record("action.reopened", action)
    return action


def may_follow(ctx: Context, action: ActionItem) -> bool:
    """Whether the actor may close or reopen it: staff, and the grantee leading the committee."""
    return ctx.may(Permission.MINUTES_WRITE, action.meeting.committee.led_by_id)


def _followed(ctx: Context, action_id: int) -> ActionItem:
    """The action, held until the end of the transaction."""
    action = ctx.session.scalar(queries.by_id(action_id, lock=True))
    if action is None:
        raise NotFoundError(GONE)
    require_read(ctx, action.meeting.committee)
    ctx.require(Permission.MINUTES_WRITE, action.meeting.committee.led_by_id)
    return action


def give_to(
    ctx: Context, action: ActionItem, owner: str, owner_email: str, due_on: date | None
) -> None:
    """Say who does it by when. Another address ends the link of the one before."""
    clean = clean_line(owner, field="owner", limit=200, required="Indiquez qui.")
    email = clean_email(owner_email, field="owner_email") if owner_email.strip() else ""
    if action.owner_email and email != action.owner_email:
        renew_link(ctx.settings, action)
    action.owner, action.owner_email = clean, email
    action.due_on = clean_day(due_on, field="due_on")


def as_told(action: ActionItem) -> tuple[str, str, date | None]:
    """What the owner was told of: where one of these changes, they are to be told again."""
    return action.text, action.owner_email, action.due_on


def _of_meeting(ctx: Context, meeting_id: int, action_id: int, revision: int) -> ActionItem:
    action = ctx.session.scalar(queries.by_id(action_id, lock=True))
    if action is None or action.meeting_id != meeting_id:
        raise NotFoundError(GONE)
    if action.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return action


def _describe(ctx: Context, minutes: Minutes, action: ActionItem, data: ActionData) -> None:
    before = as_told(action)
    action.text = clean_text(data.text, field="text", limit=2000)
    if not action.text:
        raise InvalidError("Écrivez ce qui est à faire.", field="text")
    give_to(ctx, action, data.owner, data.owner_email, data.due_on)
    if as_told(action) != before:
        action.told_at = None
    organisation = None
    if data.organisation_id or data.organisation.strip():
        organisation = resolve(ctx, data.organisation_id, data.organisation, field="organisation")
    action.organisation = organisation
    action.section_id = own_section(ctx, minutes, data.section_id)
