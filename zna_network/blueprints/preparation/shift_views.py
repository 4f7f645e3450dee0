"""The shift plan of a forum: the timetable, its posts, and who holds them."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.preparation.forms import CopyForm, PersonForm, ShiftForm
from zna_network.blueprints.preparation.task_views import blueprint
from zna_network.blueprints.preparation.timetable import by_day
from zna_network.blueprints.support import context
from zna_network.models.forum import Forum, Shift
from zna_network.queries import preparation as queries
from zna_network.services import shifts
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.forum_choice import by_slug
from zna_network.services.forum_sharing import may_change
from zna_network.services.permissions import Permission


@blueprint.get("/creneaux")
@requires(Permission.FORUM_READ)
def plan(slug: str) -> str:
    ctx = context()
    forum = by_slug(ctx, slug)
    held = ctx.session.scalars(queries.shifts(forum.id)).all()
    return render_template(
        "preparation/plan.html",
        forum=forum,
        days=by_day(held),
        number=len(held),
        missing=sum(shift.missing for shift in held),
        sources=ctx.session.scalars(queries.forums_with_shifts(forum.id)).all(),
    )


@blueprint.get("/creneaux/imprimer")
@requires(Permission.FORUM_READ)
def print_plan(slug: str) -> str:
    ctx = context()
    forum = by_slug(ctx, slug)
    held = ctx.session.scalars(queries.shifts(forum.id)).all()
    return render_template("preparation/print.html", forum=forum, days=by_day(held))


@blueprint.route("/creneaux/nouveau", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def create_shift(slug: str) -> str | Response:
    ctx = context()
    forum = by_slug(ctx, slug)
    form = ShiftForm().about(forum)
    shift = form.attempt(lambda: shifts.create_shift(ctx, forum.id, form.to_data()))
    if shift is None:
        return _shift_page(forum, form, None)
    flash("Créneau ajouté. Indiquez maintenant qui le tient.", "success")
    return redirect(url_for("preparation.show_shift", slug=slug, shift_id=shift.id))


@blueprint.route("/creneaux/<int:shift_id>/modifier", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def edit_shift(slug: str, shift_id: int) -> str | Response:
    ctx = context()
    forum = by_slug(ctx, slug)
    shift = _shift(forum, shift_id)
    form = ShiftForm.of(shift, forum)
    updated = form.attempt(
        lambda: shifts.update_shift(ctx, forum.id, shift_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        return _shift_page(forum, form, _shift(forum, shift_id))
    flash("Créneau enregistré.", "success")
    return redirect(url_for("preparation.show_shift", slug=slug, shift_id=shift_id))


@blueprint.post("/creneaux/<int:shift_id>/supprimer")
@requires(Permission.FORUM_EDIT)
def remove_shift(slug: str, shift_id: int) -> Response:
    ctx = context()
    shifts.remove_shift(ctx, by_slug(ctx, slug).id, shift_id)
    flash("Créneau retiré.", "success")
    return redirect(url_for("preparation.plan", slug=slug))


@blueprint.route("/creneaux/<int:shift_id>", methods=["GET", "POST"])
@requires(Permission.FORUM_TAKE_PART)
def show_shift(slug: str, shift_id: int) -> str | Response:
    """Who holds it, and putting somebody there."""
    ctx = context()
    forum = by_slug(ctx, slug)
    shift = _shift(forum, shift_id)
    form = PersonForm()
    added = form.attempt(lambda: shifts.add_person(ctx, forum.id, shift_id, form.to_data()))
    if added is None:
        shift = _shift(forum, shift_id)
        return render_template(
            "preparation/shift.html",
            forum=forum,
            shift=shift,
            form=form,
            mine={person.id for person in shift.people if may_change(ctx, person.organisation_id)},
        )
    flash(f"{added.name} tient ce poste.", "success")
    return redirect(url_for("preparation.show_shift", slug=slug, shift_id=shift_id))


@blueprint.post("/creneaux/<int:shift_id>/personnes/<int:person_id>/retirer")
@requires(Permission.FORUM_TAKE_PART)
def remove_person(slug: str, shift_id: int, person_id: int) -> Response:
    ctx = context()
    shifts.remove_person(ctx, by_slug(ctx, slug).id, shift_id, person_id)
    flash("Personne retirée du créneau.", "success")
    return redirect(url_for("preparation.show_shift", slug=slug, shift_id=shift_id))


@blueprint.route("/creneaux/copier", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def copy_shifts(slug: str) -> str | Response:
    ctx = context()
    forum = by_slug(ctx, slug)
    sources = ctx.session.scalars(queries.forums_with_shifts(forum.id)).all()
    if not sources:
        raise ConflictError("Aucun autre forum n’a de créneaux à copier.")
    form = CopyForm().among(sources)
    copied = form.attempt(lambda: shifts.copy_shifts(ctx, forum.id, form.source.data))
    if copied is None:
        return render_template("preparation/copy.html", forum=forum, form=form)
    number = f"{copied} créneaux copiés" if copied > 1 else f"{copied} créneau copié"
    flash(number if copied else "Rien à copier : le plan a déjà ces créneaux.", "success")
    return redirect(url_for("preparation.plan", slug=slug))


def _shift_page(forum: Forum, form: ShiftForm, shift: Shift | None) -> str:
    return render_template(
        "preparation/shift_edit.html",
        forum=forum,
        form=form,
        shift=shift,
        current=shift if shift and form.revision.renew(shift.revision) else None,
        posts=context().session.scalars(queries.posts(forum.id)).all(),
    )


def _shift(forum: Forum, shift_id: int) -> Shift:
    shift = context().session.scalar(queries.shift(forum.id, shift_id))
    if shift is None:
        raise NotFoundError(shifts.GONE)
    return shift
