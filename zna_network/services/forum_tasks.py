"""What there is to do for a forum, who answers for it, and by when."""

from dataclasses import dataclass
from datetime import date

from zna_network.models.forum import Forum, ForumTask, TaskState
from zna_network.queries import preparation as queries
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.forum_choice import UNKNOWN
from zna_network.services.forum_sharing import (
    answering,
    optional_email,
    person_name,
    require_change,
)
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

GONE = "Cette tâche n’existe plus : quelqu’un d’autre l’a peut-être retirée."
YEARS = range(2000, 2101)


@dataclass(frozen=True)
class TaskData:
    """``organisation_id`` and ``organisation`` are an autocomplete field's hidden and typed
    values, both empty for none; a grantee's own is taken whatever they say."""

    title: str
    note: str = ""
    organisation: str = ""
    organisation_id: str = ""
    owner: str = ""
    owner_email: str = ""
    due_on: date | None = None
    state: TaskState = TaskState.TO_DO


def create_task(ctx: Context, forum_id: int, data: TaskData) -> ForumTask:
    ctx.require(Permission.FORUM_TAKE_PART)
    with ctx.unit_of_work():
        if ctx.session.get(Forum, forum_id) is None:
            raise NotFoundError(UNKNOWN)
        task = ForumTask(forum_id=forum_id, created_at=ctx.now, updated_at=ctx.now)
        _describe(ctx, task, data)
        ctx.session.add(task)
        ctx.session.flush()
        ctx.record("forum_task.created", task, forum=forum_id)
    return task


def update_task(
    ctx: Context, forum_id: int, task_id: int, data: TaskData, revision: int
) -> ForumTask:
    """Raises ConflictError when somebody else has changed it meanwhile."""
    with ctx.unit_of_work():
        task = _to_change(ctx, forum_id, task_id)
        if task.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        _describe(ctx, task, data)
        task.updated_at = ctx.now
        ctx.record("forum_task.updated", task, forum=forum_id)
    return task


def change_state(ctx: Context, forum_id: int, task_id: int, state: TaskState) -> ForumTask:
    """Done, dropped, in hand or to do again. In that state already, it stays as it is."""
    with ctx.unit_of_work():
        task = _to_change(ctx, forum_id, task_id)
        if task.state is not state:
            _enter(ctx, task, state)
            task.updated_at = ctx.now
            ctx.record("forum_task.state_changed", task, state=state.value)
    return task


def remove_task(ctx: Context, forum_id: int, task_id: int) -> None:
    with ctx.unit_of_work():
        task = _to_change(ctx, forum_id, task_id)
        ctx.record("forum_task.removed", task, forum=forum_id)
        ctx.session.delete(task)


def _to_change(ctx: Context, forum_id: int, task_id: int) -> ForumTask:
    ctx.require(Permission.FORUM_TAKE_PART)
    task = ctx.session.scalar(queries.task(forum_id, task_id, lock=True))
    if task is None:
        raise NotFoundError(GONE)
    require_change(ctx, task.organisation_id)
    return task


def _describe(ctx: Context, task: ForumTask, data: TaskData) -> None:
    checks = Checks()
    task.title = checks.take(
        lambda: clean_line(
            data.title, field="title", limit=200, required="Écrivez ce qui est à faire."
        ),
        "",
    )
    task.note = checks.take(lambda: clean_text(data.note, field="note", limit=4000), "")
    task.owner = checks.take(lambda: person_name(data.owner, field="owner"), "")
    task.owner_email = checks.take(
        lambda: optional_email(data.owner_email, field="owner_email"), ""
    )
    task.organisation = checks.take(
        lambda: answering(ctx, data.organisation_id, data.organisation), None
    )
    if data.due_on and data.due_on.year not in YEARS:
        checks.refuse("Relisez l’année.", "due_on")
    if not (data.owner.strip() or data.organisation.strip() or task.organisation):
        checks.refuse("Indiquez au moins une personne ou un organisme : qui s’en charge ?", "owner")
    checks.finish()
    task.due_on = data.due_on
    _enter(ctx, task, data.state)


def _enter(ctx: Context, task: ForumTask, state: TaskState) -> None:
    if state.is_open:
        task.closed_at = None
    elif task.state is None or task.state.is_open:
        task.closed_at = ctx.now
    task.state = state
