"""Making a referral, and the suggestions that its page asks for."""

from flask import Response as JsonResponse
from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.headers import lend_camera
from zna_network.blueprints.referrals.create_pages import Making
from zna_network.blueprints.referrals.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import limiter
from zna_network.models.referral import Referral
from zna_network.services.permissions import Permission
from zna_network.services.referrals import receivers


@blueprint.route("/orientations/nouvelle", methods=["GET", "POST"])
@requires(Permission.REFERRAL_CREATE)
def create() -> Response:
    making = Making(context())
    if request.method == "GET":
        making.begin(request.args)
        return _page(making)
    act = request.form.get("act", "send")
    if act == "badge":
        making.read_badge()
        return _page(making)
    made = None if act == "suggest" else making.send(is_declined=act == "decline")
    if made is None:
        return _page(making, 422 if making.form.errors else 200)
    _tell(made, making)
    return redirect(url_for("referrals.show", referral_id=made.id, faite="1"), 303)


def _account() -> str:
    return f"receivers:{current_user.get_id()}"


@blueprint.get("/orientations/destinataires")
@requires(Permission.REFERRAL_CREATE)
@limiter.limit("180 per minute", key_func=_account)
def suggest_receivers() -> JsonResponse:
    """``droit`` (several), ``lieu`` as in the form, ``public``."""
    found = receivers.suggest_for(
        context(),
        request.args.getlist("droit"),
        request.args.get("lieu", "")[:20],
        request.args.get("public", "")[:30],
    )
    return jsonify(
        [
            {
                "value": str(one.organisation_id),
                "label": one.name,
                "hint": one.hint,
                "reasons": list(one.reasons),
            }
            for one in found
        ]
    )


def _page(making: Making, status: int = 200) -> Response:
    response = make_response(
        render_template("referrals/create.html", making=making, form=making.form), status
    )
    response.headers["Cache-Control"] = "no-store, private"
    lend_camera(response)
    return response


def _tell(made: Referral, making: Making) -> None:
    if made.callback.value != making.form.callback.data and made.is_live:
        flash(
            "Sans accord pour être contactée, la personne reste sans nom pour l’organisme : il "
            "passera par vous.",
            "info",
        )
