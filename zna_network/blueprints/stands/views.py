"""The stands of a forum: the list and its export, one stand."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.stands.filters import StandFilters
from zna_network.blueprints.stands.forms import ConfirmForm, ReasonForm, StandForm
from zna_network.blueprints.stands.pages import needs, own_stands
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.forum import Forum
from zna_network.models.stand import Stand, StandState
from zna_network.queries import stands as queries
from zna_network.queries.listing import paginate
from zna_network.services import forum_choice, stand_export, stands, territory
from zna_network.services.forum_days import has_come, is_over
from zna_network.services.permissions import Permission
from zna_network.services.stand_export import NeedsFormat, place_in_words

blueprint = Blueprint("stands", __name__)
LIST = "/forums/<slug>/stands"
ONE = f"{LIST}/<int:number>"


@blueprint.get(LIST)
@requires(Permission.FORUM_READ)
def index(slug: str) -> str:
    """Staff see every stand; other accounts those that are confirmed, and their own."""
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    is_staff = ctx.may(Permission.FORUM_EDIT)
    filters = StandFilters(slug, request.args, territory.load(ctx), is_staff=is_staff)
    shown = () if is_staff else (StandState.CONFIRMED,)
    page = paginate(
        ctx.session,
        queries.listed(forum.id, filters.wanted(), shown),
        page_request("number"),
        queries.STAND_SORTS,
    )
    return render_template(
        "stands/index.html",
        forum=forum,
        listing=Listing(page),
        form=filters,
        chips=filters.chips(),
        is_staff=is_staff,
        needs=needs(ctx, forum) if is_staff else None,
        own=own_stands(ctx, forum),
        takes_changes=not is_over(forum, ctx.now),
    )


@blueprint.post(f"{LIST}/export")
@requires(Permission.FORUM_EDIT)
def export(slug: str) -> Response:
    """A POST, since it is written down in the journal."""
    ctx = context()
    filters = StandFilters(slug, request.args, territory.load(ctx))
    wanted = request.form.get("format", "")
    kind = NeedsFormat(wanted) if wanted in set(NeedsFormat) else NeedsFormat.XLSX
    file = stand_export.export_needs(ctx, slug, filters.wanted(), kind)
    return download(file)


@blueprint.get(ONE)
@requires(Permission.STAND_MANAGE)
def show(slug: str, number: int) -> str:
    forum, stand = read(slug, number)
    return stand_page(forum, stand)


@blueprint.route(f"{ONE}/modifier", methods=["GET", "POST"])
@requires(Permission.STAND_MANAGE)
def edit(slug: str, number: int) -> str | Response:
    ctx = context()
    forum, stand = read(slug, number)
    form = StandForm.of(stand)
    form.offer(territory.load(ctx).active_rights)
    updated = form.attempt(
        lambda: stands.update_stand(ctx, forum.id, number, form.details(), form.revision.seen)
    )
    if updated is None:
        current = stand if form.revision.renew(stand.revision) else None
        return render_template(
            "stands/edit.html", forum=forum, stand=stand, form=form, current=current
        )
    flash("Stand mis à jour.", "success")
    return redirect(url_for("stands.show", slug=slug, number=number))


def read(slug: str, number: int) -> tuple[Forum, Stand]:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    return forum, stands.readable_stand(ctx, forum, number)


def stand_page(
    forum: Forum,
    stand: Stand,
    confirming: ConfirmForm | None = None,
    withdrawing: ReasonForm | None = None,
) -> str:
    """The stand; a form just refused holds what was typed and why."""
    ctx = context()
    is_staff = ctx.may(Permission.FORUM_EDIT)
    is_open = not is_over(forum, ctx.now) and forum.state != "closed"
    return render_template(
        "stands/show.html",
        forum=forum,
        stand=stand,
        is_staff=is_staff,
        may_edit=stand.state.is_live and is_open and (is_staff or not has_come(forum, ctx.now)),
        may_decide=is_staff and is_open,
        place=place_in_words(stand),
        confirming=confirming or ConfirmForm(formdata=None),
        withdrawing=withdrawing or ReasonForm(formdata=None),
    )
