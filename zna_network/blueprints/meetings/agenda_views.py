"""The agenda of a meeting: its points, their order, their attachments."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.meetings.forms import AgendaItemForm, AttachmentForm
from zna_network.blueprints.meetings.views import blueprint
from zna_network.blueprints.support import context
from zna_network.models.meeting import AgendaItem, Meeting
from zna_network.queries import meetings as queries
from zna_network.services import agenda, attachments, committee_access
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.file_kinds import ACCEPT, ALLOWED
from zna_network.services.meetings import CANCELLED
from zna_network.services.permissions import Permission

# The application registers the blueprint from here, once all of its routes are known.
__all__ = ["blueprint"]


@blueprint.route("/reunions/<int:meeting_id>/points/nouveau", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def add_item(meeting_id: int) -> str | Response:
    meeting = _prepared(meeting_id)
    form = AgendaItemForm()
    item = form.attempt(lambda: agenda.add_item(context(), meeting_id, form.to_data()))
    if item is None:
        return render_template("meetings/item.html", form=form, meeting=meeting, item=None)
    flash("Point ajouté à l’ordre du jour.", "success")
    return _back_to(meeting_id, item.id)


@blueprint.route("/reunions/<int:meeting_id>/points/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def edit_item(meeting_id: int, item_id: int) -> str | Response:
    meeting, item = _prepared(meeting_id), _item(meeting_id, item_id)
    form = AgendaItemForm.of(item)
    updated = form.attempt(
        lambda: agenda.update_item(
            context(), meeting_id, item_id, form.to_data(), form.revision.seen
        )
    )
    if updated is None:
        stale = form.revision.renew(item.revision)
        return _item_page(meeting, item, form, AttachmentForm(formdata=None), stale=stale)
    flash("Point mis à jour.", "success")
    return _back_to(meeting_id, item_id)


@blueprint.post("/reunions/<int:meeting_id>/points/<int:item_id>/retirer")
@requires(Permission.MEETING_PREPARE)
def remove_item(meeting_id: int, item_id: int) -> Response:
    agenda.remove_item(context(), meeting_id, item_id)
    flash("Point retiré de l’ordre du jour.", "success")
    return _back_to(meeting_id)


@blueprint.post("/reunions/<int:meeting_id>/points/<int:item_id>/deplacer")
@requires(Permission.MEETING_PREPARE)
def move_item(meeting_id: int, item_id: int) -> Response:
    up = request.form.get("sens") == "haut"
    agenda.move_item(context(), meeting_id, item_id, up=up)
    return _back_to(meeting_id, item_id)


@blueprint.post("/reunions/<int:meeting_id>/points/<int:item_id>/pieces")
@requires(Permission.MEETING_PREPARE)
def add_attachment(meeting_id: int, item_id: int) -> str | Response:
    form = AttachmentForm()
    upload = form.file.data
    name, content = (upload.filename or "", upload.read()) if upload else ("", b"")
    added = form.attempt(
        lambda: attachments.add_attachment(context(), meeting_id, item_id, name, content)
    )
    if added is None:
        meeting, item = _prepared(meeting_id), _item(meeting_id, item_id)
        return _item_page(meeting, item, AgendaItemForm(formdata=None, obj=item), form)
    flash(f"« {added.filename} » est joint à ce point.", "success")
    return redirect(url_for("meetings.edit_item", meeting_id=meeting_id, item_id=item_id))


@blueprint.get("/reunions/<int:meeting_id>/pieces/<int:attachment_id>")
@requires(Permission.MEETING_READ)
def attachment(meeting_id: int, attachment_id: int) -> Response:
    found = attachments.readable_attachment(context(), meeting_id, attachment_id)
    return download(found)


@blueprint.post("/reunions/<int:meeting_id>/pieces/<int:attachment_id>/retirer")
@requires(Permission.MEETING_PREPARE)
def remove_attachment(meeting_id: int, attachment_id: int) -> Response:
    attachments.remove_attachment(context(), meeting_id, attachment_id)
    flash("Pièce jointe retirée.", "success")
    item_id = request.form.get("point", type=int)
    if item_id is None:
        return _back_to(meeting_id)
    return redirect(url_for("meetings.edit_item", meeting_id=meeting_id, item_id=item_id))


@blueprint.url_value_preprocessor
def _take_large_files_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """So that a file somewhat too large is refused beside its field, the page staying as it was."""
    if endpoint == "meetings.add_attachment":
        request.max_content_length = 3 * attachments.LARGEST


def _prepared(meeting_id: int) -> Meeting:
    """The meeting, for those who may prepare it. Refuses one that is cancelled."""
    meeting = committee_access.readable_meeting(context(), meeting_id)
    committee_access.require_prepare(context(), meeting.committee)
    if meeting.is_cancelled:
        raise ConflictError(CANCELLED)
    return meeting


def _item(meeting_id: int, item_id: int) -> AgendaItem:
    item = context().session.scalar(queries.agenda_item(meeting_id, item_id))
    if item is None:
        raise NotFoundError("Ce point n’est plus à l’ordre du jour.")
    return item


def _item_page(
    meeting: Meeting,
    item: AgendaItem,
    form: AgendaItemForm,
    file_form: AttachmentForm,
    *,
    stale: bool = False,
) -> str:
    return render_template(
        "meetings/item.html",
        meeting=meeting,
        item=item,
        form=form,
        file_form=file_form,
        stale=stale,
        accept=ACCEPT,
        allowed=ALLOWED,
    )


def _back_to(meeting_id: int, item_id: int | None = None) -> Response:
    """The agenda, at this point."""
    anchor = f"point-{item_id}" if item_id else "ordre-du-jour"
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor=anchor))
