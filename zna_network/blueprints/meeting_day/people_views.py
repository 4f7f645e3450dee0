"""Who is there, by name: ticked from the screen in one tap."""

from flask import request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.meeting_day.routes import SCREEN, blueprint
from zna_network.blueprints.meeting_day.screen_views import require_run, settled
from zna_network.blueprints.support import context
from zna_network.models.minutes import Presence
from zna_network.services import attendance
from zna_network.services.attendance import Tick
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission


@blueprint.post(f"{SCREEN}/presence")
@requires(Permission.MEETING_PREPARE)
def tick(meeting_id: int) -> Response | tuple[Response, int]:
    """``qui`` is « line:presence:revision », the button pressed beside a name."""
    require_run(meeting_id)
    key, _, rest = request.form.get("qui", "").partition(":")
    wanted, _, revision = rest.partition(":")
    if wanted not in list(Presence) or not revision.isdecimal():
        raise InvalidError("Ce pointage n’a pas été compris.")
    refusal = ""
    try:
        attendance.tick(context(), meeting_id, [Tick(key, Presence(wanted), "", int(revision))])
    except (ConflictError, InvalidError) as error:
        refusal = error.message
    return settled(meeting_id, refusal, "presence")


@blueprint.post(f"{SCREEN}/presence/<int:attendance_id>")
@requires(Permission.MEETING_PREPARE)
def settle(meeting_id: int, attendance_id: int) -> Response | tuple[Response, int]:
    """Somebody who gave their own name at the door: confirmed, or taken off."""
    if request.form.get("suite") == "retirer":
        attendance.remove_person(context(), meeting_id, attendance_id)
    else:
        attendance.confirm_person(context(), meeting_id, attendance_id)
    return settled(meeting_id, anchor="presence")
