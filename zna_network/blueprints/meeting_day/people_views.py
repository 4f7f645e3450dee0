"""Who is there, by name: ticked from the screen in one tap."""

from flask import flash, request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.meeting_day.routes import SCREEN, blueprint
from zna_network.blueprints.meeting_day.screen_views import back
from zna_network.blueprints.support import context
from zna_network.models.minutes import Presence
from zna_network.services import attendance
from zna_network.services.attendance import Tick
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission


@blueprint.post(f"{SCREEN}/presence")
@requires(Permission.MEETING_PREPARE)
def tick(meeting_id: int) -> Response:
    """``qui`` is « line:presence:revision », the button pressed beside a name."""
    key, _, rest = request.form.get("qui", "").partition(":")
    wanted, _, revision = rest.partition(":")
    if wanted not in list(Presence) or not revision.isdecimal():
        raise InvalidError("Ce pointage n’a pas été compris.")
    try:
        attendance.tick(context(), meeting_id, [Tick(key, Presence(wanted), "", int(revision))])
    except (ConflictError, InvalidError) as refusal:
        flash(refusal.message, "warning")
    return back(meeting_id, "presence")


@blueprint.post(f"{SCREEN}/presence/<int:attendance_id>")
@requires(Permission.MEETING_PREPARE)
def settle(meeting_id: int, attendance_id: int) -> Response:
    """Somebody who gave their own name at the door: confirmed, or taken off."""
    if request.form.get("suite") == "retirer":
        attendance.remove_person(context(), meeting_id, attendance_id)
    else:
        attendance.confirm_person(context(), meeting_id, attendance_id)
    return back(meeting_id, "presence")
