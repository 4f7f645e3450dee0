"""The page behind the link of a mail: no account, no script, nothing written by looking at it."""

from io import BytesIO

from flask import make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.invitations.forms import LinkAnswerForm, offered
from zna_network.blueprints.invitations.views import blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter
from zna_network.services import invitation_page, rsvp
from zna_network.services.errors import LinkGoneError, TooManyAttemptsError
from zna_network.services.invitation_page import InvitationPage
from zna_network.services.rsvp import why_closed

READINGS, ANSWERS = "120 per minute", "30 per minute"
PREFIX = "/r/"


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    """Refusals included: a link that is not valid for one reason may be for another."""
    if request.path.startswith(PREFIX):
        keep_private(response)
    return response


@blueprint.get("/r/<token>")
@public
@limiter.limit(READINGS)
def answer(token: str) -> Response:
    page = invitation_page.read(context(), token)
    return _shown(token, page, LinkAnswerForm(formdata=None, comment=page.invitation.comment))


@blueprint.post("/r/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ANSWERS)
def give_answer(token: str) -> Response:
    ctx = context()
    form = LinkAnswerForm()
    try:
        answered = form.attempt(lambda: rsvp.answer_by_link(ctx, token, form.to_data()))
    except TooManyAttemptsError as error:
        form.refuse(error)
        answered = None
    except LinkGoneError:
        # Too late, or no longer concerned: the page says which, with what is still of use.
        page = invitation_page.read(ctx, token)
        return _shown(token, page, LinkAnswerForm(formdata=None), status=410)
    if answered is None:
        return _shown(token, invitation_page.read(ctx, token), form, status=422)
    return redirect(url_for("invitations.answer", token=token, _anchor="reponse"), 303)


@blueprint.get("/r/<token>/documents/<int:attachment_id>")
@public
@limiter.limit(READINGS)
def attachment(token: str, attachment_id: int) -> Response:
    found = invitation_page.attachment(context(), token, attachment_id)
    return send_file(
        BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.filename,
    )


@blueprint.get("/r/<token>/agenda.ics")
@public
@limiter.limit(READINGS)
def calendar(token: str) -> Response:
    content = invitation_page.calendar_file(context(), token)
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = 'attachment; filename="reunion.ics"'
    return response


def _shown(
    token: str, page: InvitationPage, form: LinkAnswerForm, status: int | None = None
) -> Response:
    if not page.takes_answers:
        # On the day the page still serves: to say that one is there.
        status = status or (200 if page.takes_presence else 410)
        html = render_template(
            "invitations/closed.html", token=token, page=page, why=why_closed(page.meeting)
        )
    else:
        form.seen.raw_data, form.seen.data = None, page.meeting.sequence
        html = render_template(
            "invitations/answer.html",
            token=token,
            page=page,
            form=form,
            offered=offered(page.meeting),
        )
    return make_response(html, status or 200)
