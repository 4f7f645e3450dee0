"""The handovers where there is no network: a page that the phone keeps, and what it exchanges with
the site when it can be reached. The page is the same for everybody and names nobody: what it knows
comes from ``handover_data``, and stays in the phone's own storage."""

from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from zna_network.blueprints.access import public, requires
from zna_network.blueprints.errors import STATUS
from zna_network.blueprints.support import context
from zna_network.blueprints.van.handover_forms import HandoverForm
from zna_network.blueprints.van.handover_sent import data_of
from zna_network.blueprints.van.handover_shell import service_worker
from zna_network.blueprints.van.handover_uploads import accept_photos
from zna_network.blueprints.van.routes import blueprint
from zna_network.extensions import csrf
from zna_network.services.errors import DomainError
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.permissions import Permission
from zna_network.services.van import handover_kit, handovers
from zna_network.services.van.handover_views import DIRECTIONS


@blueprint.get("/cua-mobile/remise")
@requires(Permission.VAN_HANDOVER)
def handover_app() -> Response:
    response = make_response(_app_page())
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/cua-mobile/remise/sw.js")
@public
def handover_worker() -> Response:
    """A script that names nobody; the page that it keeps is fetched with the phone's session."""
    folder, address = Path(current_app.static_folder or ""), url_for("van.handover_app")
    script = service_worker(folder, address, _app_page())
    response = Response(script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = address
    return response


@blueprint.get("/cua-mobile/remise/donnees")
@requires(Permission.VAN_HANDOVER)
def handover_data() -> Response:
    """The kit, and a token: the one of the page kept on the phone is of another session."""
    response = jsonify({**handover_kit.kit(context()), "csrf": generate_csrf()})
    response.headers["Cache-Control"] = "no-store, private"
    return response


@blueprint.post("/cua-mobile/remise/envois/<int:booking_id>/<any(depart, retour):way>")
@requires(Permission.VAN_HANDOVER)
@csrf.exempt  # type: ignore[untyped-decorator]
def handover_sent(booking_id: int, way: str) -> tuple[dict[str, Any], int]:
    """One handover of the queue; sent again, it gets the same answer. A refusal says what is to be
    corrected, field by field."""
    accept_photos()
    ctx, direction = context(), DIRECTIONS[way]
    try:
        text, files = request.form.get("data", ""), request.files.getlist("photos")
        kept = handovers.record(ctx, booking_id, data_of(text, files, direction, ctx.now))
    except DomainError as error:
        return _refusal(error), STATUS.get(type(error), 422)
    return {"id": kept.id, "at": kept.at.isoformat(), "booking_id": kept.booking_id}, 200


def _refusal(error: DomainError) -> dict[str, Any]:
    problems = error.problems if isinstance(error, InvalidValuesError) else [error]
    return {
        "detail": error.message,
        "problems": [{"field": one.field or "", "message": one.message} for one in problems],
    }


def _app_page() -> str:
    """Nothing of the session: no token, no name."""
    form = HandoverForm.of([], [], meta={"csrf": False}, formdata=None)
    return render_template("van/handover_app.html", form=form)
