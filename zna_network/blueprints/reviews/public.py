"""The page behind a « Fiche à jour ? » link: no account, nothing written by looking at it."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.reviews.forms import CorrectionForm, LinkForm, correction_form
from zna_network.blueprints.reviews.views import blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter
from zna_network.services import review_answers, territory
from zna_network.services.french_time import local_date
from zna_network.services.review_answers import Opened

READINGS, ANSWERS = "120 per minute", "30 per minute"
PREFIX = "/fiche/"


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    """Refusals included: a link that is not valid for one reason may be for another."""
    if request.path.startswith(PREFIX):
        keep_private(response)
    return response


@blueprint.get("/fiche/merci")
@public
@limiter.limit(READINGS)
def thanks() -> str:
    return render_template("reviews/thanks.html", waits="correction" in request.args)


@blueprint.get("/fiche/<token>")
@public
@limiter.limit(READINGS)
def answer(token: str) -> Response:
    opened = review_answers.open_link(context(), token)
    return _shown(token, opened, LinkForm(formdata=None), _fresh(opened))


@blueprint.post("/fiche/<token>/confirmer")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ANSWERS)
def confirm(token: str) -> Response:
    form = LinkForm()
    done = form.attempt(lambda: review_answers.confirm(context(), token, form.seen.data or ""))
    if done is None:
        opened = review_answers.open_link(context(), token)
        return _shown(token, opened, form, _fresh(opened), status=409)
    return redirect(url_for("reviews.thanks"), 303)


@blueprint.post("/fiche/<token>/corriger")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ANSWERS)
def correct(token: str) -> Response:
    ctx = context()
    form = correction_form(review_answers.open_link(ctx, token), territory.load(ctx))
    done = form.attempt(
        lambda: review_answers.propose(ctx, token, form.to_data(), form.seen.data or "")
    )
    if done is None:
        opened = review_answers.open_link(ctx, token)
        return _shown(token, opened, LinkForm(formdata=None), form, status=422)
    return redirect(url_for("reviews.thanks", correction=1), 303)


def _fresh(opened: Opened) -> CorrectionForm:
    return correction_form(opened, territory.load(context()), blank=True)


def _shown(
    token: str, opened: Opened, confirm_form: LinkForm, form: CorrectionForm, status: int = 200
) -> Response:
    for one in (confirm_form, form):
        one.seen.show(opened.seen)
    html = render_template(
        "reviews/answer.html",
        token=token,
        review=opened.review,
        organisation=opened.organisation,
        confirm_form=confirm_form,
        form=form,
        today=local_date(context().now),
    )
    return make_response(html, status)
