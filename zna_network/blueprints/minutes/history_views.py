"""What a section has said before, and bringing it back."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.minutes.pages import common
from zna_network.blueprints.minutes.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.minutes import MinutesState
from zna_network.queries import minutes as queries
from zna_network.services import minutes_text
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.minutes_access import writable_meeting
from zna_network.services.permissions import Permission


@blueprint.get("/points/<int:section_id>/historique")
@requires(Permission.MINUTES_WRITE)
def history(meeting_id: int, section_id: int) -> str:
    ctx = context()
    meeting = writable_meeting(ctx, meeting_id)
    section = ctx.session.scalar(queries.section(meeting_id, section_id))
    minutes = ctx.session.scalar(queries.of_meeting(meeting_id))
    if section is None or minutes is None:
        raise NotFoundError("Ce point n’est plus dans le compte-rendu.")
    return render_template(
        "minutes/history.html",
        **common(ctx, meeting, minutes),
        section=section,
        history=ctx.session.scalars(queries.section_history(section_id)).all(),
        is_draft=minutes.state is MinutesState.DRAFT,
    )


@blueprint.post("/points/<int:section_id>/historique/<int:revision_id>/reprendre")
@requires(Permission.MINUTES_WRITE)
def restore(meeting_id: int, section_id: int, revision_id: int) -> Response:
    """Refused when the text has changed since the page of the history was shown."""
    revision = request.form.get("revision", 0, type=int)
    try:
        minutes_text.restore(context(), meeting_id, section_id, revision_id, revision)
    except ConflictError as refusal:
        flash(refusal.message, "warning")
        return redirect(url_for("minutes.history", meeting_id=meeting_id, section_id=section_id))
    flash("Texte repris. Celui d’avant reste dans l’historique.", "success")
    return redirect(url_for("minutes.show", meeting_id=meeting_id, _anchor=f"point-{section_id}"))
