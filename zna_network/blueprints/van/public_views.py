"""« Où est CUA Mobile ? »: for anybody, without an account or a script, in their language."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.languages import translated_page
from zna_network.blueprints.support import context
from zna_network.blueprints.van.routes import blueprint
from zna_network.services.french_time import local_date
from zna_network.services.van import territory_shapes
from zna_network.services.van import whereabouts as places

for _page in ("whereabouts", "whereabouts_calendar", "stop_calendar"):
    translated_page(f"{blueprint.name}.{_page}")


@blueprint.get(places.PATH)
@public
def whereabouts() -> str:
    ctx = context()
    found = places.whereabouts(ctx, request.args.get("commune", ""))
    return render_template(
        "van/whereabouts.html",
        found=found,
        page_url=places.page_of(ctx, found.commune.insee if found.commune else ""),
        shapes=territory_shapes.shapes(),
        today=local_date(ctx.now),
    )


@blueprint.get(f"{places.PATH}.ics")
@public
def whereabouts_calendar() -> Response:
    content = places.calendar_file(context(), request.args.get("commune", "")[:5])
    return _calendar(content, "cua-mobile")


@blueprint.get(f"{places.PATH}/<int:stop_id>.ics")
@public
def stop_calendar(stop_id: int) -> Response:
    return _calendar(places.stop_file(context(), stop_id), f"cua-mobile-{stop_id}")


def _calendar(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
