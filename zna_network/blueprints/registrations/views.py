"""Registering, on a phone, without an account."""

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.languages import told, translated
from zna_network.blueprints.registrations.forms import RegistrationForm
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter
from zna_network.models.attendee import Attendee
from zna_network.services import registrations, territory
from zna_network.services.attendee_links import token_of
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, DomainError, LinkGoneError, NotFoundError
from zna_network.services.forum_choice import public_by_slug
from zna_network.services.languages import to_translate
from zna_network.services.registrations import why_closed

blueprint = Blueprint("registrations", __name__)
translated(blueprint)

# A whole hall may share one address: far above what people do, far under what a program does.
READINGS, REGISTRATIONS, CHANGES = "300 per minute", "60 per minute", "60 per minute"
TOO_MANY = to_translate(
    "Beaucoup d’inscriptions arrivent en même temps depuis cet endroit. Attendez une minute, puis "
    "recommencez. Vous pouvez aussi venir sans inscription."
)
STATUS: dict[type[DomainError], int] = {NotFoundError: 404, LinkGoneError: 410, ConflictError: 409}


@blueprint.route("/forum/<slug>/inscription", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(READINGS, methods=["GET"])
@limiter.limit(REGISTRATIONS, methods=["POST"])
def register(slug: str) -> Response:
    ctx = context()
    forum = public_by_slug(ctx, slug)
    closed = why_closed(forum, ctx)
    if closed is not None:
        page = render_template("registrations/closed.html", forum=forum, why=told(closed))
        return make_response(page, 200)
    form = RegistrationForm(territory.load(ctx))
    attendee = form.attempt(lambda: _register(ctx, forum.id, form))
    if attendee is not None:
        return redirect(url_for("registrations.badge", token=token_of(ctx.settings, attendee)), 303)
    form.renew_stamp(ctx)
    page = render_template(
        "registrations/register.html",
        forum=public_by_slug(ctx, slug),
        form=form,
        days=ctx.settings.forum_retention_days,
        organiser=ctx.settings.organiser_name,
    )
    return make_response(page, 422 if form.errors else 200)


def _register(ctx: Context, forum_id: int, form: RegistrationForm) -> Attendee:
    sending = form.sending(ctx)
    return registrations.register(ctx, forum_id, form.to_data(), sending=sending)


@blueprint.errorhandler(RateLimitExceeded)
def _too_many(error: RateLimitExceeded) -> Response:
    return make_response(render_template("registrations/closed.html", why=told(TOO_MANY)), 429)


@blueprint.errorhandler(NotFoundError)
@blueprint.errorhandler(LinkGoneError)
@blueprint.errorhandler(ConflictError)
def _refused(error: DomainError) -> Response:
    """In the reader's language, with what they can still do."""
    page = render_template("registrations/closed.html", why=told(error.message))
    return make_response(page, STATUS[type(error)])
