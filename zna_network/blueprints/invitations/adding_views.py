"""Putting people on the list: members, contacts of the directory, one-off persons."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.invitations.forms import MembersForm
from zna_network.blueprints.invitations.pages import rights
from zna_network.blueprints.invitations.views import LIST, blueprint, meeting_to_prepare
from zna_network.blueprints.invitee_forms import ContactForm, PersonForm
from zna_network.blueprints.support import context
from zna_network.models.invitation import Invitation
from zna_network.services import invitees
from zna_network.services.contact_choice import resolve_contact
from zna_network.services.permissions import Permission


@blueprint.get(f"{LIST}/ajouter")
@requires(Permission.MEETING_PREPARE)
def add(meeting_id: int) -> str:
    return _page(meeting_id)


@blueprint.post(f"{LIST}/ajouter/membres")
@requires(Permission.MEETING_PREPARE)
def add_members(meeting_id: int) -> str | Response:
    form = MembersForm()
    added = form.attempt(
        lambda: invitees.add_members(context(), meeting_id, form.members.data or [])
    )
    if added is None:
        return _page(meeting_id, members=form)
    if added.invitations:
        flash(f"Ajouts à la liste : {counted(len(added.invitations), 'personne')}.", "success")
    for reason in added.left_out:
        flash(f"Non ajouté. {reason}", "warning")
    return redirect(url_for("invitations.index", meeting_id=meeting_id))


@blueprint.post(f"{LIST}/ajouter/contact")
@requires(Permission.MEETING_PREPARE)
def add_contact(meeting_id: int) -> str | Response:
    form = ContactForm()
    invitation = form.attempt(lambda: _add_contact(meeting_id, form))
    return _page(meeting_id, contact=form) if invitation is None else _added(invitation)


@blueprint.post(f"{LIST}/ajouter/personne")
@requires(Permission.MEETING_PREPARE)
def add_person(meeting_id: int) -> str | Response:
    form = PersonForm()
    invitation = form.attempt(lambda: invitees.add_person(context(), meeting_id, form.to_person()))
    return _page(meeting_id, person=form) if invitation is None else _added(invitation)


def _add_contact(meeting_id: int, form: ContactForm) -> Invitation:
    contact_id = resolve_contact(
        context(), form.contact_id.data or "", form.contact.data or "", field="contact"
    )
    return invitees.add_contact(
        context(), meeting_id, contact_id, is_required=form.is_required.data
    )


def _added(invitation: Invitation) -> Response:
    flash(f"{invitation.name} est sur la liste. Sa convocation n’est pas encore partie.", "success")
    return redirect(url_for("invitations.index", meeting_id=invitation.meeting_id))


def _page(
    meeting_id: int,
    members: MembersForm | None = None,
    contact: ContactForm | None = None,
    person: PersonForm | None = None,
) -> str:
    """The three forms; the one just refused holds what was typed and why."""
    ctx = context()
    meeting = meeting_to_prepare(meeting_id)
    members = members or MembersForm(formdata=None)
    members.offer(invitees.proposals(ctx, meeting))
    forms = {
        "members_form": members,
        "contact_form": contact or ContactForm(formdata=None),
        "person_form": person or PersonForm(formdata=None),
    }
    refused = next((form for form in forms.values() if form.errors or form.form_errors), None)
    return render_template("invitations/add.html", **rights(ctx, meeting), **forms, refused=refused)
