"""The page behind the receiver's link: no account, no script. Opening it acknowledges nothing, and
says nothing of the person before « J’ai bien reçu »: programs follow the links of mails too."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.referrals import act_pages
from zna_network.blueprints.referrals.act_forms import FORMS, ActForm
from zna_network.blueprints.referrals.act_views import calendar_response
from zna_network.blueprints.referrals.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter
from zna_network.services.referrals import receiver_page
from zna_network.services.referrals.acts import BY_LINK, Act

READINGS, ACTS_A_MINUTE = "120 per minute", "30 per minute"
PREFIX = "/o/"
LINK_ACTS = ", ".join(f"'{act.value}'" for act in Act if act in BY_LINK)


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    """Refusals included: a link that is not valid for one reason may be for another."""
    if request.path.startswith(PREFIX):
        keep_private(response)
    return response


@blueprint.get("/o/<token>")
@public
@limiter.limit(READINGS)
def link(token: str) -> Response:
    return _shown(token)


@blueprint.post(f"/o/<token>/<any({LINK_ACTS}):act>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ACTS_A_MINUTE)
def link_act(token: str, act: str) -> Response:
    ctx = context()
    form = FORMS[Act(act)](by_link=True, filled=True)
    if form.attempt(lambda: form.run(ctx, token) or True) is None:
        return _shown(token, form, status=422)
    return redirect(url_for("referrals.link", token=token, fait=act, _anchor="suite"), 303)


@blueprint.get("/o/<token>/rendez-vous/<int:appointment_id>.ics")
@public
@limiter.limit(READINGS)
def link_calendar(token: str, appointment_id: int) -> Response:
    return calendar_response(receiver_page.calendar_file(context(), token, appointment_id))


def _shown(token: str, refused: ActForm | None = None, status: int = 200) -> Response:
    ctx = context()
    page = receiver_page.read(ctx, token)
    acts = act_pages.for_link(ctx, page.referral, token, refused=refused)
    html = render_template("referrals/link.html", page=page, acts=acts, done=_done(), form=refused)
    return make_response(html, status)


def _done() -> str:
    """What the last act did, named in the address: nothing is kept about who has no account."""
    act = request.args.get("fait", "")
    return FORMS[Act(act)].done if act in set(BY_LINK) else ""
