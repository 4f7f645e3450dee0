"""Inviting organisations to hold a stand: one, or many at once."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.stands.forms import InviteForm, InviteManyForm
from zna_network.blueprints.stands.views import LIST, blueprint
from zna_network.blueprints.support import context
from zna_network.services import forum_choice, stand_invitations
from zna_network.services.permissions import Permission


@blueprint.route(f"{LIST}/inviter", methods=["GET", "POST"])
@requires(Permission.FORUM_EDIT)
def invite(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = InviteForm()
    stand = form.attempt(lambda: stand_invitations.invite(ctx, forum.id, form.to_data()))
    if stand is None:
        return _page(slug, form, InviteManyForm(formdata=None))
    flash(f"{stand.name} est invité : le message part dans la minute.", "success")
    return redirect(url_for("stands.index", slug=slug))


@blueprint.post(f"{LIST}/inviter/plusieurs")
@requires(Permission.FORUM_EDIT)
def invite_many(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = InviteManyForm()
    invited = form.attempt(
        lambda: stand_invitations.invite_many(ctx, forum.id, form.organisations.data or [])
    )
    if invited is None:
        return _page(slug, InviteForm(formdata=None), form)
    number = counted(len(invited.stands), "invitation")
    flash(f"{number} : les messages partent dans la minute.", "success")
    if invited.unreachable:
        names = ", ".join(invited.unreachable)
        flash(f"Sans adresse e-mail dans l’annuaire, non invités : {names}.", "warning")
    return redirect(url_for("stands.index", slug=slug))


def _page(slug: str, form: InviteForm, many: InviteManyForm) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    proposals = stand_invitations.proposals(ctx, forum.id)
    many.offer(proposals)
    return render_template(
        "stands/invite.html",
        forum=forum,
        form=form,
        many=many,
        unreachable=[one.organisation for one in proposals if not one.email],
        refused=next((one for one in (form, many) if one.errors or one.form_errors), None),
    )
