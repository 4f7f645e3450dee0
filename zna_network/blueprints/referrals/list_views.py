"""The list of referrals, and the same as a file."""

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.referrals.act_pages import STATE_TONES
from zna_network.blueprints.referrals.filters import STUCK, TODO, ReferralFilters
from zna_network.blueprints.referrals.routes import blueprint
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.queries import referral_lists as queries
from zna_network.services import territory
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.referrals import export, listing
from zna_network.services.referrals.export import ListFormat
from zna_network.services.referrals.listing import Tallies

SORTS = [
    ("recent", "Date"),
    ("urgency", "Urgence"),
    ("moved", "Dernier mouvement"),
    ("receiver", "Organisme destinataire"),
    ("sender", "Qui oriente"),
    ("state", "État"),
    ("number", "Numéro"),
]


@blueprint.get("/orientations")
@requires(Permission.REFERRAL_READ)
def index() -> Response:
    ctx = context()
    filters = _filters(ctx)
    tallies = listing.tallies(ctx)
    asked = page_request("recent", descending=True)
    page = listing.read_list(ctx, filters.wanted(), asked, filters.q.data)
    response = make_response(
        render_template(
            "referrals/index.html",
            listing=Listing(page),
            form=filters,
            chips=filters.chips(),
            tabs=_tabs(filters, tallies),
            sorts=SORTS,
            exports=[(kind, filters.export_address(kind)) for kind in ("xlsx", "csv")],
            tones=STATE_TONES,
            names_people=not listing.mine(ctx).is_everybody,
        )
    )
    return _private(response)


@blueprint.get("/orientations/export.<kind>", endpoint="export")
@requires(Permission.REFERRAL_READ)
def export_list(kind: str) -> Response:
    if kind not in set(ListFormat):
        abort(404)
    ctx = context()
    filters = _filters(ctx)
    file = export.export_list(ctx, filters.wanted(), filters.q.data, ListFormat(kind))
    return download(file)


def _filters(ctx: Context) -> ReferralFilters:
    own = listing.mine(ctx)
    senders = [(n, name) for n, name in ctx.session.execute(queries.partners(own, senders=True))]
    receivers = [(n, name) for n, name in ctx.session.execute(queries.partners(own, senders=False))]
    return ReferralFilters(request.args, territory.load(ctx), senders, receivers)


def _tabs(filters: ReferralFilters, tallies: Tallies) -> list[tuple[str, str, bool, int | None]]:
    """The filters in force stay when one passes from tab to tab."""
    sent = filters.sent()
    offered = (
        ("", "Toutes", None),
        (TODO, "À traiter", tallies.to_treat),
        (STUCK, "En retard", tallies.late),
    )
    return [
        (label, filters.address(tab, **sent), filters.suivi == tab, count)
        for tab, label, count in offered
    ]


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store, private"
    return response
