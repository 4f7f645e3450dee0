"""The directory: its list, and the page of one organisation."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.directory import sections
from zna_network.blueprints.directory.history import timeline_of
from zna_network.blueprints.directory_filters import DirectoryFilters
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.queries import journal
from zna_network.services import directory_search, organisations, territory
from zna_network.services.address_troubles import troubles_among
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission

blueprint = Blueprint("directory", __name__, url_prefix="/annuaire")
sections.install(blueprint)
HISTORY_SHOWN = 30


@blueprint.get("")
@requires(Permission.DIRECTORY_READ)
def index() -> str:
    ctx = context()
    places = territory.load(ctx)
    today = local_date(ctx.now)
    is_staff = ctx.may(Permission.DIRECTORY_EDIT)
    form = DirectoryFilters(request.args, places, is_staff=is_staff)
    found = directory_search.find(ctx, form.wanted(today), page_request(), places)
    return render_template(
        "directory/index.html",
        form=form,
        chips=form.chips(),
        found=found,
        listing=Listing(found.page),
        today=today,
        is_staff=is_staff,
        may_export=ctx.may(Permission.DIRECTORY_EXPORT),
    )


@blueprint.get("/organismes/<slug>")
@requires(Permission.DIRECTORY_READ)
def show(slug: str) -> str | Response:
    ctx = context()
    organisation = organisations.organisation_by_slug(ctx, slug)
    if organisation.merged_into is not None:
        return redirect(url_for("directory.show", slug=organisation.merged_into.slug), 301)
    is_staff = ctx.may(Permission.DIRECTORY_EDIT)
    events = journal.events_about("Organisation", organisation.id, HISTORY_SHOWN)
    return render_template(
        "directory/show.html",
        organisation=organisation,
        today=local_date(ctx.now),
        verified=ctx.session.scalar(
            journal.last_event("Organisation", organisation.id, "organisation.verified")
        ),
        lots=territory.lots_served(organisation.offers),
        territory_labels=territory.territory_labels,
        history=timeline_of(list(ctx.session.scalars(events))) if is_staff else [],
        is_staff=is_staff,
        may_add_contact=ctx.may(Permission.CONTACT_ADD),
        troubles=troubles_among(ctx, [contact.email for contact in organisation.contacts]),
    )
