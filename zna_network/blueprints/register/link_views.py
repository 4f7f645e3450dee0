"""The page behind the link of an action: no account, no script, nothing written by looking."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.register.forms import LINK_FORMS
from zna_network.blueprints.register.routes import blueprint
from zna_network.blueprints.support import Form, context
from zna_network.extensions import csrf, limiter
from zna_network.models.action_reply import ReplyKind
from zna_network.services import action_answers
from zna_network.services.errors import InvalidError, TooManyAttemptsError
from zna_network.services.french_time import local_date

READINGS, ANSWERS = "120 per minute", "30 per minute"
PREFIX = "/action/"


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    """Refusals included: a link that leads nowhere for one reason may have led somewhere."""
    if request.path.startswith(PREFIX):
        keep_private(response)
    return response


@blueprint.get("/action/<token>")
@public
@limiter.limit(READINGS)
def own_action(token: str) -> Response:
    return _shown(token)


@blueprint.post("/action/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ANSWERS)
def answer_action(token: str) -> Response:
    ctx = context()
    kind = request.form.get("kind", "")
    if kind not in set(ReplyKind):
        raise InvalidError("Choisissez une des réponses proposées.")
    form = LINK_FORMS[ReplyKind(kind)](prefix=kind)
    try:
        said = form.attempt(lambda: action_answers.answer(ctx, token, form.to_data()))
    except TooManyAttemptsError as error:
        form.refuse(error)
        said = None
    if said is None:
        return _shown(token, {ReplyKind(kind): form}, 422)
    return redirect(url_for("register.own_action", token=token), 303)


def _shown(token: str, sent: dict[ReplyKind, Form] | None = None, status: int = 200) -> Response:
    ctx = context()
    page = action_answers.read(ctx, token)
    forms = {
        kind: (sent or {}).get(kind) or form(formdata=None, prefix=kind.value)
        for kind, form in LINK_FORMS.items()
    }
    for form in forms.values():
        form.seen.raw_data, form.seen.data = None, page.action.revision
    html = render_template(
        "register/own_action.html",
        token=token,
        page=page,
        forms=forms,
        refused=next(iter((sent or {}).values()), None),
        today=local_date(ctx.now),
    )
    return make_response(html, status)
