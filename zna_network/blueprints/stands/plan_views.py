"""The plan: drawn by an agent, with the mouse, the finger, the keyboard or plain forms."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.stands.plan_forms import GridForm, ImageForm, PlaceForm, RevisionForm
from zna_network.blueprints.stands.views import ONE, blueprint
from zna_network.blueprints.support import Form, context, wants_json
from zna_network.models.forum import Forum
from zna_network.models.stand import Stand
from zna_network.queries import stands as queries
from zna_network.services import forum_choice, stand_drawing, stand_plan
from zna_network.services.forum_days import is_over
from zna_network.services.permissions import Permission
from zna_network.services.stand_squares import place_of

PLAN = "/forums/<slug>/plan"
Moved = str | Response | tuple[str, int] | tuple[Response, int]


@blueprint.get(PLAN)
@requires(Permission.FORUM_READ)
def plan(slug: str) -> str:
    """Staff draw it; other accounts see the stands confirmed."""
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    if not ctx.may(Permission.FORUM_EDIT):
        plan = stand_drawing.public_plan(ctx, forum)
        return render_template("stands/plan.html", forum=forum, plan=plan)
    return _editor(forum)


@blueprint.post(f"{ONE}/place")
@requires(Permission.FORUM_EDIT)
def place(slug: str, number: int) -> Moved:
    """One stand put, moved or resized: by the forms of the list, or by the page's script, which
    asks for JSON."""
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = PlaceForm()
    stand = form.attempt(
        lambda: stand_plan.place_stand(ctx, forum.id, number, form.to_place(), form.revision.seen)
    )
    return _answered(forum, number, stand, form)


@blueprint.post(f"{ONE}/place/auto")
@requires(Permission.FORUM_EDIT)
def place_anywhere(slug: str, number: int) -> Moved:
    """The first place that nobody has, to be moved from there."""
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = RevisionForm()
    stand = form.attempt(
        lambda: stand_plan.place_in_first_gap(ctx, forum.id, number, form.revision.seen)
    )
    return _answered(forum, number, stand, form)


@blueprint.post(f"{ONE}/place/retirer")
@requires(Permission.FORUM_EDIT)
def unplace(slug: str, number: int) -> Moved:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = RevisionForm()
    stand = form.attempt(
        lambda: stand_plan.unplace_stand(ctx, forum.id, number, form.revision.seen)
    )
    return _answered(forum, number, stand, form)


@blueprint.route(f"{PLAN}/reglages", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def plan_settings(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = GridForm(obj=forum)
    changed = form.attempt(
        lambda: stand_plan.set_grid(
            ctx, forum.id, form.plan_columns.data or 0, form.plan_rows.data or 0, form.revision.seen
        )
    )
    if changed is None:
        form.revision.renew(forum.revision)
        return _settings(forum, form, ImageForm(formdata=None))
    flash("Grille enregistrée.", "success")
    return redirect(url_for("stands.plan", slug=slug))


@blueprint.post(f"{PLAN}/image")
@requires(Permission.FORUM_EDIT)
def set_image(slug: str) -> str | Response | tuple[str, int]:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = ImageForm()
    changed = form.attempt(lambda: stand_plan.set_image(ctx, forum.id, form.image.data.read()))
    if changed is None:
        return _settings(forum, GridForm(formdata=None, obj=forum), form), 422
    flash("L’image est en place : glissez les stands dessus.", "success")
    return redirect(url_for("stands.plan", slug=slug))


@blueprint.post(f"{PLAN}/image/retirer")
@requires(Permission.FORUM_EDIT)
def remove_image(slug: str) -> Response:
    ctx = context()
    stand_plan.remove_image(ctx, forum_choice.by_slug(ctx, slug).id)
    flash("L’image du plan est retirée.", "success")
    return redirect(url_for("stands.plan", slug=slug))


def _settings(forum: Forum, form: GridForm, image: ImageForm) -> str:
    return render_template("stands/plan_settings.html", forum=forum, form=form, image=image)


def _answered(forum: Forum, number: int, stand: Stand | None, form: Form) -> Moved:
    """After a move: the stand as it is now, in JSON or on the page."""
    if wants_json():
        messages = [*form.form_errors, *(m for f in form for m in f.errors)]
        status = 200 if stand is not None else 409
        return jsonify(_state(forum, number) | {"message": " ".join(messages)}), status
    if stand is None:
        return _editor(forum, refused=(number, form)), 422
    return redirect(url_for("stands.plan", slug=forum.slug, _anchor=f"stand-{number}"))


def _state(forum: Forum, number: int) -> dict[str, Any]:
    """Where the stand is now and its revision, for the page's script."""
    stand = context().session.scalar(queries.by_number(forum.id, number))
    if stand is None or not stand.state.is_live:
        return {"revision": None, "place": None}
    found = place_of(stand)
    place = found and {
        "column": found.column + 1,
        "row": found.row + 1,
        "width": found.width,
        "height": found.height,
    }
    return {"revision": stand.revision, "place": place}


def _editor(forum: Forum, refused: tuple[int, Form] | None = None) -> str:
    ctx = context()
    return render_template(
        "stands/plan_editor.html",
        forum=forum,
        plan=stand_drawing.working_plan(ctx, forum),
        may_move=not is_over(forum, ctx.now) and forum.state != "closed",
        refused=refused,
        largest=stand_plan.LARGEST_STAND,
    )
