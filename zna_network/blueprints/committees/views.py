"""Committees: the list, one committee, and what staff change in it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.committees.forms import CommitteeForm, DecisionForm
from zna_network.blueprints.committees.pages import history_events, show_page
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.committee import MembershipState
from zna_network.queries import committees as queries
from zna_network.queries import memberships as membership_queries
from zna_network.queries.listing import paginate
from zna_network.services import committee_access, committees, memberships
from zna_network.services.committee_overviews import overviews
from zna_network.services.errors import ForbiddenError
from zna_network.services.permissions import Permission

blueprint = Blueprint("committees", __name__, url_prefix="/instances")


@blueprint.get("")
@requires(Permission.COMMITTEE_READ)
def index() -> str:
    ctx = context()
    archived = request.args.get("archives") == "1"
    reach = committee_access.reach(ctx)
    page = paginate(
        ctx.session,
        queries.readable(reach, archived=archived),
        page_request(),
        queries.COMMITTEE_SORTS,
    )
    return render_template(
        "committees/index.html",
        listing=Listing(page),
        overviews=overviews(ctx, page.items),
        archived=archived,
        archived_count=ctx.session.scalar(queries.count_archived(reach)),
        may_edit=ctx.may(Permission.COMMITTEE_EDIT),
    )


@blueprint.get("/<int:committee_id>")
@requires(Permission.COMMITTEE_READ)
def show(committee_id: int) -> str:
    committee = committee_access.readable_committee(context(), committee_id)
    return render_template(
        "committees/show.html", form=DecisionForm(), **show_page(context(), committee)
    )


@blueprint.post("/<int:committee_id>/decisions")
@requires(Permission.MEMBER_DECIDE)
def decide(committee_id: int) -> str | Response:
    form = DecisionForm()
    decision = MembershipState.SET_ASIDE
    if request.form.get("decision") == MembershipState.VALIDATED.value:
        decision = MembershipState.VALIDATED
    chosen = form.attempt(
        lambda: memberships.decide(
            context(), committee_id, form.members.data or [], decision, form.reason.data or ""
        )
    )
    if chosen is None:
        committee = committee_access.readable_committee(context(), committee_id)
        return render_template("committees/show.html", form=form, **show_page(context(), committee))
    done = "validée" if decision is MembershipState.VALIDATED else "écartée"
    several = len(chosen) > 1
    flash(f"{len(chosen)} propositions {done}s." if several else f"Proposition {done}.", "success")
    return redirect(url_for("committees.show", committee_id=committee_id))


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_EDIT)
def create() -> str | Response:
    form = CommitteeForm()
    committee = form.attempt(lambda: committees.create_committee(context(), form.to_data()))
    if committee is None:
        return render_template("committees/edit.html", form=form, committee=None, current=None)
    flash("Instance créée. Composez-la maintenant.", "success")
    return redirect(url_for("committees.show", committee_id=committee.id))


@blueprint.route("/<int:committee_id>/modifier", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_EDIT)
def edit(committee_id: int) -> str | Response:
    committee = committee_access.readable_committee(context(), committee_id)
    leader = committee.led_by
    form = CommitteeForm(
        kind=committee.kind.value,
        name=committee.name,
        description=committee.description,
        revision=committee.revision,
        led_by=leader.name if leader else "",
        led_by_id=str(leader.id) if leader else "",
    )
    updated = form.attempt(
        lambda: committees.update_committee(
            context(), committee_id, form.to_data(), form.revision.seen
        )
    )
    if updated is None:
        current = committee if form.revision.renew(committee.revision) else None
        return render_template(
            "committees/edit.html", form=form, committee=committee, current=current
        )
    flash("Instance mise à jour.", "success")
    return redirect(url_for("committees.show", committee_id=committee_id))


@blueprint.post("/<int:committee_id>/archiver")
@requires(Permission.COMMITTEE_EDIT)
def archive(committee_id: int) -> Response:
    committees.archive_committee(context(), committee_id)
    flash("Instance archivée. Elle reste consultable.", "success")
    return redirect(url_for("committees.show", committee_id=committee_id))


@blueprint.post("/<int:committee_id>/rouvrir")
@requires(Permission.COMMITTEE_EDIT)
def restore(committee_id: int) -> Response:
    committees.restore_committee(context(), committee_id)
    flash("Instance rouverte.", "success")
    return redirect(url_for("committees.show", committee_id=committee_id))


@blueprint.get("/<int:committee_id>/historique")
@requires(Permission.MEMBER_PROPOSE)
def history(committee_id: int) -> str:
    ctx = context()
    committee = committee_access.readable_committee(ctx, committee_id)
    if not committee_access.may_propose(ctx, committee):
        raise ForbiddenError
    page = paginate(
        ctx.session,
        membership_queries.events_of_committee(committee_id),
        page_request("date", descending=True),
        membership_queries.EVENT_SORTS,
    )
    return render_template(
        "committees/history.html",
        committee=committee,
        listing=Listing(page),
        events=history_events(page.items),
    )
