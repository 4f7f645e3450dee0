"""Decisions and actions, each on a page of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.minutes.forms import ActionForm, DecisionForm, EntryForm
from zna_network.blueprints.minutes.pages import common
from zna_network.blueprints.minutes.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.minutes import ActionItem, Decision, Minutes, MinutesState
from zna_network.queries import actions as action_queries
from zna_network.queries import minutes as queries
from zna_network.services import actions, decisions
from zna_network.services.attendance_lines import lines
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.minutes_access import LOCKED, NOT_STARTED, writable_meeting
from zna_network.services.minutes_sections import shown_sections
from zna_network.services.permissions import Permission


def _page(endpoint: str, parameter: str) -> Callable[[int, int], str]:
    def address(meeting_id: int, number: int) -> str:
        values: dict[str, Any] = {"meeting_id": meeting_id, parameter: number}
        return url_for(endpoint, **values)

    return address


# Where the buttons of the page that is written lead, once it is saved.
PAGES: Mapping[str, Callable[[int, int], str]] = {
    "decision": _page("minutes.add_decision", "point"),
    "action": _page("minutes.add_action", "point"),
    "edit-decision": _page("minutes.edit_decision", "decision_id"),
    "edit-action": _page("minutes.edit_action", "action_id"),
    "history": _page("minutes.history", "section_id"),
    "comment": _page("reading.comment", "comment_id"),
}


@blueprint.route("/decisions/nouvelle", methods=["GET", "POST"])
@requires(Permission.MINUTES_WRITE)
def add_decision(meeting_id: int) -> str | Response:
    minutes = _draft(meeting_id)
    form = DecisionForm(decided_on=local_date(minutes.meeting.starts_at))
    form.offer(shown_sections(context(), minutes), request.args.get("point", type=int))
    made = form.attempt(lambda: decisions.create_decision(context(), meeting_id, form.to_data()))
    if made is None:
        return _entry("minutes/decision.html", minutes, form)
    flash("Décision ajoutée.", "success")
    return _back(meeting_id, f"decision-{made.id}")


@blueprint.route("/decisions/<int:decision_id>", methods=["GET", "POST"])
@requires(Permission.MINUTES_WRITE)
def edit_decision(meeting_id: int, decision_id: int) -> str | Response:
    minutes = _draft(meeting_id)
    decision = context().session.scalar(queries.decision(meeting_id, decision_id))
    if decision is None:
        raise NotFoundError(decisions.GONE)
    form = DecisionForm.of(decision)
    form.offer(shown_sections(context(), minutes), decision.section_id)
    made = form.attempt(
        lambda: decisions.update_decision(
            context(), meeting_id, decision_id, form.to_data(), form.revision.seen
        )
    )
    if made is None:
        return _entry("minutes/decision.html", minutes, form, decision)
    flash("Décision modifiée.", "success")
    return _back(meeting_id, f"decision-{decision_id}")


@blueprint.post("/decisions/<int:decision_id>/retirer")
@requires(Permission.MINUTES_WRITE)
def remove_decision(meeting_id: int, decision_id: int) -> Response:
    revision = request.form.get("revision", 0, type=int)
    decisions.remove_decision(context(), meeting_id, decision_id, revision)
    flash("Décision retirée.", "success")
    return _back(meeting_id)


@blueprint.route("/actions/nouvelle", methods=["GET", "POST"])
@requires(Permission.MINUTES_WRITE)
def add_action(meeting_id: int) -> str | Response:
    minutes = _draft(meeting_id)
    form = ActionForm()
    form.offer(shown_sections(context(), minutes), request.args.get("point", type=int))
    form.offer_people(lines(context(), minutes.meeting))
    made = form.attempt(lambda: actions.create_action(context(), meeting_id, form.to_data()))
    if made is None:
        return _entry("minutes/action.html", minutes, form)
    flash("Action ajoutée.", "success")
    return _back(meeting_id, f"action-{made.id}")


@blueprint.route("/actions/<int:action_id>", methods=["GET", "POST"])
@requires(Permission.MINUTES_WRITE)
def edit_action(meeting_id: int, action_id: int) -> str | Response:
    minutes = _draft(meeting_id)
    action = context().session.scalar(action_queries.by_id(action_id))
    if action is None or action.meeting_id != meeting_id:
        raise NotFoundError(actions.GONE)
    form = ActionForm.of(action)
    form.offer(shown_sections(context(), minutes), action.section_id)
    form.offer_people(lines(context(), minutes.meeting), action.owner_email)
    made = form.attempt(
        lambda: actions.update_action(
            context(), meeting_id, action_id, form.to_data(), form.revision.seen
        )
    )
    if made is None:
        return _entry("minutes/action.html", minutes, form, action)
    flash("Action modifiée.", "success")
    return _back(meeting_id, f"action-{action_id}")


@blueprint.post("/actions/<int:action_id>/retirer")
@requires(Permission.MINUTES_WRITE)
def remove_action(meeting_id: int, action_id: int) -> Response:
    revision = request.form.get("revision", 0, type=int)
    actions.remove_action(context(), meeting_id, action_id, revision)
    flash("Action retirée.", "success")
    return _back(meeting_id)


def _draft(meeting_id: int) -> Minutes:
    """The minutes while they can be written. Raises ConflictError once they are validated."""
    writable_meeting(context(), meeting_id)
    minutes = context().session.scalar(queries.with_everything(meeting_id))
    if minutes is None:
        raise NotFoundError(NOT_STARTED)
    if minutes.state is not MinutesState.DRAFT:
        raise ConflictError(LOCKED)
    return minutes


def _entry(
    template: str, minutes: Minutes, form: EntryForm, entry: Decision | ActionItem | None = None
) -> str:
    is_stale = entry is not None and form.revision.renew(entry.revision)
    page = common(context(), minutes.meeting, minutes)
    return render_template(template, **page, form=form, entry=entry, is_stale=is_stale)


def _back(meeting_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for("minutes.show", meeting_id=meeting_id, _anchor=anchor))
