"""The page behind a reader's link: no account, no script, nothing written by looking at it."""

from uuid import uuid4

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.reading.forms import AgreeForm, RemarkForm
from zna_network.blueprints.reading.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter
from zna_network.services.errors import ConflictError, LinkGoneError, TooManyAttemptsError
from zna_network.services.minutes_review import comments
from zna_network.services.minutes_review.page import ReadingPage
from zna_network.services.minutes_review.page import read as read_page

READINGS, REMARKS = "120 per minute", "30 per minute"
PREFIX = "/relecture/"


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    """Refusals included: a link that is not valid for one reason may be for another."""
    if request.path.startswith(PREFIX):
        keep_private(response)
    return response


@blueprint.get("/relecture/<token>")
@public
@limiter.limit(READINGS)
def read(token: str) -> Response:
    return _shown(token, read_page(context(), token), RemarkForm(formdata=None))


@blueprint.post("/relecture/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(REMARKS)
def remark(token: str) -> Response:
    ctx = context()
    form = RemarkForm()
    try:
        made = form.attempt(lambda: comments.comment_by_link(ctx, token, form.to_data()))
    except TooManyAttemptsError as error:
        form.refuse(error)
        made = None
    except LinkGoneError:
        # Too late: the page says why, and gives back what was typed.
        return _shown(token, read_page(ctx, token), form)
    if made is None:
        return _shown(token, read_page(ctx, token), form, 422)
    anchor = f"point-{made.section_id}" if made.section_id else "ensemble"
    return redirect(url_for("reading.read", token=token, _anchor=anchor), 303)


@blueprint.post("/relecture/<token>/rien-a-signaler")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(REMARKS)
def agree(token: str) -> Response:
    ctx = context()
    form = AgreeForm()
    try:
        comments.agree_by_link(ctx, token)
    except LinkGoneError:
        return _shown(token, read_page(ctx, token), RemarkForm(formdata=None))
    except ConflictError as refusal:
        form.refuse(refusal)
        return _shown(token, read_page(ctx, token), form, 409)
    return redirect(url_for("reading.read", token=token, _anchor="reponse"), 303)


def _shown(
    token: str, page: ReadingPage, form: RemarkForm | AgreeForm, status: int = 200
) -> Response:
    """``fresh`` names each of the page's forms, so that a button pressed twice is one remark; the
    form just refused keeps its own name."""
    if page.closed:
        typed = form.text.data or "" if isinstance(form, RemarkForm) else ""
        html = render_template("reading/closed.html", page=page, typed=typed)
        return make_response(html, 410)
    refused = form if form.errors or form.form_errors else None
    html = render_template(
        "reading/read.html", page=page, token=token, refused=refused, fresh=lambda: str(uuid4())
    )
    return make_response(html, status)
