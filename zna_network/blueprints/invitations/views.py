"""The « Convocations » side of a meeting: its list, and what is done with several people."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.invitations.pages import list_page
from zna_network.blueprints.support import context
from zna_network.models.meeting import Meeting
from zna_network.ports.messages import Attachment
from zna_network.queries.invitation_lists import Show
from zna_network.services import committee_access, convocation_letters, invitations, reminders
from zna_network.services.invitations import Sent
from zna_network.services.permissions import Permission
from zna_network.services.reminders import Report

blueprint = Blueprint("invitations", __name__)
LIST = "/instances/reunions/<int:meeting_id>/convocations"


@blueprint.get(LIST)
@requires(Permission.MEETING_PREPARE)
def index(meeting_id: int) -> str:
    meeting = meeting_to_prepare(meeting_id)
    wanted = request.args.get("voir", "")
    show = Show(wanted) if wanted in set(Show) else Show.EVERYBODY
    return render_template("invitations/index.html", **list_page(context(), meeting, show))


@blueprint.post(f"{LIST}/envoyer")
@requires(Permission.MEETING_CONVENE)
def send(meeting_id: int) -> Response:
    _tell_sent(invitations.send_convocations(context(), meeting_id))
    return redirect(url_for("invitations.index", meeting_id=meeting_id))


@blueprint.post(f"{LIST}/relancer")
@requires(Permission.MEETING_CONVENE)
def remind(meeting_id: int) -> Response:
    """The people ticked, or everyone without an answer."""
    chosen = None
    if request.form.get("qui") != "sans-reponse":
        chosen = request.form.getlist("invitations", type=int)
    _tell_reminded(reminders.remind(context(), meeting_id, chosen))
    return redirect(url_for("invitations.index", meeting_id=meeting_id))


@blueprint.get(f"{LIST}/lettres")
@requires(Permission.MEETING_CONVENE)
def letters(meeting_id: int) -> Response:
    return download(convocation_letters.download_letters(context(), meeting_id))


@blueprint.get(f"{LIST}/<int:invitation_id>/lettre")
@requires(Permission.MEETING_CONVENE)
def letter(meeting_id: int, invitation_id: int) -> Response:
    return download(convocation_letters.download_letter(context(), meeting_id, invitation_id))


def meeting_to_prepare(meeting_id: int) -> Meeting:
    """For staff and the grantee that leads the committee; others see no one's answers."""
    meeting = committee_access.readable_meeting(context(), meeting_id)
    committee_access.require_prepare(context(), meeting.committee)
    return meeting


def download(file: Attachment) -> Response:
    return send_file(
        BytesIO(file.content),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.filename,
        max_age=0,
    )


def _tell_sent(sent: Sent) -> None:
    if sent.convened:
        number = counted(len(sent.convened), "convocation")
        flash(f"{number} : les messages partent dans la minute.", "success")
    else:
        flash("Tout le monde a déjà reçu sa convocation : rien n’est parti.", "info")
    if sent.without_email:
        names = ", ".join(invitation.name for invitation in sent.without_email)
        flash(f"À prévenir par téléphone ou par courrier, faute d’e-mail : {names}.", "warning")


def _tell_reminded(report: Report) -> None:
    if report.reminded:
        flash(f"{counted(len(report.reminded), 'relance')} : envoi dans la minute.", "success")
    for people, reason in (
        (report.today_already, "Déjà relancé aujourd’hui, pas de second message"),
        (report.answered, "A déjà répondu"),
        (report.unreachable, "Pas encore convoqué par e-mail"),
    ):
        if people:
            flash(f"{reason} : {', '.join(person.name for person in people)}.", "info")
    if not (report.reminded or report.today_already or report.answered or report.unreachable):
        flash("Tout le monde a répondu : personne à relancer.", "info")
