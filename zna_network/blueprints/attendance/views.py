"""The attendance of a meeting: ticked on a phone, signed on paper."""

from collections.abc import Sequence

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.attendance.forms import PersonForm, tick_of, ticks_of
from zna_network.blueprints.attendance.pages import overtaken, show_page
from zna_network.blueprints.downloads import word_download
from zna_network.blueprints.support import context
from zna_network.models.meeting import Meeting
from zna_network.services import attendance
from zna_network.services.attendance import AttendanceConflictError, Tick
from zna_network.services.attendance_lines import AttendanceLine, counts
from zna_network.services.attendance_sheet import attendance_sheet
from zna_network.services.committee_access import may_prepare, readable_meeting
from zna_network.services.errors import InvalidError
from zna_network.services.permissions import Permission

blueprint = Blueprint(
    "attendance", __name__, url_prefix="/instances/reunions/<int:meeting_id>/presence"
)


@blueprint.get("")
@requires(Permission.MEETING_READ)
def show(meeting_id: int) -> str:
    meeting = readable_meeting(context(), meeting_id)
    if not may_prepare(context(), meeting.committee):
        return render_template("attendance/closed.html", meeting=meeting)
    return _page(meeting, PersonForm(formdata=None))


@blueprint.post("")
@requires(Permission.MEETING_PREPARE)
def save(meeting_id: int) -> str | Response | tuple[str, int]:
    """The whole list at once, for those who have no script."""
    meeting = readable_meeting(context(), meeting_id)
    ticks = ticks_of(request.form)
    try:
        attendance.tick(context(), meeting_id, ticks)
    except AttendanceConflictError as refusal:
        return _page(meeting, PersonForm(formdata=None), ticks, overtaken(refusal.lines)), 409
    except InvalidError as refusal:
        key = (refusal.field or "").partition("-")[2]
        return _page(meeting, PersonForm(formdata=None), ticks, {key: refusal.message}), 422
    flash("Présence enregistrée.", "success")
    return redirect(url_for("attendance.show", meeting_id=meeting_id))


@blueprint.route("/lignes/<key>", methods=["PUT", "POST"])
@requires(Permission.MEETING_PREPARE)
def save_line(meeting_id: int, key: str) -> Response | tuple[Response, int]:
    """One line, as the page's script sends it at each tick."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise InvalidError("Cette ligne n’a pas été comprise.")
    tick = tick_of(
        key,
        presence=str(given.get("presence", "")),
        represented_by=str(given.get("represented_by", "")),
        revision=_number(given.get("revision")),
        seen=str(given.get("seen", "")),
        seen_by=str(given.get("seen_by", "")),
    )
    try:
        found = attendance.tick(context(), meeting_id, [tick])
    except AttendanceConflictError as refusal:
        return jsonify(_line(refusal.lines[0], refusal.message)), 409
    line = next(line for line in found if line.key == key)
    tally = {presence.value: number for presence, number in counts(found).items()}
    return jsonify({**_line(line), "counts": tally})


@blueprint.post("/personnes")
@requires(Permission.MEETING_PREPARE)
def add(meeting_id: int) -> str | Response:
    meeting = readable_meeting(context(), meeting_id)
    form = PersonForm()
    added = form.attempt(lambda: attendance.add_person(context(), meeting_id, form.to_data()))
    if added is None:
        return _page(meeting, form)
    flash(f"{added.name} est dans la liste.", "success")
    return redirect(url_for("attendance.show", meeting_id=meeting_id))


@blueprint.post("/personnes/<int:attendance_id>/retirer")
@requires(Permission.MEETING_PREPARE)
def remove(meeting_id: int, attendance_id: int) -> Response:
    attendance.remove_person(context(), meeting_id, attendance_id)
    flash("Personne retirée de la liste.", "success")
    return redirect(url_for("attendance.show", meeting_id=meeting_id))


@blueprint.get("/emargement.docx")
@requires(Permission.MEETING_PREPARE)
def sheet(meeting_id: int) -> Response:
    try:
        return word_download(attendance_sheet(context(), meeting_id))
    except InvalidError as refusal:
        flash(refusal.message, "danger")
        return redirect(url_for("attendance.show", meeting_id=meeting_id))


def _page(
    meeting: Meeting,
    person_form: PersonForm,
    ticks: Sequence[Tick] = (),
    messages: dict[str, str] | None = None,
) -> str:
    page = show_page(context(), meeting, person_form, sent=ticks, messages=messages)
    return render_template("attendance/show.html", **page)


def _line(line: AttendanceLine, message: str = "") -> dict[str, object]:
    return {
        "presence": line.presence.value,
        "label": line.presence.label,
        "represented_by": line.represented_by,
        "revision": line.revision,
        "message": message,
    }


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
