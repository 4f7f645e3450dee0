"""Where the pages of the minutes live."""

from flask import Blueprint

blueprint = Blueprint(
    "minutes", __name__, url_prefix="/instances/reunions/<int:meeting_id>/compte-rendu"
)
