"""The coverage of the territory: its map, its tables, its file."""

from flask import render_template, request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.blueprints.van.routes import blueprint
from zna_network.queries.listing import Page
from zna_network.services.errors import NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.van import coverage as coverages
from zna_network.services.van import coverage_map
from zna_network.services.van.coverage_export import CoverageFormat, export_coverage
from zna_network.services.van.coverage_map import Layer
from zna_network.services.van.coverage_values import PlaceLine
from zna_network.services.van.territory_shapes import CREDIT

TABLE = "tableau"
SORTS = [
    ("priorite", "À visiter d’abord"),
    ("nom", "Commune"),
    ("population", "Habitants"),
    ("dernier", "Dernier passage"),
    ("prochain", "Prochain passage"),
    ("etapes", "Étapes faites"),
    ("personnes", "Personnes rencontrées"),
]


class TableListing(Listing[PlaceLine]):
    """Sorting comes back to the table, below the map."""

    def url_for_sort(self, key: str) -> str:
        return f"{super().url_for_sort(key)}#{TABLE}"


@blueprint.get("/cua-mobile/couverture")
@requires(Permission.VAN_READ)
def coverage() -> str:
    found = coverages.coverage(context(), request.args.get("periode", ""))
    asked = page_request()
    sort, lines = coverages.ordered(found.communes, asked.sort, descending=asked.descending)
    return render_template(
        "van/coverage.html",
        coverage=found,
        map=coverage_map.draw(found, _layer()),
        layers=Layer,
        legend=coverage_map.count_by_state(found),
        listing=TableListing(Page(lines, len(lines), 1, len(lines), sort, asked.descending)),
        sorts=SORTS,
        credit=CREDIT,
    )


def _layer() -> Layer:
    wanted = request.args.get("carte", "")
    return Layer(wanted) if wanted in set(Layer) else Layer.VISITS


@blueprint.get("/cua-mobile/couverture.<extension>")
@requires(Permission.VAN_READ)
def coverage_file(extension: str) -> Response:
    if extension not in set(CoverageFormat):
        raise NotFoundError("Ce format n’existe pas.")
    period = request.args.get("periode", "")
    return download(export_coverage(context(), period, CoverageFormat(extension)))
