"""The people in a session, for the staff: the list to print, and those to be told something."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.workshops.forms import DeskForm
from zna_network.blueprints.workshops.pages import common, session_page
from zna_network.blueprints.workshops.views import blueprint
from zna_network.models.workshop import SeatState
from zna_network.services import forum_choice, seat_desk, workshop_sessions
from zna_network.services.permissions import Permission


@blueprint.get("/seances/<int:session_id>/liste")
@requires(Permission.ATTENDEES_READ)
def print_session(slug: str, session_id: int) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    session = workshop_sessions.session_of(ctx, forum, session_id)
    return render_template("workshops/print.html", **session_page(ctx, forum, session))


@blueprint.post("/seances/<int:session_id>/places")
@requires(Permission.REGISTER_AT_DESK)
def add_seat(slug: str, session_id: int) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    session = workshop_sessions.session_of(ctx, forum, session_id)
    form = DeskForm()
    seat = form.attempt(lambda: seat_desk.seat_at_desk(ctx, session, form.number.data))
    if seat is None:
        return render_template(
            "workshops/session.html", form=form, **session_page(ctx, forum, session)
        )
    if seat.state is SeatState.SEATED:
        flash("Cette personne a une place.", "success")
    else:
        flash("La séance est complète : cette personne est sur la liste d’attente.", "warning")
    return redirect(url_for("workshops.show_session", slug=slug, session_id=session_id))


@blueprint.post("/seances/<int:session_id>/places/<int:seat_id>/liberer")
@requires(Permission.ATTENDEES_READ)
def release_seat(slug: str, session_id: int, seat_id: int) -> Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    session = workshop_sessions.session_of(ctx, forum, session_id)
    seat_desk.release_at_desk(ctx, session, seat_id)
    flash("Inscription retirée : la place va à la première personne qui attend.", "success")
    return redirect(url_for("workshops.show_session", slug=slug, session_id=session_id))


@blueprint.get("/a-prevenir")
@requires(Permission.ATTENDEES_READ)
def to_tell(slug: str) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    return render_template(
        "workshops/to_tell.html", seats=seat_desk.to_tell(ctx, forum), **common(ctx, forum)
    )


@blueprint.post("/a-prevenir/<int:seat_id>")
@requires(Permission.ATTENDEES_READ)
def told(slug: str, seat_id: int) -> Response:
    ctx = context()
    seat_desk.mark_told(ctx, forum_choice.by_slug(ctx, slug), seat_id)
    flash("C’est noté : cette personne est prévenue.", "success")
    return redirect(url_for("workshops.to_tell", slug=slug))
