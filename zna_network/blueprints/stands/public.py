"""The pages without an account: asking for a stand, the link of a mail, the plan."""

from flask import Response as FlaskResponse
from flask import (
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.stands.forms import AnswerForm, ApplicationForm, DeclineForm
from zna_network.blueprints.stands.views import blueprint
from zna_network.blueprints.support import Form, context
from zna_network.extensions import csrf, limiter
from zna_network.models.stand import StandState
from zna_network.services import (
    forum_choice,
    stand_answers,
    stand_applications,
    stand_drawing,
    stand_plan,
    territory,
)
from zna_network.services.errors import LinkGoneError
from zna_network.services.forum_days import day_in_words, day_of, hours_in_words
from zna_network.services.stand_answers import StandPage

READINGS, ANSWERS, APPLICATIONS, TYPING = (
    "120 per minute",
    "30 per minute",
    "10 per hour",
    "120 per minute",
)
APPLY, LINK = "/forum/<slug>/tenir-un-stand", "/forum/stand/<token>"


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    if request.path.startswith("/forum/stand/"):
        keep_private(response)
    return response


@blueprint.get(APPLY)
@public
def apply(slug: str) -> str:
    form = ApplicationForm.fresh()
    return _application(slug, form)


@blueprint.post(APPLY)
@public
@limiter.limit(APPLICATIONS)
def send_application(slug: str) -> Response | tuple[str, int]:
    form = ApplicationForm()
    if form.is_trapped:
        # A robot is answered as a person is, and nothing is written.
        return redirect(url_for("stands.applied", slug=slug), 303)
    ctx = context()
    stand = form.attempt(
        lambda: stand_applications.apply_for_stand(
            ctx, slug, form.to_data(), sending=form.sending(ctx)
        )
    )
    if stand is None:
        return _application(slug, form), 422
    return redirect(url_for("stands.applied", slug=slug), 303)


@blueprint.get(f"{APPLY}/merci")
@public
def applied(slug: str) -> str:
    forum = forum_choice.public_by_slug(context(), slug)
    return render_template("stands/applied.html", forum=forum)


@blueprint.get(f"{APPLY}/organismes")
@public
@limiter.limit(TYPING)
def suggest(slug: str) -> FlaskResponse:
    typed = request.args.get("q", "")[:200]
    found = stand_applications.suggest(context(), slug, typed)
    return jsonify([{"value": str(o.id), "label": o.name, "hint": o.place_name} for o in found])


@blueprint.get(LINK)
@public
@limiter.limit(READINGS)
def answer(token: str) -> Response:
    page = stand_answers.read(context(), token)
    accepting = AnswerForm.of(page.stand)
    return _shown(token, page, accepting, _declining(page))


@blueprint.post(LINK)
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ANSWERS)
def give_answer(token: str) -> Response:
    """``reponse`` says which of the two forms was sent."""
    ctx = context()
    accepting, declining = AnswerForm(), DeclineForm()
    declines = request.form.get("reponse") == "non"
    form: Form = declining if declines else accepting
    try:
        if declines:
            answered = declining.attempt(
                lambda: stand_answers.decline(
                    ctx, token, declining.reason.data or "", declining.seen()
                )
            )
        else:
            answered = accepting.attempt(
                lambda: stand_answers.accept(ctx, token, accepting.details(), accepting.seen())
            )
    except LinkGoneError:
        answered, form = None, Form(formdata=None)
    if answered is None:
        page = stand_answers.read(ctx, token)
        if declines:
            accepting = AnswerForm.of(page.stand)
        elif form is accepting:
            declining = _declining(page)
        return _shown(token, page, accepting, declining, status=422)
    flash(_DONE[answered.state], "success")
    return redirect(url_for("stands.answer", token=token), 303)


_DONE = {
    StandState.APPLIED: "Votre candidature est mise à jour.",
    StandState.CONFIRMED: "C’est noté, merci : votre stand est réservé.",
    StandState.DECLINED: "C’est noté. Vous pouvez changer d’avis jusqu’à la veille du forum.",
    StandState.WITHDRAWN: "Votre candidature est retirée.",
}


@blueprint.get(f"{LINK}/agenda.ics")
@public
@limiter.limit(READINGS)
def calendar(token: str) -> Response:
    response = make_response(stand_answers.calendar_file(context(), token))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = 'attachment; filename="stand.ics"'
    return response


@blueprint.get("/forum/<slug>/plan")
@public
def public_plan(slug: str) -> str:
    """The stands confirmed, to look at or to print."""
    ctx = context()
    forum = forum_choice.public_by_slug(ctx, slug)
    day = day_of(forum)
    return render_template(
        "stands/public_plan.html",
        forum=forum,
        plan=stand_drawing.public_plan(ctx, forum),
        day=day_in_words(day),
        hours=hours_in_words(day),
    )


@blueprint.get("/forum/<slug>/plan/image")
@public
@limiter.limit(READINGS)
def plan_image(slug: str) -> Response:
    image = stand_plan.plan_image(context(), slug)
    response = make_response(image.content)
    response.headers["Content-Type"] = image.media_type
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _application(slug: str, form: ApplicationForm) -> str:
    ctx = context()
    forum = forum_choice.public_by_slug(ctx, slug)
    form.offer(territory.load(ctx).active_rights)
    form.renew_stamp(ctx)
    day = day_of(forum)
    return render_template(
        "stands/apply.html",
        forum=forum,
        form=form,
        is_open=stand_applications.takes_applications(ctx, forum),
        day=day_in_words(day),
        hours=hours_in_words(day),
        place=day.location,
    )


def _declining(page: StandPage) -> DeclineForm:
    return DeclineForm(formdata=None, revision=page.stand.revision, sequence=page.forum.sequence)


def _shown(
    token: str,
    page: StandPage,
    accepting: AnswerForm,
    declining: DeclineForm,
    status: int | None = None,
) -> Response:
    day = day_of(page.forum)
    values = {
        "token": token,
        "page": page,
        "forum": page.forum,
        "stand": page.stand,
        "day": day_in_words(day),
        "hours": hours_in_words(day),
        "place": day.location,
    }
    if not page.takes_answers:
        return make_response(render_template("stands/closed.html", **values), 410)
    changed = False
    for form in (accepting, declining):
        changed |= form.revision.renew(page.stand.revision)
        changed |= form.sequence.renew(page.forum.sequence)
    accepting.offer(territory.load(context()).active_rights)
    html = render_template(
        "stands/answer.html", form=accepting, declining=declining, changed=changed, **values
    )
    return make_response(html, status or 200)
