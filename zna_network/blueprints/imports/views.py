"""Bringing a file into the directory: choose it, look at what it does, apply it."""

from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.imports.forms import ApplyForm, UploadForm, choices_sent
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.directory_work import ImportBatch, LineStatus
from zna_network.queries import imports as queries
from zna_network.queries.listing import paginate
from zna_network.services.directory_export import model_files
from zna_network.services.directory_import import batches
from zna_network.services.directory_import.headings import COLUMNS
from zna_network.services.directory_import.table import SourceFormat
from zna_network.services.permissions import Permission

blueprint = Blueprint("imports", __name__, url_prefix="/annuaire/import")
RECENT = 10
TO_DECIDE = "decider"
_BATCH = "/<int(max=2147483647):batch_id>"
# The values of ?statut=, in French as the rest of the address.
STATUSES = {
    "creees": LineStatus.CREATED,
    "modifiees": LineStatus.CHANGED,
    "inchangees": LineStatus.UNCHANGED,
    "rejetees": LineStatus.REJECTED,
}
NAMED = {*STATUSES, TO_DECIDE}
# Label, address, whether it is the current one, count: as components/tabs.html takes them.
Tab = tuple[str, str, bool, int]


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_IMPORT)
def index() -> str | Response | tuple[str, int]:
    ctx = context()
    form = UploadForm()
    batch = form.attempt(lambda: batches.prepare(ctx, *form.content()))
    if batch is not None:
        return redirect(url_for("imports.show", batch_id=batch.id))
    page = render_template(
        "imports/index.html",
        form=form,
        columns=COLUMNS,
        recent=ctx.session.scalars(queries.recent_batches(RECENT)).all(),
        limit_mb=ctx.settings.upload_limit_mb,
    )
    return (page, 422) if form.errors else page


@blueprint.get("/modele.<extension>")
@requires(Permission.DIRECTORY_IMPORT)
def model(extension: str) -> Response:
    made = model_files.model_file(context(), extension)
    if made is None:
        abort(404)
    return send_file(
        BytesIO(made.content),
        mimetype=made.media_type,
        as_attachment=True,
        download_name=made.filename,
    )


@blueprint.get(_BATCH)
@requires(Permission.DIRECTORY_IMPORT)
def show(batch_id: int) -> str:
    batch = batches.batch_by_id(context(), batch_id)
    return _page(batch, ApplyForm(formdata=None))


@blueprint.post(f"{_BATCH}/choix")
@requires(Permission.DIRECTORY_IMPORT)
def choose(batch_id: int) -> Response:
    batches.choose(context(), batch_id, choices_sent(request.form))
    flash("Choix enregistrés : l’aperçu en tient compte.", "success")
    kept = _kept()
    return redirect(
        url_for("imports.show", batch_id=batch_id, statut=kept.get("statut"), page=kept.get("page"))
    )


@blueprint.post(f"{_BATCH}/appliquer")
@requires(Permission.DIRECTORY_IMPORT)
def apply(batch_id: int) -> Response | tuple[str, int]:
    ctx = context()
    form = ApplyForm()
    applied = form.attempt(
        lambda: batches.apply_batch(
            ctx, batch_id, form.seen.data or "", leave_rejected=bool(form.leave_rejected.data)
        )
    )
    if applied is None:
        return _page(batches.batch_by_id(ctx, batch_id), form), 422
    flash("Import terminé.", "success")
    return redirect(url_for("imports.show", batch_id=batch_id))


@blueprint.post(f"{_BATCH}/abandonner")
@requires(Permission.DIRECTORY_IMPORT)
def drop(batch_id: int) -> Response:
    batches.drop_batch(context(), batch_id)
    flash("Import abandonné : l’annuaire n’a pas changé.", "info")
    return redirect(url_for("imports.index"))


def _kept() -> dict[str, str]:
    """The tab and the page that the agent was on."""
    return {key: request.args[key] for key in ("statut", "page") if key in request.args}


def _page(batch: ImportBatch, form: ApplyForm) -> str:
    ctx = context()
    wanted = request.args.get("statut", "")
    lines = queries.lines_shown(batch.id, STATUSES.get(wanted), to_decide=wanted == TO_DECIDE)
    to_decide = ctx.session.scalar(queries.count_to_decide(batch.id)) or 0
    return render_template(
        "imports/show.html",
        batch=batch,
        form=form.show(batch),
        listing=Listing(paginate(ctx.session, lines, page_request(), queries.LINE_SORTS)),
        counts=[
            (status, batch.summary.get(status, 0), _address(batch, key))
            for key, status in STATUSES.items()
        ],
        tabs=_tabs(batch, wanted, to_decide),
        to_decide=to_decide,
        source=SourceFormat(batch.source_format),
        kept=_kept(),
    )


def _tabs(batch: ImportBatch, wanted: str, to_decide: int) -> list[Tab]:
    """All the lines, those to decide upon while there are some, then a tab for each effect."""
    counts = {key: batch.summary.get(status, 0) for key, status in STATUSES.items()}
    tabs: list[Tab] = [("Toutes", _address(batch), wanted not in NAMED, sum(counts.values()))]
    if batch.applied_at is None and (to_decide or wanted == TO_DECIDE):
        tabs.append(("À décider", _address(batch, TO_DECIDE), wanted == TO_DECIDE, to_decide))
    return tabs + [
        (status.plural, _address(batch, key), wanted == key, counts[key])
        for key, status in STATUSES.items()
    ]


def _address(batch: ImportBatch, tab: str | None = None) -> str:
    return url_for("imports.show", batch_id=batch.id, statut=tab)
