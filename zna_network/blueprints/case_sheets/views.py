"""The situations of a meeting: choose the stuck referrals, prepare, print, write the decisions."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.case_sheets.forms import BringForm, SheetForm
from zna_network.blueprints.downloads import word_download
from zna_network.blueprints.support import context
from zna_network.queries import case_sheets as queries
from zna_network.services import case_sheet_documents, case_sheets
from zna_network.services.errors import NotFoundError
from zna_network.services.permissions import Permission

blueprint = Blueprint(
    "case_sheets", __name__, url_prefix="/instances/reunions/<int:meeting_id>/situations"
)


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.CASE_SHEET_EDIT)
def index(meeting_id: int) -> str | Response:
    ctx = context()
    meeting = case_sheets.prepared_meeting(ctx, meeting_id)
    form = BringForm()
    form.offer(case_sheets.candidates(ctx, meeting))
    made = form.attempt(lambda: case_sheets.bring(ctx, meeting_id, form.referrals.data or []))
    if made is not None:
        plural = "situations mises" if len(made) > 1 else "situation mise"
        flash(f"{len(made)} {plural} à l’ordre du jour.", "success")
        return redirect(url_for("case_sheets.index", meeting_id=meeting_id))
    meeting = case_sheets.prepared_meeting(ctx, meeting_id)
    sheets = case_sheets.read_sheets(ctx, meeting)
    candidates = case_sheets.candidates(ctx, meeting)
    return render_template(
        "case_sheets/index.html",
        meeting=meeting,
        sheets=[(sheet, case_sheet_documents.facts_of(sheet.referral)) for sheet in sheets],
        candidates=[(one, case_sheet_documents.facts_of(one)) for one in candidates],
        chosen=set(form.referrals.data or []),
        form=form,
        silent_days=ctx.settings.referral_escalation_days,
    )


@blueprint.route("/<int:sheet_id>", methods=["GET", "POST"])
@requires(Permission.CASE_SHEET_EDIT)
def edit(meeting_id: int, sheet_id: int) -> str | Response:
    ctx = context()
    meeting = case_sheets.prepared_meeting(ctx, meeting_id)
    sheet = ctx.session.scalar(queries.by_id(meeting_id, sheet_id))
    if sheet is None:
        raise NotFoundError(case_sheets.GONE)
    form = SheetForm(obj=sheet)
    saved = form.attempt(
        lambda: case_sheets.update_sheet(
            ctx, meeting_id, sheet_id, form.to_data(), form.revision.seen
        )
    )
    if saved is None:
        return render_template(
            "case_sheets/edit.html",
            meeting=meeting,
            sheet=sheet,
            facts=case_sheet_documents.facts_of(sheet.referral),
            form=form,
            stale=form.revision.renew(sheet.revision),
        )
    flash("Fiche enregistrée.", "success")
    return redirect(url_for("case_sheets.index", meeting_id=meeting_id))


@blueprint.post("/<int:sheet_id>/retirer")
@requires(Permission.CASE_SHEET_EDIT)
def remove(meeting_id: int, sheet_id: int) -> Response:
    case_sheets.remove(context(), meeting_id, sheet_id)
    flash("Situation retirée de l’ordre du jour.", "success")
    return redirect(url_for("case_sheets.index", meeting_id=meeting_id))


@blueprint.get("/fiches.docx")
@requires(Permission.CASE_SHEET_EDIT)
def document(meeting_id: int) -> Response:
    return word_download(case_sheet_documents.sheets_document(context(), meeting_id))


@blueprint.get("/vierges.docx")
@requires(Permission.CASE_SHEET_EDIT)
def blank(meeting_id: int) -> Response:
    count = request.args.get("nombre", 1, type=int)
    return word_download(case_sheet_documents.blank_document(context(), meeting_id, count))
