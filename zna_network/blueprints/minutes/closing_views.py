"""From the draft to the hands of those who should have it: read, validate, send, open again."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import word_download
from zna_network.blueprints.minutes.forms import ReopenForm, SendForm, ValidateForm
from zna_network.blueprints.minutes.pages import common, draft_page, warnings
from zna_network.blueprints.minutes.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.minutes import Minutes, MinutesState
from zna_network.queries import minutes as queries
from zna_network.queries.action_follow_up import count_to_tell
from zna_network.services import minutes as service
from zna_network.services import minutes_documents, minutes_sending
from zna_network.services.committee_access import readable_meeting
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.minutes_access import LOCKED, NOT_STARTED
from zna_network.services.permissions import Permission


@blueprint.route("/valider", methods=["GET", "POST"])
@requires(Permission.MINUTES_VALIDATE)
def validate(meeting_id: int) -> str | Response:
    """The whole draft to be read one last time, and the button that freezes it."""
    minutes = _minutes(meeting_id)
    if minutes.state is not MinutesState.DRAFT:
        raise ConflictError(LOCKED)
    form = ValidateForm()
    version = form.attempt(lambda: service.validate(context(), meeting_id, form.seal.data or ""))
    if version is None:
        minutes = _minutes(meeting_id)
        reading = service.reading(context(), minutes)
        form.seal.data = reading.seal
        page = draft_page(context(), minutes)
        told = warnings(context(), page)
        return render_template(
            "minutes/validate.html",
            **page,
            form=form,
            values=reading.values,
            warnings=told,
            owners_to_tell=context().session.scalar(count_to_tell(meeting_id)),
        )
    flash(f"Compte-rendu validé : version {version.number}.", "success")
    return _back(meeting_id)


@blueprint.route("/rouvrir", methods=["GET", "POST"])
@requires(Permission.MINUTES_VALIDATE)
def reopen(meeting_id: int) -> str | Response:
    minutes = _minutes(meeting_id)
    form = ReopenForm()
    opened = form.attempt(lambda: service.reopen(context(), meeting_id, form.reason.data))
    if opened is None:
        page = common(context(), minutes.meeting, minutes)
        return render_template("minutes/reopen.html", **page, form=form)
    flash("Le compte-rendu est de nouveau un brouillon.", "success")
    return _back(meeting_id)


@blueprint.route("/envoyer", methods=["GET", "POST"])
@requires(Permission.MINUTES_VALIDATE)
def send(meeting_id: int) -> str | Response:
    ctx = context()
    minutes = _minutes(meeting_id)
    if minutes.state is MinutesState.DRAFT or not minutes.versions:
        raise ConflictError(minutes_sending.NOT_VALIDATED)
    version = minutes.versions[-1]
    known = minutes_sending.recipients(ctx, minutes.meeting, version)
    form = SendForm.of(known, version.number)
    number = form.attempt(
        lambda: minutes_sending.send(
            ctx,
            meeting_id,
            form.version.seen,
            form.emails.data or [],
            form.note.data or "",
            with_pdf=form.with_pdf.data,
        )
    )
    if number is None:
        page = common(ctx, minutes.meeting, minutes)
        return render_template("minutes/send.html", **page, form=form, version=version, known=known)
    flash(_sent(number), "success")
    return _back(meeting_id)


def _sent(number: int) -> str:
    if not number:
        return "Ces personnes l’avaient déjà reçu : rien n’a été envoyé une seconde fois."
    return (
        "Compte-rendu envoyé à une personne."
        if number == 1
        else f"Compte-rendu envoyé à {number} personnes."
    )


@blueprint.get("/projet.docx")
@requires(Permission.MINUTES_WRITE)
def draft_document(meeting_id: int) -> Response:
    try:
        return word_download(minutes_documents.draft_document(context(), meeting_id))
    except InvalidError as refusal:
        flash(refusal.message, "danger")
        return _back(meeting_id)


@blueprint.get("/versions/<int:number>.docx")
@requires(Permission.MEETING_READ)
def version_document(meeting_id: int, number: int) -> Response:
    return word_download(minutes_documents.version_document(context(), meeting_id, number))


def _minutes(meeting_id: int) -> Minutes:
    readable_meeting(context(), meeting_id)
    minutes = context().session.scalar(queries.with_everything(meeting_id))
    if minutes is None:
        raise NotFoundError(NOT_STARTED)
    return minutes


def _back(meeting_id: int) -> Response:
    return redirect(url_for("minutes.show", meeting_id=meeting_id))
