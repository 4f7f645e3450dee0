"""One invited person: history, answer given by telephone, address, link, removal."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.invitations.forms import CorrectionForm, EnteredAnswerForm
from zna_network.blueprints.invitations.pages import person_page
from zna_network.blueprints.invitations.views import LIST, blueprint, meeting_to_prepare
from zna_network.blueprints.support import context
from zna_network.models.meeting import Meeting
from zna_network.services import invitations, invitees, rsvp
from zna_network.services.permissions import Permission

PERSON = f"{LIST}/<int:invitation_id>"


@blueprint.get(PERSON)
@requires(Permission.MEETING_PREPARE)
def person(meeting_id: int, invitation_id: int) -> str:
    return _page(meeting_to_prepare(meeting_id), invitation_id)


@blueprint.post(f"{PERSON}/reponse")
@requires(Permission.MEETING_CONVENE)
def enter_answer(meeting_id: int, invitation_id: int) -> str | Response:
    meeting = meeting_to_prepare(meeting_id)
    form = EnteredAnswerForm()
    form.offer(meeting)
    answered = form.attempt(
        lambda: rsvp.enter_answer(context(), meeting_id, invitation_id, form.to_data())
    )
    if answered is None:
        return _page(meeting, invitation_id, answer=form)
    flash(f"Réponse de {answered.name} enregistrée.", "success")
    return _back(meeting_id, invitation_id)


@blueprint.post(f"{PERSON}/adresse")
@requires(Permission.MEETING_CONVENE)
def correct(meeting_id: int, invitation_id: int) -> str | Response:
    meeting = meeting_to_prepare(meeting_id)
    form = CorrectionForm()
    corrected = form.attempt(
        lambda: invitations.correct_invitation(
            context(),
            meeting_id,
            invitation_id,
            email=form.email.data or "",
            is_required=form.is_required.data,
            revision=form.revision.seen,
        )
    )
    if corrected is None:
        return _page(meeting, invitation_id, correction=form)
    flash("Modification enregistrée.", "success")
    return _back(meeting_id, invitation_id)


@blueprint.post(f"{PERSON}/prevenu")
@requires(Permission.MEETING_CONVENE)
def told(meeting_id: int, invitation_id: int) -> Response:
    invitation = invitations.mark_told(context(), meeting_id, invitation_id)
    flash(f"C’est noté : {invitation.name} est au courant.", "success")
    return _back(meeting_id, invitation_id)


@blueprint.post(f"{PERSON}/lien")
@requires(Permission.MEETING_CONVENE)
def renew_link(meeting_id: int, invitation_id: int) -> Response:
    """Stop the link; « envoyer » mails the new one."""
    send = request.form.get("envoyer") == "1"
    invitation = invitations.renew_link(context(), meeting_id, invitation_id, send=send)
    sent = send and invitation.is_convened and invitation.email
    flash(
        f"L’ancien lien ne fonctionne plus. Le nouveau part par e-mail à {invitation.name}."
        if sent
        else "L’ancien lien ne fonctionne plus. Le nouveau est affiché ci-dessous.",
        "success",
    )
    return _back(meeting_id, invitation_id)


@blueprint.post(f"{PERSON}/retirer")
@requires(Permission.MEETING_PREPARE)
def remove(meeting_id: int, invitation_id: int) -> Response:
    invitation = invitees.remove(context(), meeting_id, invitation_id)
    told = invitation.is_convened and invitation.email
    flash(
        f"{invitation.name} n’est plus sur la liste"
        + (" ; un message d’annulation lui parvient." if told else "."),
        "success",
    )
    return redirect(url_for("invitations.index", meeting_id=meeting_id))


def _back(meeting_id: int, invitation_id: int) -> Response:
    return redirect(
        url_for("invitations.person", meeting_id=meeting_id, invitation_id=invitation_id)
    )


def _page(
    meeting: Meeting,
    invitation_id: int,
    answer: EnteredAnswerForm | None = None,
    correction: CorrectionForm | None = None,
) -> str:
    page = person_page(context(), meeting, invitation_id)
    invitation = page["invitation"]
    refused = answer or correction
    if correction is not None:
        correction.revision.renew(invitation.revision)
    if answer is None:
        answer = _answer_in_force(page)
        answer.offer(meeting)
    return render_template(
        "invitations/person.html",
        **page,
        answer_form=answer,
        correction_form=correction or CorrectionForm(formdata=None, obj=invitation),
        refused=refused,
    )


def _answer_in_force(page: dict[str, Any]) -> EnteredAnswerForm:
    """The form filled with the present answer, to be corrected rather than typed anew."""
    invitation, stand_ins = page["invitation"], page["representatives"]
    values = (
        {"answer": invitation.answer.value, "comment": invitation.comment}
        if (invitation.answer)
        else {}
    )
    if stand_ins:
        values["representative_name"] = stand_ins[0].name
        values["representative_function"] = stand_ins[0].function
        values["representative_email"] = stand_ins[0].email
    return EnteredAnswerForm(formdata=None, **values)
