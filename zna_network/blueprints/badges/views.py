"""The badges of a forum: prepared, printed, found, replaced."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.badges.forms import BlankForm, FindForm, PrintForm
from zna_network.blueprints.support import context
from zna_network.models.attendee import Badge
from zna_network.services import badge_documents, badges, forum_choice
from zna_network.services.permissions import Permission

blueprint = Blueprint("badges", __name__, url_prefix="/forums/<slug>/badges")


@blueprint.get("")
@requires(Permission.FORUM_EDIT)
def index(slug: str) -> str:
    return _page(slug)


@blueprint.post("/vierges")
@requires(Permission.FORUM_EDIT)
def create(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = BlankForm()
    made = form.attempt(
        lambda: badges.issue_blank(
            ctx, forum.id, form.count.data, is_rehearsal=form.is_rehearsal.data
        )
    )
    if made is None:
        return _page(slug, blank=form)
    first, last = made[0].shown_number, made[-1].shown_number
    flash(f"Badges {first} à {last} préparés : imprimez-les maintenant.", "success")
    return redirect(url_for("badges.index", slug=slug), 303)


@blueprint.post("/planches.pdf")
@requires(Permission.FORUM_EDIT)
def sheets(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = PrintForm()
    content = form.attempt(lambda: badge_documents.print_sheets(ctx, forum.id, form.to_order()))
    if content is None:
        return _page(slug, printing=form)
    return _pdf(content, f"badges-{slug}.pdf")


@blueprint.get("/numero")
@requires(Permission.DOOR_MANAGE)
def find(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = FindForm(formdata=request.args)
    if form.validate():
        badge = badges.find(ctx, forum.id, form.number.data)
        if badge is not None:
            return redirect(url_for("badges.show", slug=slug, badge_id=badge.id))
        form.number.errors = [f"Aucun badge ne porte le numéro {form.number.data}."]
    return _page(slug, finding=form)


@blueprint.get("/<int:badge_id>")
@requires(Permission.DOOR_MANAGE)
def show(slug: str, badge_id: int) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    return render_template(
        "badges/show.html", forum=forum, badge=badges.read(ctx, forum.id, badge_id)
    )


@blueprint.get("/<int:badge_id>/badge.pdf")
@requires(Permission.ATTENDEES_READ)
def single(slug: str, badge_id: int) -> Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    badge = badges.read(ctx, forum.id, badge_id)
    return _pdf(
        badge_documents.print_one(ctx, forum.id, badge_id), f"badge-{badge.shown_number}.pdf"
    )


@blueprint.post("/<int:badge_id>/annuler")
@requires(Permission.DOOR_MANAGE)
def revoke(slug: str, badge_id: int) -> Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    badge = badges.revoke(ctx, badges.read(ctx, forum.id, badge_id).id, "annulé par un agent")
    flash(f"Le badge {badge.shown_number} est annulé : la porte le refusera.", "success")
    return redirect(_place_of(slug, badge), 303)


@blueprint.post("/<int:badge_id>/remplacer")
@requires(Permission.DOOR_MANAGE)
def reissue(slug: str, badge_id: int) -> Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    old = badges.read(ctx, forum.id, badge_id)
    number = old.shown_number
    badge = badges.reissue(ctx, old.id)
    flash(f"Le badge {badge.shown_number} remplace le {number}.", "success")
    return redirect(_place_of(slug, badge), 303)


def _place_of(slug: str, badge: Badge) -> str:
    """Where a badge is looked after: its holder's page, or its own."""
    if badge.attendee_id is None:
        return url_for("badges.show", slug=slug, badge_id=badge.id)
    return url_for("attendees.show", slug=slug, attendee_id=badge.attendee_id)


def _page(
    slug: str,
    *,
    blank: BlankForm | None = None,
    printing: PrintForm | None = None,
    finding: FindForm | None = None,
) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    return render_template(
        "badges/index.html",
        forum=forum,
        tally=badges.tally(ctx, forum.id),
        blank=blank or BlankForm(formdata=None),
        printing=printing or PrintForm(formdata=None),
        finding=finding or FindForm(formdata=None),
    )


def _pdf(content: bytes, name: str) -> Response:
    """A file that no cache keeps: it opens doors."""
    response = send_file(BytesIO(content), mimetype="application/pdf", download_name=name)
    response.headers["Cache-Control"] = "no-store, private"
    return response
