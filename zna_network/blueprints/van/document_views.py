"""The Word documents of a trip."""

from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import word_download
from zna_network.blueprints.support import context
from zna_network.blueprints.van.routes import blueprint
from zna_network.services.permissions import Permission
from zna_network.services.van import mission_documents

BOOKING = "/cua-mobile/reservations/<int:booking_id>"


@blueprint.get(f"{BOOKING}/ordre-de-mission.docx")
@requires(Permission.VAN_REQUEST)
def mission_order(booking_id: int) -> Response:
    return word_download(mission_documents.mission_order(context(), booking_id))


@blueprint.get(f"{BOOKING}/feuille-de-route.docx")
@requires(Permission.VAN_REQUEST)
def trip_sheet(booking_id: int) -> Response:
    return word_download(mission_documents.trip_sheet(context(), booking_id))
