"""What the page's script saves and reads while the minutes are written."""

from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.minutes.routes import blueprint
from zna_network.blueprints.minutes.states import conflict_state, name_state, text_state
from zna_network.blueprints.support import context
from zna_network.models.minutes import MinutesState
from zna_network.queries import minutes as queries
from zna_network.services import minutes_text
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.french_time import to_local
from zna_network.services.minutes_access import writable_meeting
from zna_network.services.minutes_text import Heading, TextConflictError, TextSave
from zna_network.services.permissions import Permission


@blueprint.get("/textes")
@requires(Permission.MINUTES_WRITE)
def texts(meeting_id: int) -> Response:
    """The texts that have changed since the revisions given (``connus=12.3-13.5``), for the page
    to follow what others write."""
    ctx = context()
    writable_meeting(ctx, meeting_id)
    known = set(request.args.get("connus", "").split("-"))
    minutes = ctx.session.scalar(queries.of_meeting(meeting_id))
    sections = ctx.session.scalars(queries.sections(minutes.id if minutes else 0))
    return jsonify(
        is_draft=minutes is not None and minutes.state is MinutesState.DRAFT,
        texts=[
            text_state(section)
            for section in sections
            if f"{section.id}.{section.revision}" not in known
        ],
    )


@blueprint.route("/textes/<int:section_id>", methods=["PUT", "POST"])
@requires(Permission.MINUTES_WRITE)
def save_text(meeting_id: int, section_id: int) -> Response | tuple[Response, int]:
    """``{"text", "revision"}``. Answers the revision that the next save stands on, or 409 with the
    text that somebody else has saved meanwhile."""
    given = _given()
    revision = given.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool):
        raise InvalidError("La version du texte manque.")
    save = TextSave(section_id, _text(given), revision)
    try:
        return jsonify(text_state(minutes_text.save_section(context(), meeting_id, save)))
    except TextConflictError as refusal:
        return jsonify({**conflict_state(refusal.conflict), "message": refusal.message}), 409


@blueprint.route("/entete/<name>", methods=["PUT", "POST"])
@requires(Permission.MINUTES_WRITE)
def save_name(meeting_id: int, name: str) -> Response | tuple[Response, int]:
    """``{"text", "seen"}``: who presided (« chair ») or wrote (« secretary »), and what the page
    showed before."""
    given = _given()
    typed, seen = _text(given), str(given.get("seen", ""))
    headings = {
        "chair": Heading(typed, "", seen, ""),
        "secretary": Heading("", typed, "", seen),
    }
    if name not in headings:
        raise NotFoundError("Ce champ n’existe pas.")
    outcome = minutes_text.save_heading(context(), meeting_id, headings[name])
    if name in outcome.taken:
        other = outcome.taken[name]
        message = "Quelqu’un d’autre a rempli ce champ pendant votre saisie."
        return jsonify(
            {**name_state(other), "assembled": f"{other} / {typed}", "message": message}
        ), 409
    return jsonify(name_state(typed, f"{to_local(context().now):%H:%M}"))


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise InvalidError("Ce texte n’a pas été compris.")
    return given


def _text(given: dict[str, Any]) -> str:
    text = given.get("text")
    if not isinstance(text, str):
        raise InvalidError("Le texte manque.")
    return text
