"""The filters of the directory, read from the address: one that means nothing is no filter. The
list has them, and so has the export of a list."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import url_for
from wtforms import BooleanField, Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.support import choices
from zna_network.models.organisation import OrganisationKind, stale_limit
from zna_network.models.territory import Commune, Lot, Qpv, Right, TargetGroup
from zna_network.queries.directory import DirectoryFilter
from zna_network.services.search_words import search_words
from zna_network.services.territory import Territory

Member = TypeVar("Member", bound=StrEnum)


def _printable(typed: str | None) -> str:
    """What may be shown again: no control character has a place in a page."""
    return "".join(filter(str.isprintable, typed or ""))


class DirectoryFilters(Form):  # type: ignore[misc]
    """Field names are the parameters of the address, in French as the interface is."""

    q = StringField("Nom, sigle, droit ou commune", filters=[_printable])
    type = SelectField("Type", choices=choices(OrganisationKind, "Tous"), validate_choice=False)
    droit = SelectField("Droit", validate_choice=False)
    commune = SelectField("Intervient dans la commune", validate_choice=False)
    qpv = SelectField("Intervient dans le QPV", validate_choice=False)
    lot = SelectField("Lot", choices=choices(Lot, "Tous"), validate_choice=False)
    public = SelectField("Public", choices=choices(TargetGroup, "Tous"), validate_choice=False)
    a_verifier = BooleanField("À vérifier seulement")
    archives = BooleanField("Archivés seulement")

    def __init__(self, arguments: Any, territory: Territory, *, is_staff: bool) -> None:
        super().__init__(arguments)
        self._territory = territory
        self.droit.choices = _named("Tous", ((r.code, r.label) for r in territory.active_rights))
        self.commune.choices = _named("Toutes", ((c.insee, c.name) for c in territory.communes))
        self.qpv.choices = _named("Tous", ((str(qpv.id), qpv.name) for qpv in territory.qpvs))
        if not is_staff:
            del self.archives

    @property
    def words(self) -> str:
        return (self.q.data or "").strip()

    @property
    def kind(self) -> OrganisationKind | None:
        return _member(OrganisationKind, self.type.data)

    @property
    def right(self) -> Right | None:
        return self._territory.right(self.droit.data or "")

    @property
    def commune_chosen(self) -> Commune | None:
        return self._territory.commune(self.commune.data or "")

    @property
    def qpv_chosen(self) -> Qpv | None:
        return self._territory.qpv(self.qpv.data or "")

    @property
    def lot_chosen(self) -> Lot | None:
        return next((lot for lot in Lot if str(lot.value) == self.lot.data), None)

    @property
    def group(self) -> TargetGroup | None:
        return _member(TargetGroup, self.public.data)

    @property
    def archived(self) -> bool:
        return "archives" in self._fields and bool(self.archives.data)

    def wanted(self, today: date) -> DirectoryFilter:
        commune, qpv, right = self.commune_chosen, self.qpv_chosen, self.right
        return DirectoryFilter(
            words=tuple(search_words(self.words)),
            kind=self.kind,
            right_code=right.code if right else "",
            commune_insee=commune.insee if commune else "",
            commune_lots=self._territory.lots_in(commune) if commune else (),
            qpv_id=qpv.id if qpv else None,
            lot=self.lot_chosen,
            target_group=self.group,
            stale_before=stale_limit(today) if self.a_verifier.data else None,
            archived=self.archived,
        )

    def chips(self) -> list[tuple[str, str]]:
        """The filters in force, in words, each with the address of the list without it."""
        labels = {
            "q": f"Mots : {self.words}" if self.words else "",
            "type": self.kind and f"Type : {self.kind.label}",
            "droit": self.right and f"Droit : {self.right.short_label}",
            "commune": self.commune_chosen and f"Commune : {self.commune_chosen.name}",
            "qpv": self.qpv_chosen and f"QPV : {self.qpv_chosen.name}",
            "lot": self.lot_chosen and f"Lot {self.lot_chosen.value}",
            "public": self.group and f"Public : {self.group.label}",
            "a_verifier": self.a_verifier.data and "À vérifier",
            "archives": self.archived and "Archivés",
        }
        return [(str(label), self._without(key)) for key, label in labels.items() if label]

    def sent(self) -> dict[str, Any]:
        """The parameters of the address that are filters."""
        sent = {key: field.raw_data[0] for key, field in self._fields.items() if field.raw_data}
        return {key: value for key, value in sent.items() if value}

    def _without(self, name: str) -> str:
        kept = {key: value for key, value in self.sent().items() if key != name}
        return url_for("directory.index", **kept)


def _named(everything: str, pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", everything), *(SelectChoice(value, name) for value, name in pairs)]


def _member(enum: type[Member], value: str | None) -> Member | None:
    return next((member for member in enum if member.value == value), None)
