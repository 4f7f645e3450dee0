"""The report of a trip: for each of its stops, whether it was made and whom was met there."""

from typing import Any

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.support import Form, RevisionField, WholeNumberField
from zna_network.services.van.report_values import (
    GROUPS,
    ReportData,
    StopReport,
    count_field,
    done_field,
)
from zna_network.services.van.reports import ReportView

_DONE = {"oui": True, "non": False}


class ReportForm(Form):
    """The fields of the stops are added by ``report_form``. ``seen``: the stops that the page
    showed, for the trip may be changed while somebody reports it."""

    revision = RevisionField()
    seen = HiddenField()
    referrals_made = WholeNumberField("Orientations faites")
    words = TextAreaField("Quelques mots")

    def knows(self, stop_id: int) -> bool:
        """Not one that was added to the trip at this very instant."""
        return done_field(stop_id) in self

    def done_of(self, stop_id: int) -> Any:
        return self[done_field(stop_id)]

    def counts_of(self, stop_id: int) -> list[Any]:
        return [self[count_field(stop_id, group)] for group, _label in GROUPS]

    def to_data(self) -> ReportData:
        return ReportData(
            stops=tuple(self._stop(int(one)) for one in self._seen()),
            referrals_made=self.referrals_made.data,
            words=self.words.data or "",
        )

    def _seen(self) -> list[str]:
        parts = (self.seen.data or "").split(",")
        return [part for part in parts if part.isascii() and part.isdigit() and len(part) < 10]

    def _stop(self, stop_id: int) -> StopReport:
        if not self.knows(stop_id):
            return StopReport(stop_id, None)
        return StopReport(
            stop_id=stop_id,
            was_done=_DONE.get(self.done_of(stop_id).data or ""),
            people={group: self[count_field(stop_id, group)].data for group, _label in GROUPS},
        )


def report_form(view: ReportView, proposed_referrals: int) -> ReportForm:
    """A form for the stops of this trip, filled with what its report says already; before there is
    one, with the referrals that the association made meanwhile."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {
        "revision": view.revision,
        "seen": stops_shown(view),
        "referrals_made": view.report.referrals_made if view.report else proposed_referrals,
        "words": view.report.words if view.report else "",
    }
    for shown in view.stops:
        done = done_field(shown.stop.id)
        fields[done] = RadioField(
            "Cette étape a-t-elle eu lieu ?",
            choices=[SelectChoice("oui", "Oui"), SelectChoice("non", "Non")],
            validate_choice=False,
        )
        if shown.was_done is not None:
            values[done] = "oui" if shown.was_done else "non"
        people = {count.target_group: count.people for count in shown.stop.counts}
        for group, label in GROUPS:
            name = count_field(shown.stop.id, group)
            fields[name] = WholeNumberField(label)
            values[name] = people.get(group)
    made: ReportForm = type("ReportFormOfTrip", (ReportForm,), fields)(data=values)
    return made


def stops_shown(view: ReportView) -> str:
    return ",".join(str(shown.stop.id) for shown in view.stops)
