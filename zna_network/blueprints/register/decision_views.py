"""The register of decisions: the list, and its file."""

from flask import render_template
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.register.filters import RegisterFilter
from zna_network.blueprints.register.routes import blueprint
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.queries import decision_register as queries
from zna_network.services import decision_register
from zna_network.services.committee_access import reach
from zna_network.services.decision_register import RegisterFormat
from zna_network.services.errors import NotFoundError
from zna_network.services.permissions import Permission


@blueprint.get("/instances/decisions")
@requires(Permission.COMMITTEE_READ)
def index() -> str:
    ctx = context()
    mine = reach(ctx)
    form = RegisterFilter(
        ctx.session.scalars(queries.committees(mine)).all(),
        ctx.session.scalars(queries.owners(mine)).all(),
    )
    request = page_request("date", descending=True)
    page = decision_register.read(ctx, form.wanted, request, form.words)
    return render_template("register/index.html", listing=Listing(page), form=form)


@blueprint.get("/instances/decisions.<extension>")
@requires(Permission.COMMITTEE_READ)
def decisions_file(extension: str) -> Response:
    if extension not in set(RegisterFormat):
        raise NotFoundError("Ce format n’existe pas.")
    form = RegisterFilter()
    kind = RegisterFormat(extension)
    return download(decision_register.export(context(), form.wanted, form.words, kind))
