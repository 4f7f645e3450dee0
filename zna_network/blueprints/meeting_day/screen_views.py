"""The screen itself: shown, run, closed; what a script asks to keep it up to date."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.meeting_day.forms import order_of
from zna_network.blueprints.meeting_day.pages import Notes, screen_values, text_state
from zna_network.blueprints.meeting_day.routes import SCREEN, blueprint
from zna_network.blueprints.support import context, wants_json
from zna_network.services.committee_access import readable_meeting, require_prepare
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.meeting_day import running
from zna_network.services.meeting_day.screen import Screen, read_screen
from zna_network.services.permissions import Permission


@blueprint.get(SCREEN)
@requires(Permission.MEETING_PREPARE)
def show(meeting_id: int) -> str:
    """``?projection=1`` for the room: larger, without what only those who write need."""
    return page(read_screen(context(), meeting_id), is_projected=_is_projected())


def page(screen: Screen, **more: Any) -> str:
    """The screen as far as the meeting is: not begun, under way, closed."""
    section_id = request.args.get("point", type=int)
    values = screen_values(context(), screen, section_id=section_id, **more)
    if screen.day is None:
        return render_template("meeting_day/start.html", **values)
    if not screen.is_open:
        return render_template("meeting_day/closed.html", **values)
    name = "projection" if values["is_projected"] else "show"
    return render_template(f"meeting_day/{name}.html", **values)


@blueprint.get(f"{SCREEN}/etat")
@requires(Permission.MEETING_PREPARE)
def state(meeting_id: int) -> Response:
    """Where the meeting is: the parts of the page that change, and the notes of ``?point=`` when
    they are no longer those of ``texte=12.3``. Answered with an ETag, and 304 while nothing has
    changed: the time that passes is the script's to paint."""
    screen = read_screen(context(), meeting_id)
    response = jsonify(_state(screen))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request.environ)


@blueprint.get(f"{SCREEN}/point/<int:section_id>")
@requires(Permission.MEETING_PREPARE)
def work(meeting_id: int, section_id: int) -> str:
    """The field of another point's notes, for a page that goes on to it without being reloaded."""
    screen = read_screen(context(), meeting_id)
    section = next((s for s in screen.sections if s.id == section_id), None)
    if section is None:
        raise NotFoundError("Ce point n’est plus dans le compte-rendu.")
    values = screen_values(context(), screen, notes=Notes.of(section))
    return render_template("meeting_day/_work.html", **values)


@blueprint.post(f"{SCREEN}/ouvrir")
@requires(Permission.MEETING_PREPARE)
def open_day(meeting_id: int) -> Response:
    running.open_day(context(), meeting_id)
    return back(meeting_id)


@blueprint.post(f"{SCREEN}/chrono")
@requires(Permission.MEETING_PREPARE)
def run(meeting_id: int) -> Response | tuple[Response, int]:
    """« Suivant », « pause »…: answers the state to a script, the page to a person."""
    require_run(meeting_id)
    order = order_of(
        request.form.get("ordre", ""),
        request.form.get("revision", type=int),
        request.form.get("item", type=int),
    )
    message = ""
    try:
        running.run(context(), meeting_id, order)
    except ConflictError as refusal:
        message = refusal.message
    return settled(meeting_id, message)


@blueprint.post(f"{SCREEN}/cloture")
@requires(Permission.MEETING_PREPARE)
def close(meeting_id: int) -> Response:
    running.close_day(context(), meeting_id)
    flash("Séance close : relisez le compte-rendu, puis faites-le valider.", "success")
    return redirect(url_for("minutes.show", meeting_id=meeting_id))


@blueprint.post(f"{SCREEN}/reouverture")
@requires(Permission.MEETING_PREPARE)
def reopen(meeting_id: int) -> Response:
    running.reopen_day(context(), meeting_id)
    flash("Séance rouverte, en pause. Le code de la salle est nouveau.", "success")
    return back(meeting_id)


@blueprint.post(f"{SCREEN}/code")
@requires(Permission.MEETING_PREPARE)
def renew_code(meeting_id: int) -> Response:
    running.renew_code(context(), meeting_id)
    flash("Nouveau code affiché : l’ancien ne sert plus.", "success")
    return back(meeting_id)


def settled(
    meeting_id: int, refusal: str = "", anchor: str | None = None
) -> Response | tuple[Response, int]:
    """After a button: the state to a script, the page to a person; with why it was refused."""
    if wants_json():
        found = {**_state(read_screen(context(), meeting_id)), "message": refusal}
        return jsonify(found), 409 if refusal else 200
    if refusal:
        flash(refusal, "warning")
    return back(meeting_id, anchor)


def require_run(meeting_id: int) -> None:
    """What is wrong with an order is told to those who may give it."""
    require_prepare(context(), readable_meeting(context(), meeting_id).committee)


def back(meeting_id: int, anchor: str | None = None) -> Response:
    """To the screen as it was looked at: the same point, on the projector or not."""
    point = request.values.get("point", type=int)
    projected = 1 if _is_projected() else None
    return redirect(
        url_for(
            "meeting_day.show",
            meeting_id=meeting_id,
            point=point,
            projection=projected,
            pointer=request.form.get("pointer"),
            _anchor=anchor,
        )
    )


def _is_projected() -> bool:
    return request.values.get("projection") == "1"


def _state(screen: Screen) -> dict[str, Any]:
    section_id = request.values.get("point", type=int)
    values = screen_values(
        context(), screen, section_id=section_id, is_projected=_is_projected(), is_live=True
    )
    section, current = values["section"], screen.section_shown()
    known = request.values.get("texte", "")
    is_new = section is not None and known != f"{section.id}.{section.revision}"
    return {
        "revision": screen.day.revision if screen.day else 0,
        "is_open": screen.is_open,
        "is_draft": screen.is_draft,
        "section": current.id if screen.clock.current and current else None,
        "title": screen.clock.current.item.title if screen.clock.current else "",
        "text": text_state(section) if section is not None and is_new else None,
        "html": render_template("meeting_day/_parts.html", **values) if screen.is_open else "",
    }
