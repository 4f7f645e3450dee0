"""One's own badge: on screen, as a file, changed, cancelled, and the workshops that go with it."""

from io import BytesIO

from flask import make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.languages import speak, told
from zna_network.blueprints.registrations.forms import about
from zna_network.blueprints.registrations.views import CHANGES, READINGS, blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter
from zna_network.models.attendee import Attendee
from zna_network.services import (
    programme_calendar,
    registrations,
    retention,
    seat_views,
    seats,
    territory,
)
from zna_network.services.attendee_links import attendee_of
from zna_network.services.badge_documents import own_badge
from zna_network.services.badges import ticket_of
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.forum_days import is_over

PREFIX = "/forum/b/"


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    if request.path.startswith(PREFIX):
        keep_private(response)
    return response


def _holder(token: str) -> Attendee:
    """Whose badge it is; the page speaks their language."""
    attendee = attendee_of(context(), token)
    speak(attendee.language)
    return attendee


@blueprint.get("/forum/b/<token>")
@public
@limiter.limit(READINGS)
def badge(token: str) -> str:
    return _shown(token)


def _shown(token: str, refusal: str = "") -> str:
    ctx = context()
    attendee = _holder(token)
    held = seat_views.seats_of(ctx, attendee.id)
    taken = {seat.session.id for seat in held}
    badge = attendee.badge
    return render_template(
        "registrations/badge.html",
        token=token,
        refusal=told(refusal),
        attendee=attendee,
        forum=attendee.forum,
        badge=badge,
        code=ctx.ports.qr_codes.svg(ticket_of(ctx.settings, badge)) if badge else "",
        is_over=is_over(attendee.forum, ctx.now),
        held=held,
        offered=[
            one
            for one in seat_views.open_sessions(ctx, attendee.forum_id)
            if one.session.id not in taken
        ],
    )


@blueprint.get("/forum/b/<token>/badge.pdf")
@public
@limiter.limit(READINGS)
def badge_file(token: str) -> Response:
    attendee = _holder(token)
    badge = attendee.badge
    if badge is None:
        raise NotFoundError(seats.GONE)
    return send_file(
        BytesIO(own_badge(context(), attendee, badge)),
        mimetype="application/pdf",
        download_name=f"badge-{badge.shown_number}.pdf",
    )


@blueprint.get("/forum/b/<token>/forum.ics")
@public
@limiter.limit(READINGS)
def calendar(token: str) -> Response:
    content = programme_calendar.day_file(context(), _holder(token).forum, with_sessions=False)
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = 'attachment; filename="forum.ics"'
    return response


@blueprint.route("/forum/b/<token>/modifier", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(CHANGES)
def change(token: str) -> Response:
    ctx = context()
    attendee = _holder(token)
    form = about(territory.load(ctx), attendee)
    if form.attempt(lambda: registrations.change(ctx, token, form.to_data())) is not None:
        return _back(token)
    page = render_template(
        "registrations/change.html",
        token=token,
        form=form,
        forum=attendee.forum,
        days=ctx.settings.forum_retention_days,
        organiser=ctx.settings.organiser_name,
    )
    return make_response(page, 422 if form.errors else 200)


@blueprint.route("/forum/b/<token>/annuler", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(CHANGES)
def cancel(token: str) -> str | Response:
    attendee = _holder(token)
    if request.method == "POST":
        registrations.cancel(context(), token)
        return _back(token)
    return render_template(
        "registrations/cancel.html", token=token, attendee=attendee, forum=attendee.forum
    )


@blueprint.post("/forum/b/<token>/reprendre")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(CHANGES)
def resume(token: str) -> Response:
    _holder(token)
    registrations.resume(context(), token)
    return _back(token)


@blueprint.post("/forum/b/<token>/effacer")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(CHANGES)
def erase(token: str) -> str:
    _holder(token)
    retention.erase_by_link(context(), token)
    return render_template("registrations/erased.html")


@blueprint.post("/forum/b/<token>/seances/<int:session_id>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(CHANGES)
def request_seat(token: str, session_id: int) -> Response:
    try:
        seats.request_seat(context(), session_id, _holder(token).id)
    except ConflictError as refusal:
        return make_response(_shown(token, refusal.message), 409)
    return _back(token, "ateliers")


@blueprint.post("/forum/b/<token>/seances/<int:session_id>/annuler")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(CHANGES)
def cancel_seat(token: str, session_id: int) -> Response:
    seats.cancel_seat(context(), session_id, _holder(token).id)
    return _back(token, "ateliers")


@blueprint.post("/forum/b/<token>/vu")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(CHANGES)
def acknowledge(token: str) -> Response:
    seats.acknowledge(context(), _holder(token).id)
    return _back(token, "ateliers")


def _back(token: str, anchor: str | None = None) -> Response:
    return redirect(url_for("registrations.badge", token=token, _anchor=anchor), 303)
