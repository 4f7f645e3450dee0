"""« Je suis là », for people who have no account. Nothing here acts on a GET: mail scanners and the
previews of messaging apps open links by themselves."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public
from zna_network.blueprints.headers import keep_private
from zna_network.blueprints.meeting_day.forms import ArrivalForm, presence_of
from zna_network.blueprints.meeting_day.routes import ROOM, blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import csrf, limiter
from zna_network.services.errors import DomainError, InvalidError, TooManyAttemptsError
from zna_network.services.meeting_day import arrivals, window
from zna_network.services.meeting_day.arrivals import Search

# A whole room comes in at once behind one address.
READINGS, SAYINGS = "300 per minute", "120 per minute"


@blueprint.after_request
def keep_link_private(response: Response) -> Response:
    """Refusals included: a code that is not valid for one reason may be for another."""
    if request.path.startswith(("/presence/", "/r/")):
        keep_private(response)
    return response


@blueprint.get(ROOM)
@public
@limiter.limit(READINGS)
def arrive(token: str) -> Response:
    """The page that the room's code opens; ``?q=`` are the first letters of a name."""
    return _room(token, ArrivalForm(formdata=None))


@blueprint.post(ROOM)
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(SAYINGS)
def say_present(token: str) -> Response:
    """A name chosen in the list, or given by somebody who is not on it."""
    ctx, presence = context(), presence_of(request.form.get("presence", ""))
    handle = request.form.get("qui", "")
    form = ArrivalForm()
    try:
        if handle:
            arrival = arrivals.say_present(ctx, token, handle, presence)
            return _thanks(token, arrival)
        made = form.attempt(
            lambda: arrivals.say_newcomer(
                ctx, token, form.name.data, form.organisation.data, presence
            )
        )
    except (InvalidError, TooManyAttemptsError) as refusal:
        form = ArrivalForm(formdata=None)
        return _room(token, form, refusal, 422)
    return _room(token, form, status=422) if made is None else _thanks(token, made)


@blueprint.post("/r/<token>/presence")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(SAYINGS)
def say_here(token: str) -> Response:
    """From one's own invitation, on the day."""
    arrivals.say_here(context(), token, presence_of(request.form.get("presence", "")))
    return redirect(url_for("invitations.answer", token=token, _anchor="presence"), 303)


def _thanks(token: str, arrival: arrivals.Arrival) -> Response:
    """Shown at once rather than at an address of its own, which would tell names to whoever has
    the code."""
    room = arrivals.room_of(context(), token)
    page = render_template(
        "meeting_day/thanks.html", token=token, meeting=room.meeting, arrival=arrival
    )
    return make_response(page)


def _room(
    token: str, form: ArrivalForm, refusal: DomainError | None = None, status: int = 200
) -> Response:
    ctx = context()
    room = arrivals.room_of(ctx, token)
    typed = request.args.get("q", "").strip()
    found = arrivals.search(ctx, room, typed) if typed else Search()
    page = render_template(
        "meeting_day/arrive.html",
        token=token,
        room=room,
        opens_at=window.opens_at(room.meeting),
        meeting=room.meeting,
        typed=typed,
        found=found,
        form=form,
        refusal=refusal.message if refusal else "",
    )
    return make_response(page, status)
