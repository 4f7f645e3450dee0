"""Meetings: the list, one meeting, fixing and cancelling it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import word_download
from zna_network.blueprints.meetings.forms import CancelForm, MeetingFilter, MeetingForm
from zna_network.blueprints.meetings.pages import show_page, warn_of
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.queries import committees as committee_queries
from zna_network.queries import meetings as queries
from zna_network.queries.listing import paginate
from zna_network.queries.meetings import Period
from zna_network.services import agenda_documents, committee_access, meetings
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission

blueprint = Blueprint("meetings", __name__, url_prefix="/instances")


@blueprint.get("/reunions")
@requires(Permission.MEETING_READ)
def index() -> str:
    ctx = context()
    wanted = request.args.get("periode", "")
    period = Period(wanted) if wanted in list(Period) else Period.UPCOMING
    reach = committee_access.reach(ctx)
    order = committee_queries.COMMITTEE_SORTS["kind"]
    committees = ctx.session.scalars(committee_queries.readable(reach).order_by(*order)).all()
    committee_id = request.args.get("instance", type=int)
    page = paginate(
        ctx.session,
        queries.listed(reach, period, ctx.now, committee_id),
        page_request("date", descending=period is not Period.UPCOMING),
        queries.MEETING_SORTS,
    )
    return render_template(
        "meetings/index.html",
        listing=Listing(page),
        period=period,
        period_tabs=[
            (
                one.label,
                url_for("meetings.index", periode=one.value, instance=committee_id),
                one is period,
                None,
            )
            for one in Period
        ],
        chosen=next((c for c in committees if c.id == committee_id), None),
        form=MeetingFilter(committees, committee_id),
    )


@blueprint.get("/reunions/<int:meeting_id>")
@requires(Permission.MEETING_READ)
def show(meeting_id: int) -> str:
    meeting = committee_access.readable_meeting(context(), meeting_id, with_agenda=True)
    return render_template("meetings/show.html", **show_page(context(), meeting))


@blueprint.route("/<int:committee_id>/reunions/nouvelle", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def create(committee_id: int) -> str | Response:
    ctx = context()
    committee = committee_access.readable_committee(ctx, committee_id)
    committee_access.require_prepare(ctx, committee)
    form = MeetingForm()
    meeting = form.attempt(lambda: meetings.create_meeting(ctx, committee_id, form.to_data()))
    if meeting is None:
        return render_template(
            "meetings/edit.html", form=form, committee=committee, meeting=None, current=None
        )
    flash("Réunion créée. Préparez maintenant l’ordre du jour.", "success")
    warn_of(ctx, meeting)
    return redirect(url_for("meetings.show", meeting_id=meeting.id))


@blueprint.route("/reunions/<int:meeting_id>/modifier", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def edit(meeting_id: int) -> str | Response:
    ctx = context()
    meeting = committee_access.readable_meeting(ctx, meeting_id)
    committee_access.require_prepare(ctx, meeting.committee)
    if meeting.is_cancelled:
        raise ConflictError(meetings.CANCELLED)
    sequence = meeting.sequence
    form = MeetingForm.of(meeting)
    updated = form.attempt(
        lambda: meetings.update_meeting(ctx, meeting_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        return render_template(
            "meetings/edit.html",
            form=form,
            committee=meeting.committee,
            meeting=meeting,
            current=meeting if form.revision.renew(meeting.revision) else None,
            is_convened=meetings.is_convened(ctx, meeting),
        )
    told = updated.sequence > sequence and meetings.is_convened(ctx, updated)
    flash(
        "Réunion mise à jour : les invités en sont prévenus." if told else "Réunion mise à jour.",
        "success",
    )
    warn_of(ctx, updated)
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.route("/reunions/<int:meeting_id>/annuler", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def cancel(meeting_id: int) -> str | Response:
    ctx = context()
    meeting = committee_access.readable_meeting(ctx, meeting_id)
    committee_access.require_prepare(ctx, meeting.committee)
    form = CancelForm()
    cancelled = form.attempt(
        lambda: meetings.cancel_meeting(ctx, meeting_id, form.reason.data or "")
    )
    if cancelled is None:
        return render_template(
            "meetings/cancel.html",
            form=form,
            meeting=meeting,
            convened=ctx.session.scalar(queries.convened(meeting_id)) or 0,
        )
    flash("Réunion annulée.", "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@blueprint.get("/reunions/<int:meeting_id>/ordre-du-jour.docx")
@requires(Permission.MEETING_READ)
def agenda_document(meeting_id: int) -> Response:
    try:
        return word_download(agenda_documents.agenda_document(context(), meeting_id))
    except InvalidError as refusal:
        flash(refusal.message, "danger")
        return redirect(url_for("meetings.show", meeting_id=meeting_id))
