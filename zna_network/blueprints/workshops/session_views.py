"""The sessions of a workshop: when, where, how many seats."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.workshops.forms import CancelForm, DeskForm, SessionForm
from zna_network.blueprints.workshops.pages import common, session_page
from zna_network.blueprints.workshops.views import blueprint
from zna_network.queries import workshops as queries
from zna_network.services import forum_choice, workshop_sessions, workshops
from zna_network.services.errors import ConflictError
from zna_network.services.permissions import Permission


@blueprint.get("/seances/<int:session_id>")
@requires(Permission.FORUM_READ)
def show_session(slug: str, session_id: int) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    session = workshop_sessions.session_of(ctx, forum, session_id)
    return render_template(
        "workshops/session.html", form=DeskForm(formdata=None), **session_page(ctx, forum, session)
    )


@blueprint.route("/<int:workshop_id>/seances/nouvelle", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_MANAGE)
def create_session(slug: str, workshop_id: int) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    workshop = workshops.readable_workshop(ctx, forum, workshop_id)
    ctx.require(Permission.WORKSHOP_MANAGE, workshop.organisation_id)
    form = SessionForm()
    form.offer(rooms := ctx.session.scalars(queries.rooms(forum.id)).all())
    made = form.attempt(lambda: workshop_sessions.create_session(ctx, workshop_id, form.to_data()))
    if made is None:
        return render_template(
            "workshops/edit_session.html",
            form=form,
            workshop=workshop,
            session=None,
            current=None,
            rooms=rooms,
            **common(ctx, forum),
        )
    flash("Séance ajoutée.", "success")
    return redirect(url_for("workshops.index", slug=slug, _anchor=f"atelier-{workshop_id}"))


@blueprint.route("/seances/<int:session_id>/modifier", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_MANAGE)
def edit_session(slug: str, session_id: int) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    session = workshop_sessions.session_of(ctx, forum, session_id)
    ctx.require(Permission.WORKSHOP_MANAGE, session.workshop.organisation_id)
    if session.is_cancelled:
        raise ConflictError(workshop_sessions.CANCELLED)
    form = SessionForm.of(session)
    form.offer(rooms := ctx.session.scalars(queries.rooms(forum.id)).all())
    updated = form.attempt(
        lambda: workshop_sessions.update_session(
            ctx, session_id, form.to_data(), form.revision.seen
        )
    )
    if updated is None:
        current = session if form.revision.renew(session.revision) else None
        return render_template(
            "workshops/edit_session.html",
            form=form,
            workshop=session.workshop,
            session=session,
            current=current,
            rooms=rooms,
            **common(ctx, forum),
        )
    flash("Séance mise à jour.", "success")
    return redirect(url_for("workshops.show_session", slug=slug, session_id=session_id))


@blueprint.route("/seances/<int:session_id>/annuler", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_MANAGE)
def cancel_session(slug: str, session_id: int) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    session = workshop_sessions.session_of(ctx, forum, session_id)
    ctx.require(Permission.WORKSHOP_MANAGE, session.workshop.organisation_id)
    form = CancelForm()
    done = form.attempt(
        lambda: workshop_sessions.cancel_session(ctx, session_id, form.reason.data or "")
    )
    if done is None:
        return render_template(
            "workshops/cancel_session.html", form=form, **session_page(ctx, forum, session)
        )
    flash("Séance annulée. Les inscrits qui ont laissé une adresse sont prévenus.", "success")
    return redirect(url_for("workshops.show_session", slug=slug, session_id=session_id))
