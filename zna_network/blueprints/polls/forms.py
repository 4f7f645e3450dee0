"""Forms about date polls: what is proposed, who is asked, how it ends."""

from datetime import time
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.validators import InputRequired, Optional

from zna_network.blueprints.support import DAY_FORMATS, HOUR_FORMATS, Form, RevisionField
from zna_network.models.poll import DatePoll
from zna_network.services.french_time import to_local
from zna_network.services.meeting_times import Slot
from zna_network.services.polls.closing import ClosingData
from zna_network.services.polls.poll_values import PollData

ROWS = range(6)


class DeadlineForm(Form):
    deadline_day = DateField(
        "Réponses jusqu’au", [InputRequired("Indiquez jusqu’à quand répondre.")], format=DAY_FORMATS
    )
    deadline_hour = TimeField(
        "Heure", [InputRequired("Indiquez l’heure.")], format=HOUR_FORMATS, default=time(18, 0)
    )


class PollForm(DeadlineForm):
    title = StringField(
        "Intitulé de la réunion",
        description="Laissez vide pour un intitulé fait de la date choisie.",
    )
    place = StringField("Lieu", description="Salle et adresse, si vous les connaissez déjà.")
    visio_url = URLField(
        "Lien de visioconférence", description="L’adresse complète, qui commence par https://"
    )
    notice = TextAreaField(
        "Informations pratiques",
        description="Objet de la réunion, durée, accès : figure dans le message, puis dans la "
        "convocation.",
    )
    with_holds = BooleanField("Poser chaque date dans les agendas, en attendant le choix")
    revision = RevisionField()

    @classmethod
    def of(cls, poll: DatePoll) -> "PollForm":
        deadline = to_local(poll.deadline)
        form: PollForm = cls(obj=poll, deadline_day=deadline.date(), deadline_hour=deadline.time())
        return form

    def to_data(self) -> PollData:
        return PollData(
            deadline_day=self.deadline_day.data,
            deadline_hour=self.deadline_hour.data,
            title=self.title.data or "",
            place=self.place.data or "",
            visio_url=self.visio_url.data or "",
            notice=self.notice.data or "",
            with_holds=self.with_holds.data,
        )


class _DateRows(Form):
    """Several dates with their usual hours; a row may have hours of its own. Rows left empty are
    nobody's date."""

    starts = TimeField("Début habituel", [Optional()], format=HOUR_FORMATS, default=time(14, 0))
    ends = TimeField("Fin habituelle", [Optional()], format=HOUR_FORMATS, default=time(16, 0))
    confirmed = BooleanField("Je confirme ces dates")

    @property
    def rows(self) -> list[tuple[int, Any, Any, Any]]:
        """Rank, day, beginning and end of each row, for the page."""
        return [(n, *(self[f"{name}_{n}"] for name in ("day", "starts", "ends"))) for n in ROWS]

    def field_named(self, name: str) -> Any:
        """``day_1`` is the second date typed, whatever rows were left empty before it;
        ``confirmed_1`` the one box for them all."""
        base, _, number = name.rpartition("_")
        typed = self.ranks()
        if number.isdecimal() and int(number) < len(typed):
            name = f"{base}_{typed[int(number)]}"
        return super().field_named(name) or super().field_named(base)

    def slots(self) -> list[Slot]:
        """The dates typed, in their order."""
        return [self._slot(rank) for rank in self.ranks()]

    def ranks(self) -> list[int]:
        return [rank for rank in ROWS if self[f"day_{rank}"].data is not None]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        is_valid = bool(super().validate(*args, **kwargs))
        for rank in self.ranks():
            for name, message in (("starts", "l’heure de début"), ("ends", "l’heure de fin")):
                own, usual = self[f"{name}_{rank}"], self[name]
                if own.data is None and usual.data is None and not (own.errors or usual.errors):
                    own.errors = [*own.errors, f"Indiquez {message}."]
                    is_valid = False
        return is_valid

    def _slot(self, rank: int) -> Slot:
        return Slot(
            self[f"day_{rank}"].data,
            self[f"starts_{rank}"].data or self.starts.data,
            self[f"ends_{rank}"].data or self.ends.data,
            self.confirmed.data,
        )


def _date_rows() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for rank in ROWS:
        fields[f"day_{rank}"] = DateField(f"Date {rank + 1}", [Optional()], format=DAY_FORMATS)
        fields[f"starts_{rank}"] = TimeField("Début", [Optional()], format=HOUR_FORMATS)
        fields[f"ends_{rank}"] = TimeField("Fin", [Optional()], format=HOUR_FORMATS)
    return fields


DatesForm: type[_DateRows] = type("DatesForm", (_DateRows,), _date_rows())


class CreateForm(DatesForm, PollForm):  # type: ignore[valid-type,misc]
    """The poll and its first dates on one page."""


class MembersForm(Form):
    """The ids of memberships; the page draws the two columns of boxes."""

    members = SelectMultipleField(coerce=int, validate_choice=False)
    essential = SelectMultipleField(coerce=int, validate_choice=False)


class CloseForm(Form):
    option_id = HiddenField()
    place = StringField("Lieu", description="Tel qu’un invité le cherchera.")
    visio_url = URLField(
        "Lien de visioconférence", description="L’adresse complète, qui commence par https://"
    )

    @classmethod
    def of(cls, poll: DatePoll) -> "CloseForm":
        form: CloseForm = cls(place=poll.place, visio_url=poll.visio_url)
        return form

    def to_data(self, option_id: int) -> ClosingData:
        return ClosingData(option_id, self.place.data or "", self.visio_url.data or "")


class CancelPollForm(Form):
    reason = TextAreaField("Motif")
