"""The COPIL's file: what it holds, and the two files to take away."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.copil_file.routes import blueprint
from zna_network.blueprints.downloads import pdf_download, word_download
from zna_network.blueprints.support import context
from zna_network.services.copil_file import making
from zna_network.services.errors import InvalidError
from zna_network.services.permissions import Permission


@blueprint.get("/instances/reunions/<int:meeting_id>/dossier")
@requires(Permission.MEETING_CONVENE)
def show(meeting_id: int) -> str:
    meeting = making.copil_meeting(context(), meeting_id)
    held = making.contents(context(), meeting)
    return render_template("copil_file/show.html", meeting=meeting, held=held)


@blueprint.get("/instances/reunions/<int:meeting_id>/dossier.docx")
@requires(Permission.MEETING_CONVENE)
def word(meeting_id: int) -> Response:
    try:
        return word_download(making.word_file(context(), meeting_id))
    except InvalidError as refusal:
        return _back(meeting_id, refusal.message)


@blueprint.get("/instances/reunions/<int:meeting_id>/dossier.pdf")
@requires(Permission.MEETING_CONVENE)
def pdf(meeting_id: int) -> Response:
    try:
        made = making.pdf_file(context(), meeting_id)
    except InvalidError as refusal:
        return _back(meeting_id, refusal.message)
    return pdf_download(made.content, made.filename)


def _back(meeting_id: int, why: str) -> Response:
    flash(why, "danger")
    return redirect(url_for("copil_file.show", meeting_id=meeting_id))
