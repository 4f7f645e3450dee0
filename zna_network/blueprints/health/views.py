"""What a supervisor asks: is the process alive, can it serve."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from zna_network.blueprints.access import public
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter

blueprint = Blueprint("health", __name__)
csrf.exempt(blueprint)
limiter.exempt(blueprint)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """Answers 503, through the error table, while the database does not."""
    context().session.execute(text("SELECT 1 FROM commune LIMIT 1"))
    return jsonify(status="ok")
