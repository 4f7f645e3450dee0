"""The filters of the list of stands, read from the address: one that means nothing is no filter."""

from typing import Any

from flask import url_for
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.support import choices
from zna_network.models.stand import StandState
from zna_network.models.territory import Right
from zna_network.queries.stands import StandFilter
from zna_network.services.search_words import search_words
from zna_network.services.territory import Territory

_PLACED = {"oui": True, "non": False}


def _printable(typed: str | None) -> str:
    return "".join(filter(str.isprintable, typed or ""))


class StandFilters(Form):  # type: ignore[misc]
    """Field names are the parameters of the address, in French as the interface is."""

    q = StringField("Nom de l’organisme", filters=[_printable])
    etat = SelectField("État", choices=choices(StandState, "Tous"), validate_choice=False)
    droit = SelectField("Droit", validate_choice=False)
    place = SelectField(
        "Sur le plan",
        choices=[
            SelectChoice("", "Tous"),
            SelectChoice("oui", "Placés"),
            SelectChoice("non", "À placer"),
        ],
        validate_choice=False,
    )

    def __init__(
        self, slug: str, arguments: Any, territory: Territory, *, is_staff: bool = True
    ) -> None:
        super().__init__(arguments)
        self._slug, self._territory = slug, territory
        if not is_staff:
            del self.etat  # They see one state only.
        self.droit.choices = [
            SelectChoice("", "Tous"),
            *(SelectChoice(right.code, right.label) for right in territory.active_rights),
        ]

    @property
    def state(self) -> StandState | None:
        wanted = self.etat.data if "etat" in self._fields else ""
        return next((one for one in StandState if one.value == wanted), None)

    @property
    def right(self) -> Right | None:
        return self._territory.right(self.droit.data or "")

    def wanted(self) -> StandFilter:
        return StandFilter(
            words=tuple(search_words(self.q.data or "")),
            state=self.state,
            right_code=self.right.code if self.right else "",
            placed=_PLACED.get(self.place.data or ""),
        )

    def sent(self) -> dict[str, Any]:
        """The parameters of the address that are filters."""
        sent = {key: field.raw_data[0] for key, field in self._fields.items() if field.raw_data}
        return {key: value for key, value in sent.items() if value}

    def chips(self) -> list[tuple[str, str]]:
        """The filters in force, in words, each with the address of the list without it."""
        placed = _PLACED.get(self.place.data or "")
        labels = {
            "q": f"Nom : {self.q.data.strip()}" if self.q.data else "",
            "etat": f"État : {self.state.label}" if self.state else "",
            "droit": f"Droit : {self.right.short_label}" if self.right else "",
            "place": "" if placed is None else "Placés" if placed else "À placer",
        }
        return [(label, self._without(key)) for key, label in labels.items() if label]

    def _without(self, name: str) -> str:
        kept = {key: value for key, value in self.sent().items() if key != name}
        return url_for("stands.index", slug=self._slug, **kept)
