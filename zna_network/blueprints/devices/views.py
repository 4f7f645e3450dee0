"""The door seen from the office: its phones, its points, and the badges admitted twice."""

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.devices.forms import DeviceForm, PointForm
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.support import context
from zna_network.models.door import Device, PointKind
from zna_network.models.forum import Forum
from zna_network.queries import door_figures
from zna_network.services import devices, door_page, forum_choice, points
from zna_network.services.devices import DeviceData
from zna_network.services.errors import ConflictError
from zna_network.services.permissions import Permission
from zna_network.services.points import PointData

blueprint = Blueprint("devices", __name__, url_prefix="/forums/<slug>/porte")


@blueprint.get("")
@requires(Permission.DOOR_MANAGE)
def index(slug: str) -> str:
    return _index(forum_choice.by_slug(context(), slug), PointForm())


def _index(forum: Forum, form: PointForm) -> str:
    ctx = context()
    return render_template(
        "devices/index.html",
        forum=forum,
        form=form,
        points=points.keep_up_with_forum(ctx, forum.id),
        devices=door_page.device_lines(ctx, forum.id),
        conflicts=ctx.session.execute(door_figures.conflicts(forum.id)).all(),
        revoked=ctx.session.execute(door_figures.revoked_admitted(forum.id)).all(),
        is_over=devices.is_forum_over(forum, ctx.now),
    )


@blueprint.post("/points")
@requires(Permission.DOOR_MANAGE)
def create_point(slug: str) -> str | Response:
    forum = forum_choice.by_slug(context(), slug)
    form = PointForm()
    point = form.attempt(
        lambda: points.create_point(
            context(), forum.id, PointData(form.name.data, PointKind(form.kind.data))
        )
    )
    if point is None:
        return _index(forum, form)
    flash(f"Point créé : {point.name}.", "success")
    return redirect(url_for("devices.index", slug=slug))


@blueprint.post("/points/<int:point_id>/supprimer")
@requires(Permission.DOOR_MANAGE)
def delete_point(slug: str, point_id: int) -> Response:
    forum = forum_choice.by_slug(context(), slug)
    try:
        points.delete_point(context(), forum.id, point_id)
    except ConflictError as refusal:
        flash(refusal.message, "warning")
    else:
        flash("Point supprimé.", "success")
    return redirect(url_for("devices.index", slug=slug))


@blueprint.route("/telephones/nouveau", methods=["GET", "POST"])
@requires(Permission.DOOR_MANAGE)
def create(slug: str) -> str | Response:
    forum = forum_choice.by_slug(context(), slug)
    form = DeviceForm()
    form.offer(points.keep_up_with_forum(context(), forum.id))
    device = form.attempt(lambda: devices.create_device(context(), forum.id, _data(form)))
    if device is None:
        return render_template("devices/edit.html", forum=forum, form=form, device=None)
    return redirect(url_for("devices.show", slug=slug, device_id=device.id))


@blueprint.get("/telephones/<int:device_id>")
@requires(Permission.DOOR_MANAGE)
def show(slug: str, device_id: int) -> Response:
    """The QR code that pairs a phone; kept by no cache."""
    forum = forum_choice.by_slug(context(), slug)
    response = Response(_pairing_page(forum, _device(forum, device_id)), mimetype="text/html")
    keep_private(response)
    return response


def _pairing_page(forum: Forum, device: Device) -> str:
    ctx = context()
    code = devices.pairing_code(ctx, device)
    return render_template(
        "devices/show.html",
        forum=forum,
        line=door_page.device_line(ctx, device),
        code=code,
        qr_code=ctx.ports.qr_codes.svg(devices.pairing_link(ctx, code)) if code else None,
    )


@blueprint.route("/telephones/<int:device_id>/modifier", methods=["GET", "POST"])
@requires(Permission.DOOR_MANAGE)
def edit(slug: str, device_id: int) -> str | Response:
    forum = forum_choice.by_slug(context(), slug)
    device = _device(forum, device_id)
    form = DeviceForm(data={"name": device.name, "point_id": str(device.point_id or "")})
    form.offer(points.keep_up_with_forum(context(), forum.id))
    changed = form.attempt(lambda: devices.update_device(context(), device_id, _data(form)))
    if changed is None:
        return render_template("devices/edit.html", forum=forum, form=form, device=device)
    flash("Téléphone modifié.", "success")
    return redirect(url_for("devices.show", slug=slug, device_id=device_id))


@blueprint.post("/telephones/<int:device_id>/associer")
@requires(Permission.DOOR_MANAGE)
def renew(slug: str, device_id: int) -> Response:
    device = _device(forum_choice.by_slug(context(), slug), device_id)
    devices.renew_pairing(context(), device.id)
    return redirect(url_for("devices.show", slug=slug, device_id=device_id))


@blueprint.post("/telephones/<int:device_id>/revoquer")
@requires(Permission.DOOR_MANAGE)
def revoke(slug: str, device_id: int) -> Response:
    device = _device(forum_choice.by_slug(context(), slug), device_id)
    revoked = devices.revoke_device(context(), device.id)
    flash(f"{revoked.name} n’a plus accès à la porte.", "success")
    return redirect(url_for("devices.index", slug=slug))


@blueprint.post("/telephones/<int:device_id>/ranger")
@requires(Permission.DOOR_MANAGE)
def put_away(slug: str, device_id: int) -> Response:
    device = _device(forum_choice.by_slug(context(), slug), device_id)
    kept = devices.put_away(context(), device.id)
    flash(f"{kept.name} est noté comme rangé : son silence n’alerte plus.", "success")
    return redirect(url_for("devices.index", slug=slug))


@blueprint.get("/telephones/<int:device_id>/etat")
@requires(Permission.DOOR_MANAGE)
def pairing_state(slug: str, device_id: int) -> Response:
    """What the page that shows a code asks now and then: whether it is still to be read."""
    device = _device(forum_choice.by_slug(context(), slug), device_id)
    response: Response = jsonify(is_waiting=devices.pairing_code(context(), device) is not None)
    keep_private(response)
    return response


def _device(forum: Forum, device_id: int) -> Device:
    return devices.of_forum(context(), forum.id, device_id)


def _data(form: DeviceForm) -> DeviceData:
    return DeviceData(form.name.data, int(form.point_id.data) if form.point_id.data else None)
