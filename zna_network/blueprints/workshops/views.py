"""The workshops of a forum: the list, and what is offered."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.workshops.forms import WorkshopForm
from zna_network.blueprints.workshops.pages import choices_of_rights, common, index_page
from zna_network.services import forum_choice, workshops
from zna_network.services.permissions import Permission

blueprint = Blueprint("workshops", __name__, url_prefix="/forums/<slug>/ateliers")


@blueprint.get("")
@requires(Permission.FORUM_READ)
def index(slug: str) -> str:
    ctx = context()
    return render_template(
        "workshops/index.html", **index_page(ctx, forum_choice.by_slug(ctx, slug))
    )


@blueprint.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_MANAGE)
def create(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = WorkshopForm()
    form.offer(choices_of_rights(ctx))
    made = form.attempt(lambda: workshops.create_workshop(ctx, forum.id, form.to_data()))
    if made is None:
        return render_template(
            "workshops/edit.html", form=form, workshop=None, current=None, **common(ctx, forum)
        )
    flash("Atelier créé. Fixez maintenant ses séances.", "success")
    return redirect(url_for("workshops.create_session", slug=slug, workshop_id=made.id))


@blueprint.route("/<int:workshop_id>/modifier", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_MANAGE)
def edit(slug: str, workshop_id: int) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    workshop = workshops.readable_workshop(ctx, forum, workshop_id)
    ctx.require(Permission.WORKSHOP_MANAGE, workshop.organisation_id)
    form = WorkshopForm.of(workshop)
    form.offer(choices_of_rights(ctx))
    updated = form.attempt(
        lambda: workshops.update_workshop(ctx, workshop_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        current = workshop if form.revision.renew(workshop.revision) else None
        return render_template(
            "workshops/edit.html",
            form=form,
            workshop=workshop,
            current=current,
            **common(ctx, forum),
        )
    flash("Atelier mis à jour.", "success")
    return redirect(url_for("workshops.index", slug=slug))


@blueprint.post("/<int:workshop_id>/supprimer")
@requires(Permission.WORKSHOP_MANAGE)
def delete(slug: str, workshop_id: int) -> Response:
    ctx = context()
    workshops.readable_workshop(ctx, forum_choice.by_slug(ctx, slug), workshop_id)
    workshops.delete_workshop(ctx, workshop_id)
    flash("Atelier supprimé.", "success")
    return redirect(url_for("workshops.index", slug=slug))
