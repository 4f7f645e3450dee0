"""Those invited to a trip: their list, for the association, and the page behind a mail's link."""

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public, requires
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.support import context
from zna_network.blueprints.van.guest_forms import (
    GuestAnswerForm,
    InviteForm,
    InviteNamedForm,
    VoiceAnswerForm,
)
from zna_network.blueprints.van.routes import blueprint
from zna_network.extensions import csrf, limiter
from zna_network.models.handover import BookingGuest, GuestAnswer
from zna_network.services.errors import ConflictError, InvalidError, LinkGoneError
from zna_network.services.permissions import Permission
from zna_network.services.van import guest_answers, guest_list, guest_panel
from zna_network.services.van.guest_answers import GuestPage

READINGS, ANSWERS = "120 per minute", "30 per minute"
LIST, LINK = "/cua-mobile/reservations/<int:booking_id>/invites", "/cua-mobile/invitation/<token>"
_LINKS = "/cua-mobile/invitation/"


@blueprint.get(LIST)
@requires(Permission.VAN_REQUEST)
def guests(booking_id: int) -> Response:
    return _list(booking_id, InviteForm(formdata=None), InviteNamedForm(formdata=None))


@blueprint.post(f"{LIST}/partenaires")
@requires(Permission.VAN_REQUEST)
def invite_guests(booking_id: int) -> Response:
    form = InviteForm()
    chosen = form.contacts.data or []
    invited = form.attempt(lambda: guest_list.invite(context(), booking_id, chosen))
    if invited is None:
        return _list(booking_id, form, InviteNamedForm(formdata=None), 422)
    _told_of(booking_id, invited)
    return _back(booking_id)


@blueprint.post(f"{LIST}/annuaire")
@requires(Permission.VAN_REQUEST)
def invite_named_guest(booking_id: int) -> Response:
    form = InviteNamedForm()
    chosen, typed = form.contact_id.data or "", form.contact.data or ""
    invited = form.attempt(lambda: guest_list.invite_named(context(), booking_id, chosen, typed))
    if invited is None:
        return _list(booking_id, InviteForm(formdata=None), form, 422)
    _told_of(booking_id, [invited])
    return _back(booking_id)


@blueprint.post(f"{LIST}/<int:guest_id>/retirer")
@requires(Permission.VAN_REQUEST)
def remove_guest(booking_id: int, guest_id: int) -> Response:
    return _done(
        booking_id,
        lambda: guest_list.remove(context(), booking_id, guest_id),
        "{} n’est plus sur la liste. Si l’invitation était partie, son agenda est vidé.",
    )


@blueprint.post(f"{LIST}/<int:guest_id>/renvoyer")
@requires(Permission.VAN_REQUEST)
def resend_invitation(booking_id: int, guest_id: int) -> Response:
    return _done(
        booking_id,
        lambda: guest_list.send_again(context(), booking_id, guest_id),
        "L’invitation repart à {}.",
    )


@blueprint.post(f"{LIST}/<int:guest_id>/reponse")
@requires(Permission.VAN_REQUEST)
def enter_guest_answer(booking_id: int, guest_id: int) -> Response:
    said = VoiceAnswerForm().to_data()
    return _done(
        booking_id,
        lambda: guest_answers.enter_answer(context(), booking_id, guest_id, said),
        "La réponse de {} est notée.",
    )


@blueprint.after_request
def keep_invitation_private(response: Response) -> Response:
    """Refusals included: a link that is not valid for one reason may be for another."""
    if request.path.startswith(_LINKS):
        keep_private(response)
    return response


@blueprint.get(LINK)
@public
@limiter.limit(READINGS)
def guest_answer(token: str) -> Response:
    page = guest_answers.read(context(), token)
    return _answer_page(token, page, GuestAnswerForm(formdata=None, words=page.guest.words))


@blueprint.post(LINK)
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(ANSWERS)
def give_guest_answer(token: str) -> Response:
    ctx = context()
    form = GuestAnswerForm()
    try:
        answered = form.attempt(lambda: guest_answers.answer(ctx, token, form.to_data()))
    except LinkGoneError:
        # Too late, or no longer expected: the page says which.
        return _answer_page(token, guest_answers.read(ctx, token), GuestAnswerForm(formdata=None))
    if answered is None:
        return _answer_page(token, guest_answers.read(ctx, token), form, 422)
    return redirect(url_for("van.guest_answer", token=token, _anchor="reponse"), 303)


@blueprint.get(f"{LINK}/agenda.ics")
@public
@limiter.limit(READINGS)
def guest_calendar(token: str) -> Response:
    response = make_response(guest_answers.calendar_file(context(), token))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = 'attachment; filename="cua-mobile.ics"'
    return response


def _list(
    booking_id: int, inviting: InviteForm, naming: InviteNamedForm, status: int = 200
) -> Response:
    page = guest_panel.read(context(), booking_id)
    inviting.offer(page.panel.contacts)
    html = render_template(
        "van/guests.html",
        page=page,
        booking=page.booking,
        guests=page.panel,
        inviting=inviting,
        naming=naming,
        offered=list(GuestAnswer),
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _done(booking_id: int, act: Callable[[], BookingGuest], words: str) -> Response:
    try:
        guest = act()
    except (ConflictError, InvalidError) as refusal:
        flash(refusal.message, "warning")
    else:
        flash(words.format(guest.name or guest.email), "success")
    return _back(booking_id)


def _told_of(booking_id: int, invited: list[BookingGuest]) -> None:
    names = ", ".join(guest.name or guest.email for guest in invited)
    flash(f"Sur la liste : {names}.", "success")


def _back(booking_id: int) -> Response:
    return redirect(url_for("van.guests", booking_id=booking_id), 303)


def _answer_page(token: str, page: GuestPage, form: GuestAnswerForm, status: int = 200) -> Response:
    if not page.takes_answers:
        return make_response(render_template("van/guest_closed.html", token=token, page=page), 410)
    form.seen.raw_data, form.seen.data = None, page.guest.sent_sequence
    html = render_template(
        "van/guest_answer.html", token=token, page=page, form=form, offered=list(GuestAnswer)
    )
    return make_response(html, status)
