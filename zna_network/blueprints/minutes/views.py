"""The page where the minutes are written, with a script that saves or without."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.minutes import (
    autosave_views,
    closing_views,
    entry_views,
    history_views,
)
from zna_network.blueprints.minutes.forms import Sent, sent_page
from zna_network.blueprints.minutes.pages import common, draft_page, version_page
from zna_network.blueprints.minutes.routes import blueprint
from zna_network.blueprints.minutes.shown import Kept
from zna_network.blueprints.support import context
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionState, Minutes, MinutesState
from zna_network.queries import minutes as queries
from zna_network.services import actions, minutes_text
from zna_network.services import minutes as service
from zna_network.services.committee_access import readable_meeting
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.minutes_access import may_write, writable_meeting
from zna_network.services.permissions import Permission
from zna_network.services.text_merging import assemble, normalised

# Named here so that their routes are known once the application registers the blueprint.
__all__ = ["autosave_views", "blueprint", "closing_views", "entry_views", "history_views"]


@blueprint.get("")
@requires(Permission.MEETING_READ)
def show(meeting_id: int) -> str:
    """The draft for those who write it, the last version validated for the others."""
    ctx = context()
    meeting = readable_meeting(ctx, meeting_id)
    minutes = ctx.session.scalar(queries.with_everything(meeting_id))
    if minutes is None:
        return render_template("minutes/none.html", **common(ctx, meeting, None))
    if minutes.state is MinutesState.DRAFT and may_write(ctx, meeting.committee):
        return render_template("minutes/draft.html", **draft_page(ctx, minutes))
    return _version_page(meeting, minutes)


def _version_page(meeting: Meeting, minutes: Minutes) -> str:
    if not minutes.versions:
        return render_template("minutes/none.html", **common(context(), meeting, minutes))
    page = version_page(context(), meeting, minutes, minutes.versions[-1])
    return render_template("minutes/version.html", **page)


@blueprint.post("/commencer")
@requires(Permission.MINUTES_WRITE)
def start(meeting_id: int) -> Response:
    service.start(context(), meeting_id)
    return _back(meeting_id)


@blueprint.post("")
@requires(Permission.MINUTES_WRITE)
def save(meeting_id: int) -> str | Response | tuple[str, int]:
    """Everything that the page holds, then what the button pressed asks for."""
    writable_meeting(context(), meeting_id)
    sent = sent_page(request.form)
    number, choice = sent.resolved
    to_save = sent.without(number) if choice in {"other", "both"} else sent
    try:
        outcome = minutes_text.save_page(context(), meeting_id, to_save.heading, to_save.texts)
    except InvalidError as refusal:
        errors = {refusal.field or "": refusal.message}
        return _draft(meeting_id, Kept(sent, errors=errors, is_unsaved=True)), 422
    except ConflictError as refusal:
        return _refused(meeting_id, sent, refusal), 409
    assembled = _assembled(meeting_id, sent, number) if choice == "both" else {}
    if assembled or not outcome.is_complete:
        kept = Kept(to_save, outcome, assembled)
        return _draft(meeting_id, kept), 200 if outcome.is_complete else 409
    return _go_on(meeting_id, replace(sent, texts=()))


def _refused(meeting_id: int, sent: Sent, refusal: ConflictError) -> str:
    """Validated meanwhile: what was typed is given back, to be copied."""
    meeting = readable_meeting(context(), meeting_id)
    minutes = context().session.scalar(queries.with_everything(meeting_id))
    titles = {section.id: section.title for section in minutes.sections} if minutes else {}
    typed = [(titles.get(t.section_id, ""), t.text) for t in sent.texts if t.text.strip()]
    page = common(context(), meeting, minutes)
    return render_template("minutes/refused.html", **page, message=refusal.message, typed=typed)


def _assembled(meeting_id: int, sent: Sent, section_id: int) -> dict[int, str]:
    """The text of this section with the other person's, to be arranged before it is saved."""
    section = context().session.scalar(queries.section(meeting_id, section_id))
    mine = next((text.text for text in sent.texts if text.section_id == section_id), None)
    if section is None or mine is None:
        return {}
    return {section_id: assemble(section.text, normalised(mine))}


def _go_on(meeting_id: int, sent: Sent) -> str | Response | tuple[str, int]:
    """What comes after everything was saved."""
    verb, _, number = sent.then.partition(":")
    if verb in entry_views.PAGES and number.isdecimal():
        return redirect(entry_views.PAGES[verb](meeting_id, int(number)))
    if verb in {"done", "dropped", "reopen"} and number.isdecimal():
        return _follow(meeting_id, sent, verb, int(number))
    flash("Compte-rendu enregistré.", "success")
    return _back(meeting_id)


def _follow(
    meeting_id: int, sent: Sent, verb: str, action_id: int
) -> str | Response | tuple[str, int]:
    """Close an action of an earlier meeting, or open it again, right where it is spoken of."""
    try:
        if verb == "reopen":
            actions.reopen_action(context(), action_id)
        else:
            outcome = sent.outcomes.get(action_id, "")
            actions.close_action(context(), action_id, ActionState(verb), outcome)
    except (InvalidError, ConflictError) as refusal:
        kept = Kept(sent, errors={f"outcome-{action_id}": refusal.message})
        return _draft(meeting_id, kept), 409 if isinstance(refusal, ConflictError) else 422
    return _back(meeting_id, f"action-{action_id}")


def _draft(meeting_id: int, kept: Kept) -> str:
    minutes = context().session.scalar(queries.with_everything(meeting_id))
    assert minutes is not None  # what was sent has just been taken or refused by these minutes
    return render_template("minutes/draft.html", **draft_page(context(), minutes, kept))


def _back(meeting_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for("minutes.show", meeting_id=meeting_id, _anchor=anchor))
