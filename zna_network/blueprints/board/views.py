"""The live board of a forum: a page that reads its own fragments again every few seconds."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.board.pages import page_values
from zna_network.blueprints.support import context
from zna_network.services.board import read_board
from zna_network.services.permissions import Permission

blueprint = Blueprint("board", __name__, url_prefix="/forums/<slug>/tableau")


@blueprint.get("")
@requires(Permission.FIGURES_READ)
def show(slug: str) -> str:
    """``?ecran=1`` for a wall: larger, and nothing around it."""
    return render_template(
        "board/show.html",
        **_values(slug),
        now=context().now,
        is_wall=request.args.get("ecran") == "1",
    )


@blueprint.get("/donnees")
@requires(Permission.FIGURES_READ)
def data(slug: str) -> Response:
    """What changes on the page: each part's HTML by its name, and what has to be said aloud.
    Answered with an ETag, and 304 while nothing has changed."""
    values = _values(slug)
    board = values["board"]
    response: Response = jsonify(
        inside=board.inside,
        gauge=board.forum.gauge,
        came=board.came,
        conflicts=board.conflict_count,
        alerts=[{"key": alert.key, "text": alert.text} for alert in board.alerts],
        html=render_template("board/_parts.html", **values),
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request.environ)


def _values(slug: str) -> dict[str, Any]:
    return page_values(read_board(context(), slug))
