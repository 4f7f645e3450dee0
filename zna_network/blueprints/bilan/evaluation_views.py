"""The export to the DGCS: what would leave, the file, the log, and its columns."""

from contextlib import closing
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.bilan.forms import MappingForm, PeriodForm
from zna_network.blueprints.bilan.routes import blueprint
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.case_sheet import EvaluationExport
from zna_network.queries import evaluation as queries
from zna_network.queries.listing import paginate
from zna_network.services.csv_files import CSV_MEDIA_TYPE
from zna_network.services.errors import NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.referrals import evaluation_mapping as mappings
from zna_network.services.referrals.evaluation_export import (
    FILES_SHOWN,
    EvaluationFormat,
    dry_run,
    export_evaluation,
)
from zna_network.services.referrals.evaluation_fields import CONSTANT, FIELDS

_SORTS = {"made": (EvaluationExport.made_at, EvaluationExport.id)}


@blueprint.get("/dgcs")
@requires(Permission.EVALUATION_EXPORT)
def evaluation() -> str:
    """A dry run: nothing leaves."""
    ctx = context()
    form = PeriodForm.asked()
    found = dry_run(ctx, form.period())
    log = paginate(ctx.session, queries.exports(), page_request("made", descending=True), _SORTS)
    return render_template(
        "bilan/evaluation.html",
        form=form,
        period=form.in_address,
        found=found,
        log=Listing(log),
        files_shown=FILES_SHOWN,
    )


@blueprint.post("/dgcs/export/<extension>")
@requires(Permission.EVALUATION_EXPORT)
def export_for_evaluation(extension: str) -> Response:
    if extension not in set(EvaluationFormat):
        raise NotFoundError("Ce format n’existe pas.")
    made = export_evaluation(context(), EvaluationFormat(extension), PeriodForm.asked().period())
    return _download(made.content, made.media_type, made.filename)


@blueprint.get("/dgcs/colonnes")
@requires(Permission.EVALUATION_EXPORT)
def mapping() -> str:
    current = mappings.in_use(context())
    form = MappingForm(formdata=None)
    form.content.data = current.text
    form.seen.data = current.saved.id if current.saved else 0
    return _mapping_page(form)


@blueprint.post("/dgcs/colonnes")
@requires(Permission.EVALUATION_EXPORT)
def save_mapping() -> str | Response | tuple[str, int]:
    ctx = context()
    form = MappingForm()
    content = _read(form.file.data) or (form.content.data or "").encode()
    saved = form.attempt(lambda: mappings.save(ctx, content, form.seen.seen))
    if saved is None:
        current = mappings.in_use(ctx)
        form.seen.renew(current.saved.id if current.saved else 0)
        return _mapping_page(form), 422
    flash(f"La version « {saved.version} » sert maintenant aux exports.", "success")
    return redirect(url_for("bilan.mapping"))


@blueprint.post("/dgcs/colonnes/origine")
@requires(Permission.EVALUATION_EXPORT)
def default_mapping() -> Response:
    mappings.use_default(context())
    flash("La table d’origine sert de nouveau.", "success")
    return redirect(url_for("bilan.mapping"))


@blueprint.post("/dgcs/colonnes/<int:mapping_id>/reprendre")
@requires(Permission.EVALUATION_EXPORT)
def restore_mapping(mapping_id: int) -> Response:
    saved = mappings.restore(context(), mapping_id)
    flash(f"La version « {saved.version} » sert de nouveau.", "success")
    return redirect(url_for("bilan.mapping"))


@blueprint.get("/dgcs/colonnes.csv")
@requires(Permission.EVALUATION_EXPORT)
def mapping_file() -> Response:
    """The table in use, or the one whose id is asked; ours for 0."""
    ctx = context()
    wanted = request.args.get("table", type=int)
    if wanted is None:
        current = mappings.in_use(ctx)
        version, text = current.version, current.text
    elif wanted == 0:
        version, text = mappings.default().version, mappings.default().text
    else:
        saved = mappings.found(ctx, wanted)
        version, text = saved.version, saved.content
    name = "".join(c if c.isalnum() or c in "-._" else "-" for c in version)
    return _download(text.encode("utf-8-sig"), CSV_MEDIA_TYPE, f"colonnes-dgcs-{name}.csv")


def _mapping_page(form: MappingForm) -> str:
    ctx = context()
    return render_template(
        "bilan/mapping.html",
        form=form,
        current=mappings.in_use(ctx),
        earlier=[m for m in ctx.session.scalars(queries.mappings()) if m.retired_at],
        fields=FIELDS,
        constant=CONSTANT,
    )


def _read(sent: FileStorage | None) -> bytes:
    if sent is None:
        return b""
    with closing(sent):
        content: bytes = sent.read()
    return content


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
