"""Preparing a poll: its meeting, its dates, those who are asked. Each act is a form of its own, so
that two people who prepare it together undo nothing of each other's."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.invitee_forms import ContactForm, PersonForm
from zna_network.blueprints.polls.forms import DatesForm, MembersForm, PollForm
from zna_network.blueprints.polls.routes import blueprint
from zna_network.blueprints.polls.views import POLL
from zna_network.blueprints.support import Form, context
from zna_network.models.committee import Seat
from zna_network.models.poll import PollInvitee, PollState
from zna_network.services.contact_choice import resolve_contact
from zna_network.services.permissions import Permission
from zna_network.services.polls import access, invitees, options, polls
from zna_network.services.polls.links import link_of
from zna_network.services.polls.poll_values import live_invitees, live_options, title_of
from zna_network.services.polls.remarks import remarks


@blueprint.get(f"{POLL}/modifier")
@requires(Permission.MEETING_PREPARE)
def edit(poll_id: int) -> str:
    return _page(poll_id)


@blueprint.post(f"{POLL}/modifier")
@requires(Permission.MEETING_PREPARE)
def update(poll_id: int) -> str | Response:
    form = PollForm()
    updated = form.attempt(
        lambda: polls.update_poll(context(), poll_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        return _page(poll_id, settings=form)
    flash("Sondage mis à jour.", "success")
    return _back(poll_id)


@blueprint.post(f"{POLL}/dates")
@requires(Permission.MEETING_PREPARE)
def add_dates(poll_id: int) -> str | Response:
    form = DatesForm()
    added = form.attempt(lambda: options.add_options(context(), poll_id, form.slots()))
    if added is None:
        return _page(poll_id, dates=form)
    is_open = added[0].poll.state is PollState.OPEN
    told = " Chacun est prévenu." if is_open else ""
    flash(f"Ajouts au sondage : {counted(len(added), 'date')}.{told}", "success")
    return _back(poll_id, "dates")


@blueprint.post(f"{POLL}/dates/<int:option_id>/retirer")
@requires(Permission.MEETING_PREPARE)
def remove_date(poll_id: int, option_id: int) -> Response:
    options.remove_option(context(), poll_id, option_id)
    flash("La date n’est plus proposée.", "success")
    return _back(poll_id, "dates")


@blueprint.post(f"{POLL}/personnes/membres")
@requires(Permission.MEETING_PREPARE)
def add_members(poll_id: int) -> str | Response:
    form = MembersForm()
    added = form.attempt(
        lambda: invitees.add_members(
            context(), poll_id, form.members.data or [], form.essential.data or []
        )
    )
    if added is None:
        return _page(poll_id, members=form)
    flash(f"Ajouts à la liste : {counted(len(added.invitees), 'personne')}.", "success")
    for reason in added.left_out:
        flash(f"Non ajouté. {reason}", "warning")
    return _back(poll_id, "personnes")


@blueprint.post(f"{POLL}/personnes/contact")
@requires(Permission.MEETING_PREPARE)
def add_contact(poll_id: int) -> str | Response:
    form = ContactForm()
    invitee = form.attempt(lambda: _add_contact(poll_id, form))
    return _page(poll_id, contact=form) if invitee is None else _added(poll_id, invitee)


@blueprint.post(f"{POLL}/personnes/autre")
@requires(Permission.MEETING_PREPARE)
def add_person(poll_id: int) -> str | Response:
    form = PersonForm()
    invitee = form.attempt(lambda: invitees.add_person(context(), poll_id, form.to_person()))
    return _page(poll_id, person=form) if invitee is None else _added(poll_id, invitee)


@blueprint.post(f"{POLL}/personnes/<int:invitee_id>/retirer")
@requires(Permission.MEETING_PREPARE)
def remove_invitee(poll_id: int, invitee_id: int) -> Response:
    removed = invitees.remove_invitee(context(), poll_id, invitee_id)
    flash(f"{removed.name} n’est plus sollicité.", "success")
    return _back(poll_id, "personnes")


@blueprint.post(f"{POLL}/personnes/<int:invitee_id>/indispensable")
@requires(Permission.MEETING_PREPARE)
def weigh(poll_id: int, invitee_id: int) -> Response:
    is_essential = request.form.get("essentiel") == "oui"
    invitees.set_essential(context(), poll_id, invitee_id, is_essential=is_essential)
    return _back(poll_id, "personnes")


@blueprint.post(f"{POLL}/personnes/<int:invitee_id>/lien")
@requires(Permission.MEETING_PREPARE)
def renew_link(poll_id: int, invitee_id: int) -> Response:
    renewed = invitees.renew_link(context(), poll_id, invitee_id)
    flash(f"L’ancien lien de {renewed.name} ne fonctionne plus, un nouveau part.", "success")
    return _back(poll_id, "personnes")


def _add_contact(poll_id: int, form: ContactForm) -> PollInvitee:
    contact_id = resolve_contact(
        context(), form.contact_id.data or "", form.contact.data or "", field="contact"
    )
    return invitees.add_contact(context(), poll_id, contact_id, is_essential=form.is_required.data)


def _added(poll_id: int, invitee: PollInvitee) -> Response:
    flash(f"{invitee.name} est sur la liste.", "success")
    return _back(poll_id, "personnes")


def _back(poll_id: int, anchor: str = "") -> Response:
    return redirect(url_for("polls.edit", poll_id=poll_id, _anchor=anchor or None))


def _page(poll_id: int, **refused: Form) -> str:
    """The page with every form; the one just refused holds what was typed and why."""
    ctx = context()
    poll = access.readable_poll(ctx, poll_id)
    access.refuse_over(poll)
    members = invitees.proposals(ctx, poll)
    settings = refused.get("settings") or PollForm.of(poll)
    is_stale = isinstance(settings, PollForm) and settings.revision.renew(poll.revision)
    return render_template(
        "polls/edit.html",
        poll=poll,
        committee=poll.committee,
        title=title_of(poll),
        options=live_options(poll),
        remarks=remarks(ctx, poll),
        invitees=sorted(live_invitees(poll), key=lambda one: (not one.is_essential, one.id)),
        members=members,
        ticked=_ticked(refused.get("members"), [m.id for m in members if m.seat is Seat.FULL]),
        settings_form=settings,
        current=poll if is_stale else None,
        dates_form=refused.get("dates") or DatesForm(formdata=None),
        members_form=refused.get("members") or MembersForm(formdata=None),
        contact_form=refused.get("contact") or ContactForm(formdata=None, is_required=False),
        person_form=refused.get("person") or PersonForm(formdata=None, is_required=False),
        refused=next(iter(refused.values()), None),
        is_open=poll.state is PollState.OPEN,
        link_of=(lambda one: link_of(ctx.settings, one))
        if ctx.may(Permission.MEETING_CONVENE)
        else None,
    )


def _ticked(form: Form | None, full: list[int]) -> tuple[list[int], list[int]]:
    """The members ticked on the page: full members at first; and those who are indispensable."""
    if isinstance(form, MembersForm):
        return form.members.data or [], form.essential.data or []
    return full, []
