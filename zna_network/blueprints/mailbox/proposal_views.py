"""Another time proposed from a calendar: looked at, then accepted or declined."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.mailbox.forms import AcceptForm, DeclineForm
from zna_network.blueprints.mailbox.routes import blueprint
from zna_network.blueprints.support import Form, context
from zna_network.models.mailbox import TimeProposal
from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import local_date
from zna_network.services.mailbox import proposals
from zna_network.services.permissions import Permission

PROPOSAL = "/messages/propositions/<int:proposal_id>"


@blueprint.get(PROPOSAL)
@requires(Permission.MEETING_CONVENE)
def proposal(proposal_id: int) -> str:
    return _page(proposal_id)


@blueprint.post(PROPOSAL)
@requires(Permission.MEETING_CONVENE)
def decide_proposal(proposal_id: int) -> str | Response:
    """« decision » is « accepter », or anything else to keep the meeting as it is."""
    if request.form.get("decision") == "accepter":
        return _accept(proposal_id)
    form = DeclineForm()
    done = form.attempt(
        lambda: proposals.decline(
            context(), proposal_id, form.revision.seen, form.reason.data or ""
        )
    )
    if done is None:
        return _page(proposal_id, decline=form)
    flash("La réunion reste à son horaire ; la personne en est avertie.", "success")
    return _back(done)


def _accept(proposal_id: int) -> str | Response:
    form = AcceptForm()
    done = form.attempt(
        lambda: proposals.accept(
            context(), proposal_id, form.revision.seen, confirmed=form.confirmed.data
        )
    )
    if done is None:
        return _page(proposal_id, accept=form)
    flash("La réunion est déplacée : chaque personne convoquée en est avertie.", "success")
    return _back(done)


def _back(done: TimeProposal) -> Response:
    return redirect(url_for("invitations.index", meeting_id=done.meeting_id))


def _page(
    proposal_id: int, accept: AcceptForm | None = None, decline: DeclineForm | None = None
) -> str:
    page = proposals.page(context(), proposal_id)
    refused: Form | None = accept or decline
    accept = accept or AcceptForm(formdata=None)
    decline = decline or DeclineForm(formdata=None)
    for form in (accept, decline):
        form.revision.raw_data, form.revision.data = None, page.proposal.revision
    return render_template(
        "mailbox/proposal.html",
        page=page,
        proposal=page.proposal,
        meeting=page.proposal.meeting,
        closed=why_closed(local_date(page.proposal.starts_at)),
        accept_form=accept,
        decline_form=decline,
        refused=refused,
    )
