"""Attendance by organisation: the page, and its file."""

from flask import render_template
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.register.filters import PeriodFilter
from zna_network.blueprints.register.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.minutes import Presence
from zna_network.queries import attendance_figures as queries
from zna_network.services import attendance_figures, attendance_figures_export
from zna_network.services.attendance_figures_export import FiguresFormat
from zna_network.services.errors import NotFoundError
from zna_network.services.permissions import Permission


@blueprint.get("/instances/assiduite")
@requires(Permission.INSTANCES_FIGURES)
def figures() -> str:
    ctx = context()
    form = PeriodFilter(ctx.session.scalars(queries.committees()).all())
    found = attendance_figures.read(ctx, form.committee_id, form.span)
    return render_template("register/figures.html", figures=found, form=form, presences=Presence)


@blueprint.get("/instances/assiduite.<extension>")
@requires(Permission.INSTANCES_FIGURES)
def figures_file(extension: str) -> Response:
    if extension not in set(FiguresFormat):
        raise NotFoundError("Ce format n’existe pas.")
    form, kind = PeriodFilter(), FiguresFormat(extension)
    file = attendance_figures_export.export(context(), form.committee_id, form.span, kind)
    return download(file)
