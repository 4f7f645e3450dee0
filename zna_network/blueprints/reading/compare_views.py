"""Two states of the minutes side by side, the texts of one brought back; the minutes as PDF."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.reading.routes import MINUTES, blueprint
from zna_network.blueprints.support import context
from zna_network.services import minutes_pdf
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.minutes_review.comparing import DRAFT
from zna_network.services.minutes_review.comparing import compare as compare_sides
from zna_network.services.minutes_review.restoring import restore as restore_texts
from zna_network.services.permissions import Permission

COMPARE = f"{MINUTES}/comparer"


@blueprint.get(COMPARE)
@requires(Permission.MEETING_READ)
def compare(meeting_id: int) -> Response:
    before, after = request.args.get("de", ""), request.args.get("a", "")
    found = compare_sides(context(), meeting_id, before, after)
    response = make_response(
        render_template(
            "reading/compare.html",
            comparison=found,
            meeting=found.meeting,
            committee=found.meeting.committee,
        )
    )
    response.headers["Cache-Control"] = "no-store, private"
    return response


@blueprint.post(f"{COMPARE}/reprendre")
@requires(Permission.MINUTES_WRITE)
def restore(meeting_id: int) -> Response:
    """``sections`` are those ticked, each with the revision that the page showed."""
    number = request.form.get("version", 0, type=int)
    chosen = {
        int(key): request.form.get(f"revision-{key}", 0, type=int)
        for key in request.form.getlist("sections")
        if key.isascii() and key.isdigit()
    }
    back = url_for("reading.compare", meeting_id=meeting_id, de=str(number), a=DRAFT)
    try:
        changed = restore_texts(context(), meeting_id, number, chosen)
    except (ConflictError, InvalidError) as refusal:
        flash(refusal.message, "warning")
        return redirect(back, 303)
    titles = ", ".join(f"« {section.title} »" for section in changed)
    flash(
        f"Texte repris de la version {number} : {titles}. Celui d’avant reste dans l’historique."
        if changed
        else "Le brouillon dit déjà la même chose : rien n’a changé.",
        "success",
    )
    return redirect(url_for("minutes.show", meeting_id=meeting_id), 303)


@blueprint.get(f"{MINUTES}/projet.pdf")
@requires(Permission.MINUTES_WRITE)
def draft_pdf(meeting_id: int) -> Response:
    return download(minutes_pdf.draft_pdf(context(), meeting_id))


@blueprint.get(f"{MINUTES}/versions/<int:number>.pdf")
@requires(Permission.MEETING_READ)
def version_pdf(meeting_id: int, number: int) -> Response:
    return download(minutes_pdf.version_pdf(context(), meeting_id, number))
