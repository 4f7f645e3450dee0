"""The addresses that mail servers gave back."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.mailbox.routes import blueprint
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.queries import address_troubles as trouble_queries
from zna_network.queries import mailbox as queries
from zna_network.queries.listing import paginate
from zna_network.services import address_troubles
from zna_network.services.permissions import Permission

TROUBLES = "/messages/adresses"


@blueprint.get(TROUBLES)
@requires(Permission.MAILBOX_READ)
def troubles() -> str:
    ctx = context()
    page = paginate(
        ctx.session,
        trouble_queries.troubles(address_troubles.since(ctx)),
        page_request("date", descending=True),
        trouble_queries.TROUBLE_SORTS,
    )
    emails = [trouble.email for trouble in page.items]
    return render_template(
        "mailbox/troubles.html",
        listing=Listing(page),
        contacts=address_troubles.contacts_at(ctx, emails),
        held=ctx.session.scalar(queries.held_count()) or 0,
    )


@blueprint.post(f"{TROUBLES}/<int:trouble_id>/regler")
@requires(Permission.MAILBOX_READ)
def settle_trouble(trouble_id: int) -> Response:
    trouble = address_troubles.settle(context(), trouble_id)
    flash(f"{trouble.email} n’est plus signalée.", "success")
    return redirect(url_for("mailbox.troubles"))
