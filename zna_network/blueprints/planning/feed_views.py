"""The secret addresses of a person's own calendar, and what is read there."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public, requires
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.planning.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import limiter
from zna_network.services.links import token_hash
from zna_network.services.permissions import Permission
from zna_network.services.planning import personal_calendar, personal_feeds

# A calendar asks once an hour or so; one service asks for many people from the same address.
READINGS_OF_ONE, READINGS = "30 per minute", "600 per minute"


@blueprint.after_request
def keep_address_private(response: Response) -> Response:
    """Refusals included. A calendar may keep the feed, to ask whether it has changed."""
    if request.path.startswith(personal_feeds.PATH):
        keep_private(response)
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = "private, no-cache"
    elif request.endpoint == "planning.feeds":
        response.headers["Cache-Control"] = "no-store, private"
    return response


def _feed() -> str:
    """Whatever the address of who asks; the token itself is kept nowhere."""
    return token_hash(str((request.view_args or {}).get("token", "")))


@blueprint.get("/instances/calendrier/abonnement", endpoint="feeds")
@requires(Permission.OWN_ACCOUNT)
def show_feeds() -> str:
    found = personal_feeds.listed(context())
    return render_template("planning/feeds.html", feeds=found, most=personal_feeds.MOST)


@blueprint.post("/instances/calendrier/abonnement")
@requires(Permission.OWN_ACCOUNT)
def create_feed() -> Response:
    personal_feeds.create(context())
    flash("L’adresse est prête : copiez-la dans votre agenda.", "success")
    return redirect(url_for("planning.feeds"), 303)


@blueprint.post("/instances/calendrier/abonnement/<int:feed_id>/remplacement")
@requires(Permission.OWN_ACCOUNT)
def renew_feed(feed_id: int) -> Response:
    personal_feeds.renew(context(), feed_id)
    flash("L’ancienne adresse ne répond plus. Copiez la nouvelle dans votre agenda.", "success")
    return redirect(url_for("planning.feeds"), 303)


@blueprint.post("/instances/calendrier/abonnement/<int:feed_id>/revocation")
@requires(Permission.OWN_ACCOUNT)
def revoke_feed(feed_id: int) -> Response:
    personal_feeds.revoke(context(), feed_id)
    flash("L’adresse est révoquée : les agendas qui l’utilisaient ne sont plus mis à jour.")
    return redirect(url_for("planning.feeds"), 303)


@blueprint.get(f"{personal_feeds.PATH}<token>.ics")
@public
@limiter.limit(READINGS)
@limiter.limit(READINGS_OF_ONE, key_func=_feed)
def feed(token: str) -> Response:
    """An unchanged feed, asked for with the ETag that it had, is neither written nor sent."""
    ctx = context()
    found = personal_calendar.read(ctx, token)
    if request.if_none_match.contains_weak(found.version):
        response = Response(status=304)
    else:
        content = personal_calendar.written(ctx, found)
        response = Response(content, mimetype="text/calendar")
        response.headers["Content-Disposition"] = 'inline; filename="agenda.ics"'
    response.set_etag(found.version)
    return response
