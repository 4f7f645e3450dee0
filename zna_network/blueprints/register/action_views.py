"""The page of an action: what its owner says, what was sent, who does it by when from now on."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.register.forms import FollowUpForm, SettleForm
from zna_network.blueprints.register.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.services import action_following
from zna_network.services.action_reminders import LABELS
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission

PAGE = "/instances/actions/<int:action_id>"
ACCEPTS = "accept"


@blueprint.get(PAGE)
@requires(Permission.COMMITTEE_READ)
def action(action_id: int) -> Response:
    return _page(action_id)


@blueprint.post(f"{PAGE}/reponse")
@requires(Permission.MINUTES_WRITE)
def settle(action_id: int) -> Response:
    form = SettleForm()
    settled = form.attempt(
        lambda: action_following.settle_reply(
            context(),
            action_id,
            form.reply_number,
            accepts=form.verdict.data == ACCEPTS,
            words=form.answer.data or "",
        )
    )
    if settled is None:
        return _page(action_id, settling=form)
    flash("Votre réponse part à la personne concernée.", "success")
    return _back(action_id)


@blueprint.post(f"{PAGE}/suivi")
@requires(Permission.MINUTES_WRITE)
def follow_up(action_id: int) -> Response:
    form = FollowUpForm()
    followed = form.attempt(
        lambda: action_following.follow_up(context(), action_id, form.to_data(), form.revision.seen)
    )
    if followed is None:
        return _page(action_id, following=form)
    told = " La personne en est prévenue." if followed.owner_email else ""
    flash(f"Suivi enregistré.{told}", "success")
    return _back(action_id)


@blueprint.post(f"{PAGE}/renvoyer")
@requires(Permission.MINUTES_WRITE)
def send_again(action_id: int) -> Response:
    sent = action_following.send_again(context(), action_id)
    flash(f"Le message part de nouveau à {sent.owner_email}.", "success")
    return _back(action_id)


def _page(
    action_id: int, settling: SettleForm | None = None, following: FollowUpForm | None = None
) -> Response:
    ctx = context()
    found = action_following.read(ctx, action_id)
    is_stale = following is not None and following.revision.renew(found.action.revision)
    html = render_template(
        "register/action.html",
        found=found,
        action=found.action,
        today=local_date(ctx.now),
        settling=settling or SettleForm(formdata=None),
        following=following or FollowUpForm(formdata=None, obj=found.action),
        is_stale=is_stale,
        reminder_labels=LABELS,
    )
    return make_response(html, 422 if settling or following else 200)


def _back(action_id: int) -> Response:
    return redirect(url_for("register.action", action_id=action_id))
