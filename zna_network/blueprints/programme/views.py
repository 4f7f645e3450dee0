"""The public programme of a forum, its calendars and its poster: no account, no script needed."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.languages import translated
from zna_network.blueprints.programme.forms import ProgrammeFilterForm
from zna_network.blueprints.programme.wording import PUBLICS
from zna_network.blueprints.support import context
from zna_network.extensions import limiter
from zna_network.models.forum import Forum, ForumState
from zna_network.services import forum_choice, programme_calendar, survey
from zna_network.services import programme as programmes
from zna_network.services.forum_days import is_over

blueprint = Blueprint("programme", __name__, url_prefix="/forum")
translated(blueprint)
DRAWINGS = "20 per minute"


@blueprint.get("")
@public
def index() -> str | Response:
    """The forum that everybody speaks of now, at its own address; before there is one, a page
    that says so."""
    forum = forum_choice.current(context())
    if forum is None:
        return render_template("programme/none.html")
    return redirect(url_for("programme.show", slug=forum.slug))


@blueprint.get("/<slug>")
@public
def show(slug: str) -> str:
    ctx = context()
    forum = forum_choice.public_by_slug(ctx, slug)
    form = ProgrammeFilterForm.read(request.args)
    wanted = form.to_filter()
    programme = programmes.programme(ctx, forum, wanted)
    form.offer(programme.rights)
    return render_template(
        "programme/show.html",
        forum=forum,
        programme=programme,
        form=form,
        plan=programmes.plan_of(ctx, programme),
        wanted=wanted,
        publics=PUBLICS,
        now=ctx.now,
        is_over=is_over(forum, ctx.now),
        takes_registrations=_takes_registrations(forum) and not is_over(forum, ctx.now),
        takes_opinions=survey.state_of(forum, ctx.now) is survey.SurveyState.OPEN,
        page_url=programme_calendar.page_of(ctx, forum),
    )


@blueprint.get("/<slug>/forum.ics")
@public
def calendar(slug: str) -> Response:
    """The day; with ``?seances=1``, each session of it as well."""
    ctx = context()
    forum = forum_choice.public_by_slug(ctx, slug)
    with_sessions = request.args.get("seances") == "1"
    content = programme_calendar.day_file(ctx, forum, with_sessions=with_sessions)
    return _calendar_file(content, forum.slug)


@blueprint.get("/<slug>/seances/<int:session_id>.ics")
@public
def session_calendar(slug: str, session_id: int) -> Response:
    ctx = context()
    forum = forum_choice.public_by_slug(ctx, slug)
    session = programmes.public_session(ctx, forum, session_id)
    return _calendar_file(
        programme_calendar.session_file(ctx, forum, session), f"atelier-{session.id}"
    )


@blueprint.get("/<slug>/affiche.pdf")
@public
@limiter.limit(DRAWINGS)
def poster(slug: str) -> Response:
    ctx = context()
    forum = forum_choice.public_by_slug(ctx, slug)
    response = make_response(programmes.poster(ctx, forum))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="affiche-{forum.slug}.pdf"'
    return response


def _takes_registrations(forum: Forum) -> bool:
    return forum.takes_registrations and forum.state is ForumState.PUBLISHED


def _calendar_file(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
