"""What is typed on the screen: notes, decisions, actions, earlier ones reviewed, the next date."""

from flask import flash, jsonify, request
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.meeting_day.forms import EntryForm, NextMeetingForm
from zna_network.blueprints.meeting_day.pages import Notes
from zna_network.blueprints.meeting_day.routes import SCREEN, blueprint
from zna_network.blueprints.meeting_day.screen_views import back, page, require_run, settled
from zna_network.blueprints.support import context
from zna_network.models.minutes import ActionState
from zna_network.queries import minutes as minutes_queries
from zna_network.services import actions, minutes_text
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import long_datetime, to_local
from zna_network.services.meeting_day import live_entries
from zna_network.services.meeting_day.live_entries import FieldSave, FieldTakenError, Kind
from zna_network.services.meeting_day.screen import read_screen
from zna_network.services.minutes_text import TextConflictError, TextSave
from zna_network.services.permissions import Permission
from zna_network.services.text_merging import fingerprint


@blueprint.post(f"{SCREEN}/notes")
@requires(Permission.MINUTES_WRITE)
def save_notes(meeting_id: int) -> str | Response | tuple[str, int]:
    """For those who have no script. Where two people wrote, the field comes back with both."""
    form = request.form
    section_id = form.get("section", 0, type=int)
    text, revision = form.get("text", ""), form.get("revision", 0, type=int)
    given = TextSave(section_id, text, revision, form.get("seen", ""))
    try:
        minutes_text.save_section(context(), meeting_id, given)
    except TextConflictError as refusal:
        return _notes_again(meeting_id, given, refusal.conflict.assembled, refusal.message), 409
    except InvalidError as refusal:
        return _notes_again(meeting_id, given, text, refusal.message), 422
    flash("Notes enregistrées.", "success")
    return back(meeting_id, "notes")


def _notes_again(meeting_id: int, given: TextSave, text: str, message: str) -> str:
    section = context().session.scalar(minutes_queries.section(meeting_id, given.section_id))
    if section is None:
        raise NotFoundError("Ce point n’est plus dans le compte-rendu.")
    notes = Notes(section, text, section.revision, fingerprint(section.text), True, message)
    return page(read_screen(context(), meeting_id), notes=notes)


@blueprint.route(f"{SCREEN}/saisie/<kind>/<key>/<name>", methods=["PUT", "POST"])
@requires(Permission.MINUTES_WRITE)
def save_field(meeting_id: int, kind: str, key: str, name: str) -> Response | tuple[Response, int]:
    """One field of a decision or an action, as the script sends it at each pause in the typing:
    ``{"text", "seen"}``; ``?point=`` is the section that a new one belongs to."""
    require_run(meeting_id)
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or kind not in list(Kind):
        raise InvalidError("Cette saisie n’a pas été comprise.")
    typed = str(given.get("text", ""))
    save = FieldSave(
        kind=Kind(kind),
        key=key,
        field=name,
        typed=typed,
        seen=str(given.get("seen", "")),
        section_id=request.args.get("point", type=int),
    )
    try:
        entry = live_entries.save_field(context(), meeting_id, save)
    except FieldTakenError as refusal:
        other = {**_field_state(refusal.other), "assembled": refusal.assembled}
        return jsonify({**other, "message": refusal.message}), 409
    return jsonify({**_field_state(live_entries.value_of(entry, name)), "id": entry.id})


def _field_state(value: str) -> dict[str, object]:
    """What the next save of the field stands on."""
    now = f"{to_local(context().now):%H:%M}"
    seen = fingerprint(value)
    return {"text": value, "revision": 0, "seen": seen, "author": "", "saved_at": now}


@blueprint.post(f"{SCREEN}/saisie")
@requires(Permission.MINUTES_WRITE)
def add_entry(meeting_id: int) -> str | Response | tuple[str, int]:
    form = EntryForm()
    section_id = form.section_id.data
    made = form.attempt(lambda: live_entries.add_entry(context(), meeting_id, form.to_data()))
    if made is None:
        screen = read_screen(context(), meeting_id)
        section = screen.section_shown(section_id)
        notes = Notes.of(section) if section else None
        return page(screen, notes=notes, entry_form=form), 422
    flash(f"{Kind(form.kind.data).label} ajoutée.", "success")
    return back(meeting_id, "saisie")


@blueprint.post(f"{SCREEN}/suivi/<int:action_id>")
@requires(Permission.MINUTES_WRITE)
def follow(meeting_id: int, action_id: int) -> Response | tuple[Response, int]:
    """An action of an earlier meeting: done, dropped, or open after all."""
    require_run(meeting_id)
    state, refusal = request.form.get("etat", ""), ""
    try:
        if state == ActionState.OPEN.value:
            actions.reopen_action(context(), action_id)
        elif state in list(ActionState):
            outcome = request.form.get("issue", "")
            actions.close_action(context(), action_id, ActionState(state), outcome)
        else:
            raise InvalidError("Dites si l’action est faite ou abandonnée.")
    except (InvalidError, ConflictError) as error:
        refusal = error.message
    return settled(meeting_id, refusal, f"action-{action_id}")


@blueprint.post(f"{SCREEN}/prochaine")
@requires(Permission.MEETING_PREPARE)
def plan_next(meeting_id: int) -> str | Response | tuple[str, int]:
    form = NextMeetingForm()
    planned = form.attempt(
        lambda: live_entries.plan_next(context(), meeting_id, form.day.data, form.starts.data)
    )
    if planned is None:
        return page(read_screen(context(), meeting_id), next_form=form), 422
    flash(f"Réunion prévue {long_datetime(planned.starts_at)}.", "success")
    return back(meeting_id, "dates")
