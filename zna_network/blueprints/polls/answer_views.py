"""The page behind the link of a poll's mail: no account, no script, nothing written by looking at
it. Each person sees their own answer and nobody else's."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.polls.routes import blueprint
from zna_network.blueprints.polls.vote_forms import LinkVoteForm, VoteForm, vote_form
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter
from zna_network.services.errors import LinkGoneError
from zna_network.services.polls import answers
from zna_network.services.polls.answers import AnswerPage
from zna_network.services.polls.poll_values import has_said_all, live_options, title_of

READINGS, ANSWERS = "120 per minute", "30 per minute"
PREFIX = "/sondage/"
DATES_CHANGED = "Les dates proposées viennent de changer : relisez-les, puis envoyez de nouveau."


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    """Refusals included: a link that is not valid for one reason may be for another."""
    if request.path.startswith(PREFIX):
        keep_private(response)
    return response


@blueprint.get("/sondage/<token>")
@public
@limiter.limit(READINGS)
def answer(token: str) -> Response:
    page = answers.read(context(), token)
    return _shown(token, page, vote_form(LinkVoteForm, page, sent=False))


@blueprint.post("/sondage/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ANSWERS)
def give_answer(token: str) -> Response:
    ctx = context()
    page = answers.read(ctx, token)
    form = vote_form(LinkVoteForm, page)
    try:
        answered = form.attempt(lambda: answers.answer_by_link(ctx, token, form.to_data()))
    except LinkGoneError:
        # Too late, or no longer concerned: the page says which.
        page = answers.read(ctx, token)
        return _shown(token, page, vote_form(LinkVoteForm, page, sent=False))
    if answered is None:
        return _refused(token, form)
    return redirect(url_for("polls.answer", token=token, _anchor="reponse"), 303)


def _refused(token: str, form: VoteForm) -> Response:
    """Dates may have come or gone under the person's eyes: the page then has those of now, with
    what was said of those that stay."""
    page = answers.read(context(), token)
    if {o.id for o in form.options} != {o.id for o in live_options(page.poll)}:
        fresh = vote_form(LinkVoteForm, page)
        fresh.form_errors.append(DATES_CHANGED)
        form = fresh
    return _shown(token, page, form, status=422)


def _shown(token: str, page: AnswerPage, form: VoteForm, status: int = 200) -> Response:
    template = "polls/closed.html" if page.why_closed else "polls/answer.html"
    html = render_template(
        template,
        token=token,
        page=page,
        form=form,
        poll=page.poll,
        invitee=page.invitee,
        title=title_of(page.poll),
        is_complete=has_said_all(page.invitee, live_options(page.poll)),
    )
    return make_response(html, 410 if page.why_closed else status)
