"""What an agent decides about a stand: accepting, setting aside, sending the link again."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.stands.forms import ConfirmForm, ReasonForm
from zna_network.blueprints.stands.views import ONE, blueprint, read, stand_page
from zna_network.blueprints.support import context
from zna_network.services import stand_invitations, stands
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission


@blueprint.post(f"{ONE}/confirmer")
@requires(Permission.FORUM_EDIT)
def confirm(slug: str, number: int) -> str | Response | tuple[str, int]:
    ctx = context()
    forum, stand = read(slug, number)
    form = ConfirmForm()
    confirmed = form.attempt(
        lambda: stands.confirm_stand(
            ctx,
            forum.id,
            number,
            form.revision.seen,
            chosen_id=form.organisation_id.data or "",
            typed=form.organisation.data or "",
            new_kind=form.kind,
        )
    )
    if confirmed is None:
        form.revision.renew(stand.revision)
        return stand_page(forum, stand, confirming=form), 422
    told = " La confirmation part dans la minute." if confirmed.contact_email else ""
    flash(f"Stand de {confirmed.name} confirmé.{told}", "success")
    return redirect(url_for("stands.show", slug=slug, number=number))


@blueprint.post(f"{ONE}/retirer")
@requires(Permission.FORUM_EDIT)
def withdraw(slug: str, number: int) -> str | Response | tuple[str, int]:
    ctx = context()
    forum, stand = read(slug, number)
    form = ReasonForm()
    withdrawn = form.attempt(
        lambda: stands.withdraw_stand(
            ctx, forum.id, number, form.reason.data or "", form.revision.seen
        )
    )
    if withdrawn is None:
        form.revision.renew(stand.revision)
        return stand_page(forum, stand, withdrawing=form), 422
    flash(f"Stand de {withdrawn.name} retiré.", "success")
    return redirect(url_for("stands.show", slug=slug, number=number))


@blueprint.post(f"{ONE}/lien")
@requires(Permission.FORUM_EDIT)
def resend_link(slug: str, number: int) -> Response:
    forum, _ = read(slug, number)
    try:
        stand = stand_invitations.resend_link(context(), forum.id, number)
        flash(f"Le lien part dans la minute à {stand.contact_email}.", "success")
    except (InvalidError, ConflictError) as refusal:
        flash(refusal.message, "danger")
    return redirect(url_for("stands.show", slug=slug, number=number))
