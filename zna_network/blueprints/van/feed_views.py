"""The addresses that calendars subscribe to, and what they read there."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public, requires
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.support import context
from zna_network.blueprints.van.feed_forms import FeedForm
from zna_network.blueprints.van.routes import blueprint
from zna_network.extensions import limiter
from zna_network.services.links import token_hash
from zna_network.services.permissions import Permission
from zna_network.services.van import feed_calendar, feeds

# A calendar asks once an hour or so; one service asks for many people from the same address.
PREFIX = "/cua-mobile/agenda/"
READINGS_OF_ONE, READINGS = "30 per minute", "600 per minute"


@blueprint.after_request
def keep_address_private(response: Response) -> Response:
    """Refusals included. A calendar may keep the feed, to ask whether it has changed."""
    if request.path.startswith(PREFIX):
        keep_private(response)
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = "private, no-cache"
    return response


def _feed() -> str:
    """Whatever the address of who asks; the token itself is kept nowhere."""
    return token_hash(str((request.view_args or {}).get("token", "")))


@blueprint.get("/cua-mobile/abonnements", endpoint="feeds")
@requires(Permission.VAN_REQUEST)
def show_feeds() -> Response | str:
    return _shown(FeedForm(feeds.offered(context())))


@blueprint.post("/cua-mobile/abonnements")
@requires(Permission.VAN_REQUEST)
def create_feed() -> Response | str | tuple[str, int]:
    ctx = context()
    form = FeedForm(feeds.offered(ctx))
    if form.attempt(lambda: feeds.create(ctx, **form.subject_ids())) is None:
        return _shown(form), 422
    flash("L’adresse est prête : copiez-la dans votre agenda.", "success")
    return redirect(url_for("van.feeds"), 303)


@blueprint.post("/cua-mobile/abonnements/<int:feed_id>/revocation")
@requires(Permission.VAN_REQUEST)
def revoke_feed(feed_id: int) -> Response:
    feeds.revoke(context(), feed_id)
    flash("L’adresse est révoquée : les agendas qui l’utilisaient ne sont plus mis à jour.")
    return redirect(url_for("van.feeds"), 303)


@blueprint.post("/cua-mobile/abonnements/<int:feed_id>/remplacement")
@requires(Permission.VAN_REQUEST)
def renew_feed(feed_id: int) -> Response:
    feeds.renew(context(), feed_id)
    flash("L’ancienne adresse ne répond plus. Copiez la nouvelle dans votre agenda.", "success")
    return redirect(url_for("van.feeds"), 303)


@blueprint.get("/cua-mobile/agenda/<token>.ics")
@public
@limiter.limit(READINGS)
@limiter.limit(READINGS_OF_ONE, key_func=_feed)
def feed(token: str) -> Response:
    """An unchanged feed, asked for with the ETag that it had, is neither written nor sent."""
    ctx = context()
    found = feed_calendar.read(ctx, token)
    if request.if_none_match.contains_weak(found.version):
        response = Response(status=304)
    else:
        response = Response(feed_calendar.written(ctx, found), mimetype="text/calendar")
        response.headers["Content-Disposition"] = 'inline; filename="cua-mobile.ics"'
    response.set_etag(found.version)
    return response


def _shown(form: FeedForm) -> str:
    return render_template("van/feeds.html", form=form, feeds=feeds.listed(context()))
