"""One referral: what its reader may see of it, what they may do, and its withdrawal."""

from collections.abc import Sequence

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from zna_network.blueprints.access import requires
from zna_network.blueprints.referrals import act_pages
from zna_network.blueprints.referrals.routes import blueprint
from zna_network.blueprints.support import Form, context
from zna_network.models.person import Purpose
from zna_network.models.referral import Side
from zna_network.services.languages import language_of
from zna_network.services.permissions import Permission
from zna_network.services.referrals import referral_views


class WithdrawForm(Form):
    words = TextAreaField("Pourquoi", description="Lu par l’organisme destinataire.")


@blueprint.get("/orientations/<int:referral_id>")
@requires(Permission.REFERRAL_READ)
def show(referral_id: int) -> Response:
    return _page(referral_id, WithdrawForm(formdata=None))


@blueprint.post("/orientations/<int:referral_id>/retirer")
@requires(Permission.REFERRAL_CREATE)
def withdraw(referral_id: int) -> Response:
    ctx = context()
    form = WithdrawForm()
    words = form.words.data or ""
    if form.attempt(lambda: referral_views.withdraw(ctx, referral_id, words)) is None:
        return _page(referral_id, form, 422)
    flash("L’orientation est retirée. L’organisme destinataire est prévenu.", "success")
    return redirect(url_for("referrals.show", referral_id=referral_id), 303)


def _page(referral_id: int, form: WithdrawForm, status: int = 200) -> Response:
    ctx = context()
    view = referral_views.read(ctx, referral_id)
    person = view.referral.person
    response = make_response(
        render_template(
            "referrals/show.html",
            view=view,
            referral=view.referral,
            acts=act_pages.for_account(ctx, view.referral),
            form=form,
            is_new="faite" in request.args,
            spoken=language_of(person.language),
            consents=[(one.label, person.consent(one)) for one in _purposes(view.sides)],
        ),
        status,
    )
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _purposes(sides: Sequence[Side]) -> Sequence[Purpose]:
    """Whether a person's data leave for the evaluation is not for whom they were referred to."""
    return [Purpose.CONTACT] if set(sides) == {Side.RECEIVER} else list(Purpose)
