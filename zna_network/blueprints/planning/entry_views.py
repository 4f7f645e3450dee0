"""The dates that the CUA adds to the calendar, and those of the call, corrected."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.planning.calendar_forms import EntryForm
from zna_network.blueprints.planning.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.planning import CalendarEntry
from zna_network.services.permissions import Permission
from zna_network.services.planning import entries


@blueprint.route("/instances/calendrier/dates/nouvelle", methods=["GET", "POST"])
@requires(Permission.CALENDAR_EDIT)
def create_entry() -> str | Response:
    form = EntryForm()
    entry = form.attempt(lambda: entries.create(context(), form.to_data()))
    if entry is None:
        return render_template("planning/entry.html", form=form, entry=None, current=None)
    flash("Date ajoutée au calendrier.", "success")
    return _back_to(entry)


@blueprint.route("/instances/calendrier/dates/<int:entry_id>", methods=["GET", "POST"])
@requires(Permission.CALENDAR_EDIT)
def edit_entry(entry_id: int) -> str | Response:
    ctx = context()
    entry = entries.entry_to_edit(ctx, entry_id)
    form = EntryForm.of(entry)
    updated = form.attempt(
        lambda: entries.update(ctx, entry_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        entry = entries.entry_to_edit(ctx, entry_id)
        current = entry if form.revision.renew(entry.revision) else None
        return render_template("planning/entry.html", form=form, entry=entry, current=current)
    flash("Date mise à jour.", "success")
    return _back_to(updated)


@blueprint.post("/instances/calendrier/dates/<int:entry_id>/retirer")
@requires(Permission.CALENDAR_EDIT)
def remove_entry(entry_id: int) -> Response:
    entries.remove(context(), entry_id)
    flash("Date retirée du calendrier.", "success")
    return redirect(url_for("planning.index"), 303)


def _back_to(entry: CalendarEntry) -> Response:
    """The calendar, from the month of this date on."""
    month = f"{entry.starts_on:%Y-%m}"
    return redirect(url_for("planning.index", debut=month, _anchor=f"m-{month}"), 303)
