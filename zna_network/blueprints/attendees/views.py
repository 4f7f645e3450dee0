"""The visitors of a forum: the desk, the list, and one person's page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.attendees.forms import BlankBadgeForm, DeskForm, VisitorFilters
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.attendee import Need, VisitReason
from zna_network.services import (
    attendee_presence,
    attendees,
    forum_choice,
    registrations,
    seat_views,
    territory,
)
from zna_network.services.attendee_links import attendee_of, token_of
from zna_network.services.badges import ticket_of
from zna_network.services.languages import language_of
from zna_network.services.permissions import Permission

blueprint = Blueprint("attendees", __name__, url_prefix="/forums/<slug>/visiteurs")


@blueprint.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Names of people are on nearly every page here."""
    response.headers.setdefault("Cache-Control", "no-store, private")
    return response


@blueprint.get("")
@requires(Permission.ATTENDEES_READ)
def index(slug: str) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    filters = VisitorFilters(request.args, territory.load(ctx))
    page = attendees.read_list(ctx, forum, filters.search(), page_request("recent"))
    return render_template(
        "attendees/index.html",
        forum=forum,
        listing=Listing(page),
        entries=attendee_presence.entries(ctx, page.items),
        form=filters,
        chips=filters.chips(slug),
    )


@blueprint.route("/inscrire", methods=["GET", "POST"])
@requires(Permission.REGISTER_AT_DESK)
def create(slug: str) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = DeskForm(territory.load(ctx))
    made = form.attempt(
        lambda: registrations.register_at_desk(ctx, forum.id, form.to_data(), form.number.data)
    )
    if made is None:
        days = ctx.settings.forum_retention_days
        return render_template("attendees/create.html", forum=forum, form=form, days=days)
    return redirect(
        url_for("attendees.created", slug=slug, token=token_of(ctx.settings, made)), 303
    )


@blueprint.get("/inscrit/<token>")
@requires(Permission.REGISTER_AT_DESK)
def created(slug: str, token: str) -> str:
    """What to hand to somebody who has just been registered; the link is theirs."""
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    attendee = attendee_of(ctx, token)
    badge = attendee.badge
    return render_template(
        "attendees/created.html",
        forum=forum,
        attendee=attendee,
        badge=badge,
        code=ctx.ports.qr_codes.svg(ticket_of(ctx.settings, badge)) if badge else "",
        token=token,
    )


@blueprint.get("/<int:attendee_id>")
@requires(Permission.ATTENDEES_READ)
def show(slug: str, attendee_id: int) -> str:
    return _person(slug, attendee_id, BlankBadgeForm(formdata=None))


@blueprint.post("/<int:attendee_id>/badge-vierge")
@requires(Permission.ATTENDEES_READ)
def attach(slug: str, attendee_id: int) -> str | Response:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    form = BlankBadgeForm()
    given = form.attempt(
        lambda: attendees.attach_blank(ctx, forum.id, attendee_id, form.number.data)
    )
    if given is None:
        return _person(slug, attendee_id, form)
    flash("Le badge vierge est maintenant le sien ; l’ancien n’ouvre plus.", "success")
    return redirect(url_for("attendees.show", slug=slug, attendee_id=attendee_id), 303)


@blueprint.post("/<int:attendee_id>/annuler")
@requires(Permission.ATTENDEES_READ)
def cancel(slug: str, attendee_id: int) -> Response:
    ctx = context()
    attendees.cancel(ctx, forum_choice.by_slug(ctx, slug).id, attendee_id)
    flash("Inscription annulée. Ses places aux ateliers sont libérées.", "success")
    return redirect(url_for("attendees.show", slug=slug, attendee_id=attendee_id), 303)


@blueprint.post("/<int:attendee_id>/effacer")
@requires(Permission.ATTENDEES_READ)
def erase(slug: str, attendee_id: int) -> Response:
    ctx = context()
    attendees.erase(ctx, forum_choice.by_slug(ctx, slug).id, attendee_id)
    flash("Les informations personnelles sont effacées ; les chiffres restent.", "success")
    return redirect(url_for("attendees.show", slug=slug, attendee_id=attendee_id), 303)


def _person(slug: str, attendee_id: int, form: BlankBadgeForm) -> str:
    ctx = context()
    forum = forum_choice.by_slug(ctx, slug)
    attendee = attendees.read_one(ctx, forum, attendee_id)
    return render_template(
        "attendees/show.html",
        forum=forum,
        attendee=attendee,
        form=form,
        spoken=language_of(attendee.language),
        token=token_of(ctx.settings, attendee),
        reasons=[one.label for one in VisitReason if one.value in attendee.reasons],
        needs=[one.label for one in Need if one.value in attendee.needs],
        held=seat_views.seats_of(ctx, attendee.id),
        entry=attendee_presence.entries(ctx, [attendee]).get(attendee.id),
        passages=attendee_presence.passages(ctx, attendee),
    )
