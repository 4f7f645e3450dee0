"""Proposing members, and one member's own page."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.committees.forms import (
    NewContactForm,
    ProposeForm,
    ReasonForm,
    SeatForm,
)
from zna_network.blueprints.committees.pages import member_events
from zna_network.blueprints.committees.views import blueprint
from zna_network.blueprints.support import Form, context
from zna_network.models.committee import Committee, Membership, Seat
from zna_network.queries import memberships as queries
from zna_network.services import committee_access, memberships
from zna_network.services.contact_choice import resolve_contact
from zna_network.services.errors import ForbiddenError, NotFoundError
from zna_network.services.organisations import resolve
from zna_network.services.permissions import Permission

# The application registers the blueprint from here, once all of its routes are known.
__all__ = ["blueprint"]


@blueprint.route("/<int:committee_id>/proposer", methods=["GET", "POST"])
@requires(Permission.MEMBER_PROPOSE)
def propose(committee_id: int) -> str | Response:
    committee = _composed(committee_id)
    form = ProposeForm()
    membership = form.attempt(lambda: _propose_existing(committee_id, form))
    if membership is None:
        return _proposal_page("committees/propose.html", committee, form)
    return _proposed(membership)


@blueprint.route("/<int:committee_id>/proposer/nouveau-contact", methods=["GET", "POST"])
@requires(Permission.MEMBER_PROPOSE)
def propose_new(committee_id: int) -> str | Response:
    committee = _composed(committee_id)
    form = NewContactForm()
    membership = form.attempt(lambda: _propose_new(committee_id, form))
    if membership is None:
        return _proposal_page("committees/propose_new.html", committee, form)
    return _proposed(membership)


@blueprint.get("/<int:committee_id>/membres/<int:membership_id>")
@requires(Permission.MEMBER_PROPOSE)
def member(committee_id: int, membership_id: int) -> str:
    form = ReasonForm()
    return _member_page(_member(committee_id, membership_id), form)


@blueprint.post("/<int:committee_id>/membres/<int:membership_id>/sortie")
@requires(Permission.MEMBER_PROPOSE)
def leave(committee_id: int, membership_id: int) -> str | Response:
    form = ReasonForm()
    left = form.attempt(
        lambda: memberships.leave(context(), committee_id, membership_id, form.reason.data or "")
    )
    if left is None:
        return _member_page(_member(committee_id, membership_id), form)
    flash(
        f"{left.contact.full_name} ne fait plus partie de l’instance. Une convocation déjà "
        "envoyée se retire depuis la réunion.",
        "success",
    )
    return redirect(url_for("committees.show", committee_id=committee_id))


@blueprint.post("/<int:committee_id>/membres/<int:membership_id>/remettre")
@requires(Permission.MEMBER_DECIDE)
def put_back(committee_id: int, membership_id: int) -> str | Response:
    form = ReasonForm()
    back = form.attempt(
        lambda: memberships.put_back(context(), committee_id, membership_id, form.reason.data or "")
    )
    if back is None:
        return _member_page(_member(committee_id, membership_id), form)
    flash(f"La proposition de {back.contact.full_name} est de nouveau à examiner.", "success")
    return redirect(url_for("committees.show", committee_id=committee_id))


@blueprint.post("/<int:committee_id>/membres/<int:membership_id>/siege")
@requires(Permission.MEMBER_DECIDE)
def change_seat(committee_id: int, membership_id: int) -> str | Response:
    seat_form = SeatForm()
    changed = seat_form.attempt(
        lambda: memberships.change_seat(
            context(), committee_id, membership_id, Seat(seat_form.seat.data)
        )
    )
    if changed is None:
        return _member_page(_member(committee_id, membership_id), ReasonForm(), seat_form)
    flash("Siège enregistré.", "success")
    return redirect(
        url_for("committees.member", committee_id=committee_id, membership_id=membership_id)
    )


def _composed(committee_id: int) -> Committee:
    """The committee, for those who may propose members in it."""
    committee = committee_access.readable_committee(context(), committee_id)
    if not committee_access.may_propose(context(), committee):
        raise ForbiddenError
    return committee


def _propose_existing(committee_id: int, form: ProposeForm) -> Membership:
    ctx = context()
    contact_id = resolve_contact(
        ctx, form.contact_id.data or "", form.contact.data, field="contact"
    )
    return memberships.propose_member(ctx, committee_id, contact_id, _proposal(form))


def _propose_new(committee_id: int, form: NewContactForm) -> Membership:
    ctx = context()
    organisation = resolve(
        ctx, form.organisation_id.data or "", form.organisation.data, field="organisation"
    )
    return memberships.propose_new_contact(
        ctx, committee_id, organisation.id, form.to_data(), _proposal(form)
    )


def _proposal(form: ProposeForm | NewContactForm) -> memberships.Proposal:
    return form.to_proposal(may_decide=context().may(Permission.MEMBER_DECIDE))


def _proposal_page(template: str, committee: Committee, form: Form) -> str:
    may_decide = context().may(Permission.MEMBER_DECIDE)
    return render_template(template, form=form, committee=committee, may_decide=may_decide)


def _proposed(membership: Membership) -> Response:
    """Back to the committee, or to the same page for the next person."""
    name = membership.contact.full_name
    validated = membership.state.label.lower()
    flash(f"{name} : {validated}.", "success")
    again = request.form.get("suite") == "encore"
    target = request.endpoint or "" if again else "committees.show"
    return redirect(url_for(target, committee_id=membership.committee_id))


def _member(committee_id: int, membership_id: int) -> Membership:
    committee = _composed(committee_id)
    membership = context().session.scalar(queries.by_id(committee.id, membership_id))
    if membership is None:
        raise NotFoundError("Ce membre n’existe pas dans cette instance.")
    return membership


def _member_page(
    membership: Membership, form: ReasonForm, seat_form: SeatForm | None = None
) -> str:
    return render_template(
        "committees/member.html",
        membership=membership,
        committee=membership.committee,
        form=form,
        seat_form=seat_form or SeatForm(formdata=None, data={"seat": membership.seat.value}),
        events=member_events(membership.events),
        may_decide=context().may(Permission.MEMBER_DECIDE),
    )
