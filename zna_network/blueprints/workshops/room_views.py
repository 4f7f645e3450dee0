"""The rooms of a forum."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.workshops.forms import RoomForm
from zna_network.blueprints.workshops.pages import common
from zna_network.blueprints.workshops.views import blueprint
from zna_network.services import forum_choice, rooms
from zna_network.services.permissions import Permission


@blueprint.route("/salles/nouvelle", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def create_room(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = RoomForm()
    made = form.attempt(
        lambda: rooms.create_room(ctx, forum.id, form.name.data or "", form.seats.data)
    )
    if made is None:
        return render_template("workshops/room.html", form=form, room=None, **common(ctx, forum))
    flash(f"Salle « {made.name} » ajoutée.", "success")
    return redirect(url_for("workshops.index", slug=slug, _anchor="salles"))


@blueprint.route("/salles/<int:room_id>", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def edit_room(slug: str, room_id: int) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    room = rooms.room_of(ctx, forum.id, room_id)
    form = RoomForm(obj=room)
    updated = form.attempt(
        lambda: rooms.update_room(ctx, forum.id, room_id, form.name.data or "", form.seats.data)
    )
    if updated is None:
        return render_template("workshops/room.html", form=form, room=room, **common(ctx, forum))
    flash("Salle mise à jour.", "success")
    return redirect(url_for("workshops.index", slug=slug, _anchor="salles"))


@blueprint.post("/salles/<int:room_id>/supprimer")
@requires(Permission.FORUM_EDIT)
def delete_room(slug: str, room_id: int) -> Response:
    ctx = context()
    rooms.delete_room(ctx, forum_choice.by_slug(ctx, slug).id, room_id)
    flash("Salle supprimée.", "success")
    return redirect(url_for("workshops.index", slug=slug, _anchor="salles"))
