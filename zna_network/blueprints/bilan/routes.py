"""The blueprint that the views of the area share."""

from flask import Blueprint

blueprint = Blueprint("bilan", __name__, url_prefix="/bilan")
