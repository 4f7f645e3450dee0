"""The directory, or the list being looked at, as a file."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.directory_filters import DirectoryFilters
from zna_network.blueprints.downloads import download
from zna_network.blueprints.exports.forms import ExportForm
from zna_network.blueprints.support import context
from zna_network.queries import exports as queries
from zna_network.services import territory
from zna_network.services.directory_export.exporting import (
    ExportData,
    ExportFormat,
    export_directory,
    warnings_of,
)
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission

blueprint = Blueprint("exports", __name__, url_prefix="/annuaire/export")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EXPORT)
def index() -> str | Response | tuple[str, int]:
    """A POST, since it is written down in the journal."""
    ctx = context()
    form = ExportForm()
    may_have_contacts = ctx.may(Permission.CONTACTS_EXPORT)
    if not may_have_contacts:
        del form.with_contacts
    filters = _filters()
    wanted = filters.wanted(local_date(ctx.now))
    made = form.attempt(
        lambda: export_directory(
            ctx,
            ExportData(
                format=ExportFormat(form.format.data),
                wanted=wanted,
                with_contacts=may_have_contacts and bool(form.with_contacts.data),
            ),
        )
    )
    if made is not None:
        return download(made)
    page = render_template(
        "exports/index.html",
        form=form,
        chips=filters.chips(),
        count=ctx.session.scalar(queries.count(wanted)) or 0,
        formats=list(ExportFormat),
        kept=filters.sent(),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/controle")
@requires(Permission.DIRECTORY_EXPORT)
def check() -> str:
    """What data·inclusion has no room for, or refuses."""
    ctx = context()
    filters = _filters()
    wanted = filters.wanted(local_date(ctx.now))
    return render_template(
        "exports/check.html",
        warnings=warnings_of(ctx, ExportData(ExportFormat.DATA_INCLUSION, wanted)),
        kept=filters.sent(),
    )


def _filters() -> DirectoryFilters:
    """The filters of the list that one came from, as its address has them."""
    ctx = context()
    return DirectoryFilters(
        request.args, territory.load(ctx), is_staff=ctx.may(Permission.DIRECTORY_EDIT)
    )
