"""A poll that goes its way: opened, reminded of, given more time, answered by telephone, closed on
a date or given up."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.polls.forms import CancelPollForm, CloseForm, DeadlineForm
from zna_network.blueprints.polls.routes import blueprint
from zna_network.blueprints.polls.views import POLL
from zna_network.blueprints.polls.vote_forms import VoteForm, vote_form
from zna_network.blueprints.support import context
from zna_network.models.poll import PollState
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.polls import access, answers, board, closing, polls, reminders
from zna_network.services.polls.closing import Closed
from zna_network.services.polls.poll_values import title_of


@blueprint.post(f"{POLL}/ouvrir", endpoint="open")
@requires(Permission.MEETING_PREPARE)
def open_poll(poll_id: int) -> Response:
    try:
        opened = polls.open_poll(context(), poll_id)
    except InvalidError as refusal:
        flash(refusal.message, "danger")
        return redirect(url_for("polls.edit", poll_id=poll_id))
    flash(f"Sondage ouvert. Envoi dans la minute : {counted(opened.sent, 'message')}.", "success")
    if opened.without_email:
        names = ", ".join(one.name for one in opened.without_email)
        flash(f"À appeler, faute d’e-mail : {names}. Saisissez ici leur réponse.", "warning")
    return _home(poll_id)


@blueprint.post(f"{POLL}/relancer")
@requires(Permission.MEETING_PREPARE)
def remind(poll_id: int) -> Response:
    written = reminders.remind(context(), poll_id)
    if written:
        flash(f"{counted(written, 'relance')} : envoi dans la minute.", "success")
    else:
        flash("Personne à relancer : chacun a répondu, ou l’a été aujourd’hui.", "info")
    return _home(poll_id)


@blueprint.route(f"{POLL}/prolonger", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def extend(poll_id: int) -> str | Response:
    ctx = context()
    poll = access.readable_poll(ctx, poll_id)
    access.refuse_over(poll)
    form = DeadlineForm()
    extended = form.attempt(
        lambda: polls.extend(ctx, poll_id, form.deadline_day.data, form.deadline_hour.data)
    )
    if extended is None:
        return render_template("polls/extend.html", form=form, poll=poll, title=title_of(poll))
    flash("L’échéance est changée ; ceux dont la réponse manque en sont prévenus.", "success")
    return _home(poll_id)


@blueprint.route(f"{POLL}/reponses/<int:invitee_id>", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def enter(poll_id: int, invitee_id: int) -> str | Response:
    ctx = context()
    page = answers.page_to_enter(ctx, poll_id, invitee_id)
    if page.poll.state is not PollState.OPEN:
        raise ConflictError("Ce sondage n’est pas ouvert : aucune réponse n’est prise.")
    form = vote_form(VoteForm, page)
    entered = form.attempt(lambda: answers.enter_answer(ctx, poll_id, invitee_id, form.to_data()))
    if entered is None:
        return render_template("polls/enter.html", form=form, page=page, title=title_of(page.poll))
    flash(f"La réponse de {entered.name} est enregistrée.", "success")
    return _home(poll_id)


@blueprint.route(f"{POLL}/clore", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def close(poll_id: int) -> str | Response:
    """The date is in the address (``date``), so that the page says all about it."""
    ctx = context()
    page = board.board(ctx, poll_id)
    access.refuse_over(page.poll)
    option_id = request.args.get("date", 0, type=int)
    standing = page.standing_of(option_id)
    if standing is None:
        raise NotFoundError("Cette date n’est plus proposée : choisissez-en une autre.")
    form = CloseForm.of(page.poll)
    closed = form.attempt(lambda: closing.close_poll(ctx, poll_id, form.to_data(option_id)))
    if closed is None:
        return render_template(
            "polls/close.html",
            form=form,
            page=page,
            poll=page.poll,
            standing=standing,
            title=title_of(page.poll),
            may_convene=ctx.may(Permission.MEETING_CONVENE),
        )
    _tell_closed(closed)
    return redirect(url_for("meetings.show", meeting_id=closed.meeting.id))


@blueprint.route(f"{POLL}/abandonner", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def cancel(poll_id: int) -> str | Response:
    ctx = context()
    poll = access.readable_poll(ctx, poll_id)
    access.refuse_over(poll)
    form = CancelPollForm()
    cancelled = form.attempt(lambda: polls.cancel_poll(ctx, poll_id, form.reason.data or ""))
    if cancelled is None:
        return render_template(
            "polls/cancel.html",
            form=form,
            poll=poll,
            title=title_of(poll),
            is_open=poll.state is PollState.OPEN,
        )
    flash("Sondage abandonné.", "success")
    return _home(poll_id)


def _tell_closed(closed: Closed) -> None:
    if closed.sent is None:
        flash(
            "La date est choisie et la réunion créée. La CUA est prévenue : elle enverra les "
            "convocations.",
            "success",
        )
        return
    number = counted(len(closed.sent.convened), "convocation")
    flash(f"La date est choisie, la réunion créée. Envoi dans la minute : {number}.", "success")
    if closed.sent.without_email:
        names = ", ".join(one.name for one in closed.sent.without_email)
        flash(f"À prévenir par téléphone ou par courrier, faute d’e-mail : {names}.", "warning")


def _home(poll_id: int) -> Response:
    return redirect(url_for("polls.show", poll_id=poll_id))
