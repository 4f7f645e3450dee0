"""The tasks of a forum: the list, writing one, saying that it is done."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.preparation.forms import TaskFilterForm, TaskForm
from zna_network.blueprints.support import Listing, context, page_request, safe_next
from zna_network.models.forum import Forum, ForumTask, TaskState
from zna_network.models.organisation import Organisation
from zna_network.queries import preparation as queries
from zna_network.queries.listing import paginate
from zna_network.queries.preparation import Shown, TaskFilter
from zna_network.services import forum_tasks
from zna_network.services.errors import NotFoundError
from zna_network.services.forum_choice import by_slug
from zna_network.services.forum_sharing import may_change, require_change
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission

blueprint = Blueprint("preparation", __name__, url_prefix="/forums/<slug>/preparation")


@blueprint.get("")
@requires(Permission.FORUM_READ)
def index(slug: str) -> str:
    ctx = context()
    forum = by_slug(ctx, slug)
    wanted = _wanted()
    page = paginate(
        ctx.session, queries.tasks(forum.id, wanted), page_request("due"), queries.TASK_SORTS
    )
    organisations = ctx.session.scalars(queries.task_organisations(forum.id)).all()
    counts = _counts(forum, wanted)
    return render_template(
        "preparation/tasks.html",
        forum=forum,
        listing=Listing(page),
        wanted=wanted,
        counts=counts,
        form=TaskFilterForm(wanted, organisations, counts),
        chips=_chips(forum, wanted, organisations),
        mine={task.id for task in page.items if may_change(ctx, task.organisation_id)},
    )


@blueprint.route("/taches/nouvelle", methods=["GET", "POST"])
@requires(Permission.FORUM_TAKE_PART)
def create_task(slug: str) -> str | Response:
    ctx = context()
    forum = by_slug(ctx, slug)
    form = TaskForm()
    task = form.attempt(lambda: forum_tasks.create_task(ctx, forum.id, form.to_data()))
    if task is None:
        return render_template("preparation/task.html", forum=forum, form=form, task=None)
    flash("Tâche ajoutée.", "success")
    return redirect(url_for("preparation.index", slug=slug))


@blueprint.route("/taches/<int:task_id>", methods=["GET", "POST"])
@requires(Permission.FORUM_TAKE_PART)
def edit_task(slug: str, task_id: int) -> str | Response:
    ctx = context()
    forum = by_slug(ctx, slug)
    task = _task(forum, task_id)
    require_change(ctx, task.organisation_id)
    form = TaskForm.of(task)
    updated = form.attempt(
        lambda: forum_tasks.update_task(ctx, forum.id, task_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        return render_template(
            "preparation/task.html",
            forum=forum,
            form=form,
            task=task,
            current=task if form.revision.renew(task.revision) else None,
        )
    flash("Tâche enregistrée.", "success")
    return redirect(url_for("preparation.index", slug=slug))


@blueprint.post("/taches/<int:task_id>/etat")
@requires(Permission.FORUM_TAKE_PART)
def change_state(slug: str, task_id: int) -> Response:
    ctx = context()
    forum = by_slug(ctx, slug)
    wanted = request.form.get("etat", "")
    if wanted not in list(TaskState):
        raise NotFoundError("Cet état n’existe pas.")
    task = forum_tasks.change_state(ctx, forum.id, task_id, TaskState(wanted))
    flash(f"« {task.title} » : {task.state.label.lower()}.", "success")
    return redirect(safe_next(request.form.get("retour"), url_for("preparation.index", slug=slug)))


@blueprint.post("/taches/<int:task_id>/supprimer")
@requires(Permission.FORUM_TAKE_PART)
def remove_task(slug: str, task_id: int) -> Response:
    ctx = context()
    forum_tasks.remove_task(ctx, by_slug(ctx, slug).id, task_id)
    flash("Tâche retirée.", "success")
    return redirect(url_for("preparation.index", slug=slug))


def _task(forum: Forum, task_id: int) -> ForumTask:
    task = context().session.scalar(queries.task(forum.id, task_id))
    if task is None:
        raise NotFoundError(forum_tasks.GONE)
    return task


def _wanted() -> TaskFilter:
    shown = request.args.get("etat", "")
    return TaskFilter(
        today=local_date(context().now),
        shown=Shown(shown) if shown in list(Shown) else Shown.OPEN,
        organisation_id=request.args.get("organisme", type=int),
    )


def _counts(forum: Forum, wanted: TaskFilter) -> dict[Shown, int]:
    still_open, late, closed = (
        context().session.execute(queries.task_counts(forum.id, wanted.today)).one()
    )
    return {
        Shown.OPEN: still_open,
        Shown.LATE: late,
        Shown.CLOSED: closed,
        Shown.ALL: still_open + closed,
    }


def _chips(
    forum: Forum, wanted: TaskFilter, organisations: Sequence[Organisation]
) -> list[tuple[str, str]]:
    chips = []
    if wanted.shown is not Shown.OPEN:
        address = url_for("preparation.index", slug=forum.slug, organisme=wanted.organisation_id)
        chips.append((f"État : {wanted.shown.label.lower()}", address))
    if wanted.organisation_id is not None:
        name = next((o.name for o in organisations if o.id == wanted.organisation_id), "inconnu")
        address = url_for("preparation.index", slug=forum.slug, etat=wanted.shown.value)
        chips.append((f"Organisme : {name}", address))
    return chips
