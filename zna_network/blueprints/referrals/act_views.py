"""The acts on a referral, for accounts. The page of the referral shows their forms; one that is
refused is shown again alone, with what was typed and why."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.referrals import act_pages
from zna_network.blueprints.referrals.act_forms import FORMS, ActForm
from zna_network.blueprints.referrals.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.referral import Referral
from zna_network.queries import referrals as queries
from zna_network.services.errors import NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.referrals.access import UNKNOWN_REFERRAL, author_for, may_read_words
from zna_network.services.referrals.acts import Act
from zna_network.services.referrals.appointment_calendar import file_of

ACTS = ", ".join(f"'{act.value}'" for act in Act)


@blueprint.post(f"/orientations/<int:referral_id>/<any({ACTS}):act>")
@requires(Permission.REFERRAL_READ)
def act(referral_id: int, act: str) -> Response:
    ctx = context()
    form = FORMS[Act(act)](by_link=False, filled=True)
    if form.attempt(lambda: form.run(ctx, referral_id) or True) is None:
        return _refused(referral_id, form)
    flash(form.done, "success")
    return redirect(url_for("referrals.show", referral_id=referral_id), 303)


@blueprint.get("/orientations/<int:referral_id>/rendez-vous/<int:appointment_id>.ics")
@requires(Permission.REFERRAL_READ)
def calendar(referral_id: int, appointment_id: int) -> Response:
    referral = _referral(referral_id)
    words = may_read_words(context(), referral)
    for appointment in referral.appointments:
        if appointment.id == appointment_id:
            return calendar_response(file_of(context(), appointment, with_place=words))
    raise NotFoundError("Ce rendez-vous n’existe pas.")


def calendar_response(content: bytes) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return response


def _refused(referral_id: int, form: ActForm) -> Response:
    referral = _referral(referral_id)
    page = act_pages.for_account(context(), referral, refused=form)
    return make_response(render_template("referrals/act.html", acts=page, form=form), 422)


def _referral(referral_id: int) -> Referral:
    """For who may see it. Raises NotFoundError."""
    ctx = context()
    referral = ctx.session.scalar(queries.by_id(referral_id))
    if referral is None:
        raise NotFoundError(UNKNOWN_REFERRAL)
    author_for(ctx, referral)
    return referral
