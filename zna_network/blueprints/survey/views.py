"""The survey of a forum: a page on a phone, without an account, a name, or JavaScript."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.languages import page_language, told, translated
from zna_network.blueprints.support import context
from zna_network.blueprints.survey.forms import SurveyForm
from zna_network.extensions import csrf, limiter
from zna_network.models.door import SurveyAnswer
from zna_network.models.forum import Forum
from zna_network.services import survey
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.form_stamps import TOO_OLD, new_stamp, read_stamp
from zna_network.services.forum_choice import public_by_slug
from zna_network.services.survey import SurveyData, SurveyState

blueprint = Blueprint("survey", __name__, url_prefix="/forum/<slug>/avis")
translated(blueprint)

# The whole hall may come from one address, its Wi-Fi's.
READINGS, ANSWERS = "300 per minute", "60 per minute"
_ANSWERED = "avis"


@blueprint.get("")
@public
@limiter.limit(READINGS)
def answer(slug: str) -> Response:
    """Whoever has answered with this browser is thanked; a phone is often shared, and another
    person may answer (``?autre=1``)."""
    forum = public_by_slug(context(), slug)
    if survey.state_of(forum, context().now) is not SurveyState.OPEN:
        return _closed(forum)
    if slug in session.get(_ANSWERED, []) and "autre" not in request.args:
        return make_response(render_template("survey/thanks.html", forum=forum))
    return _shown(forum, SurveyForm(formdata=None, stamp=_stamp(forum)))


@blueprint.post("")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ANSWERS)
def send(slug: str) -> Response:
    forum = public_by_slug(context(), slug)
    form = SurveyForm()
    try:
        made = form.attempt(lambda: _keep(forum, form))
    except ConflictError:
        made = None
    if survey.state_of(forum, context().now) is not SurveyState.OPEN:
        return _closed(forum)
    if made is None:
        form.form_errors[:] = [told(str(message)) for message in form.form_errors]
        return _shown(forum, form, status=422)
    session[_ANSWERED] = [*session.get(_ANSWERED, [])[-5:], slug]
    return redirect(url_for("survey.answer", slug=slug), 303)


def _keep(forum: Forum, form: SurveyForm) -> SurveyAnswer | bool:
    """True for a program that filled what nobody sees: it is thanked, and nothing is kept."""
    if form.website.data:
        return True
    ctx = context()
    purpose = _purpose(forum)
    try:
        sending = read_stamp(ctx.settings, purpose, form.stamp.data or "", ctx.now)
    except InvalidError as refusal:
        if refusal.message == TOO_OLD:
            form.stamp.data = _stamp(forum)
        raise
    data = SurveyData(
        satisfaction=int(form.satisfaction.data),
        found=form.found.data,
        recommends=form.recommends.data == "yes",
        words=form.words.data or "",
        language=page_language().code,
    )
    return survey.answer(ctx, forum.slug, data, sending)


def _purpose(forum: Forum) -> str:
    return f"survey:{forum.id}"


def _stamp(forum: Forum) -> str:
    ctx = context()
    return new_stamp(ctx.settings, _purpose(forum), ctx.now)


def _shown(forum: Forum, form: SurveyForm, status: int = 200) -> Response:
    days = context().settings.forum_retention_days
    html = render_template("survey/answer.html", forum=forum, form=form, days=days)
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _closed(forum: Forum) -> Response:
    state = survey.state_of(forum, context().now)
    html = render_template("survey/closed.html", forum=forum, state=state.value)
    return make_response(html)
