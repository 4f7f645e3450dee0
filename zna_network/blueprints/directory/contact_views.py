"""The people of an organisation."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.directory.differences import cleaned_or_typed, differences
from zna_network.blueprints.directory.forms import ContactForm
from zna_network.blueprints.support import context
from zna_network.models.organisation import Contact
from zna_network.services import contacts, organisations, territory
from zna_network.services.permissions import Permission

blueprint = Blueprint("contacts", __name__)
_CONTACT = "/contacts/<int(max=2147483647):contact_id>"


@blueprint.route("/organismes/<slug>/contacts/nouveau", methods=["GET", "POST"])
@requires(Permission.CONTACT_ADD)
def create(slug: str) -> str | Response:
    ctx = context()
    organisation = organisations.organisation_by_slug(ctx, slug)
    form = ContactForm()
    contact = form.attempt(lambda: contacts.create_contact(ctx, organisation.id, form.to_data()))
    if contact is None:
        return render_template(
            "directory/contact.html", form=form, organisation=organisation, contact=None
        )
    flash(f"{contact.full_name} figure maintenant parmi les contacts.", "success")
    return _back_to(contact)


@blueprint.route(f"{_CONTACT}/modifier", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def edit(contact_id: int) -> str | Response:
    ctx = context()
    contact = contacts.contact_by_id(ctx, contact_id)
    form = ContactForm(obj=contact)
    changed = form.attempt(
        lambda: contacts.update_contact(ctx, contact_id, form.to_data(), form.revision.seen)
    )
    if changed is not None:
        flash("Contact mis à jour.", "success")
        return _back_to(contact)
    differing = []
    if form.revision.renew(contact.revision):
        typed = cleaned_or_typed(contacts.cleaned, form.to_data())
        current = contacts.data_of(contact)
        differing = differences(form, current, typed, territory.load(ctx))
    return render_template(
        "directory/contact.html",
        form=form,
        organisation=contact.organisation,
        contact=contact,
        differing=differing,
    )


@blueprint.post(f"{_CONTACT}/archiver")
@requires(Permission.DIRECTORY_EDIT)
def archive(contact_id: int) -> Response:
    contact = contacts.archive_contact(context(), contact_id)
    flash(f"{contact.full_name} est archivé : ce contact n’est plus proposé.", "success")
    return _back_to(contact)


@blueprint.post(f"{_CONTACT}/restaurer")
@requires(Permission.DIRECTORY_EDIT)
def restore(contact_id: int) -> Response:
    contact = contacts.restore_contact(context(), contact_id)
    flash(f"{contact.full_name} est de nouveau parmi les contacts.", "success")
    return _back_to(contact)


def _back_to(contact: Contact) -> Response:
    return redirect(url_for("directory.show", slug=contact.organisation.slug, _anchor="contacts"))
