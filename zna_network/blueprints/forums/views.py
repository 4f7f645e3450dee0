"""The forums: the list, one forum, preparing and publishing it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.forums.forms import CancelForm, ForumForm, StateForm
from zna_network.blueprints.forums.pages import overview
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.forum import ForumState
from zna_network.queries import forums as queries
from zna_network.queries.listing import paginate
from zna_network.services import forum_cancellation, forum_choice, forums, territory
from zna_network.services.errors import ConflictError
from zna_network.services.permissions import Permission

blueprint = Blueprint("forums", __name__, url_prefix="/forums")
_DONE = {
    ForumState.DRAFT: "Le forum n’est plus visible du public.",
    ForumState.PUBLISHED: "Le forum est publié : tout le monde peut voir sa page.",
    ForumState.CLOSED: "Le forum est clos. Sa page et ses chiffres restent consultables.",
}


@blueprint.get("")
@requires(Permission.FORUM_READ)
def index() -> str:
    ctx = context()
    page = paginate(
        ctx.session,
        queries.all_forums(),
        page_request("date", descending=True),
        queries.FORUM_SORTS,
    )
    current = forum_choice.current(ctx)
    return render_template("forums/index.html", listing=Listing(page), current=current)


@blueprint.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def create() -> str | Response:
    ctx = context()
    places = territory.load(ctx)
    form = ForumForm.of(None)
    form.offer(places)
    forum = form.attempt(lambda: forums.create_forum(ctx, form.to_data(places)))
    if forum is None:
        return render_template("forums/edit.html", form=form, forum=None, current=None)
    flash("Forum créé. Il reste invisible du public tant qu’il n’est pas publié.", "success")
    return redirect(url_for("forums.show", slug=forum.slug))


@blueprint.get("/<slug>")
@requires(Permission.FORUM_READ)
def show(slug: str) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    return render_template("forums/show.html", forum=forum, **overview(ctx, forum))


@blueprint.route("/<slug>/modifier", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def edit(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    sequence = forum.sequence
    places = territory.load(ctx)
    form = ForumForm.of(forum)
    form.offer(places)
    updated = form.attempt(
        lambda: forums.update_forum(ctx, forum.id, form.to_data(places), form.revision.seen)
    )
    if updated is None:
        current = forum if form.revision.renew(forum.revision) else None
        return render_template("forums/edit.html", form=form, forum=forum, current=current)
    moved = updated.sequence > sequence
    flash(
        "Forum mis à jour : les exposants et les inscrits qui ont une adresse en sont prévenus."
        if moved
        else "Forum mis à jour.",
        "success",
    )
    return redirect(url_for("forums.show", slug=slug))


@blueprint.post("/<slug>/supprimer")
@requires(Permission.FORUM_EDIT)
def delete(slug: str) -> Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = StateForm()
    try:
        forums.delete_forum(ctx, forum.id, form.revision.seen)
    except ConflictError as refusal:
        flash(refusal.message, "danger")
        return redirect(url_for("forums.show", slug=slug))
    flash("Forum supprimé.", "success")
    return redirect(url_for("forums.index"))


@blueprint.route("/<slug>/annuler", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def cancel(slug: str) -> str | Response:
    """Asks for the reason, and says beforehand who will read it."""
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = CancelForm(revision=forum.revision)
    cancelled = form.attempt(
        lambda: forum_cancellation.cancel_forum(
            ctx, forum.id, form.reason.data or "", form.revision.seen
        )
    )
    if cancelled is None:
        form.revision.renew(forum.revision)
        return render_template("forums/cancel.html", form=form, forum=forum, **overview(ctx, forum))
    flash("Le forum est annulé. Les messages partent dans la minute.", "success")
    return redirect(url_for("forums.show", slug=slug))


@blueprint.post("/<slug>/etat")
@requires(Permission.FORUM_EDIT)
def change_state(slug: str) -> Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = StateForm()
    changed = form.attempt(
        lambda: forums.change_state(ctx, forum.id, ForumState(form.state.data), form.revision.seen)
    )
    if changed is None:
        for message in form.form_errors or ["Cet état n’existe pas."]:
            flash(message, "danger")
    else:
        flash(_DONE[changed.state], "success")
    return redirect(url_for("forums.show", slug=slug))
