"""The filters of the list of referrals, read from its address."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.support import choices
from zna_network.models.referral import ReferralState, Step, Urgency
from zna_network.models.territory import Lot, TargetGroup
from zna_network.queries.referral_lists import ReferralFilter
from zna_network.services.territory import Territory

TODO, STUCK = "a-traiter", "en-retard"
FOLLOWING = {TODO: "À traiter", STUCK: "En retard"}
Partners = Sequence[tuple[int, str]]


class ReferralFilters(PlainForm):  # type: ignore[misc]
    """A value that no choice has counts for nothing. ``suivi`` is the tab."""

    q = StringField("Rechercher une orientation")
    etat = SelectField("État", validate_choice=False)
    etape = SelectField("Étape", validate_choice=False)
    droit = SelectField("Droit", validate_choice=False)
    qui = SelectField("Qui oriente", validate_choice=False)
    vers = SelectField("Organisme destinataire", validate_choice=False)
    commune = SelectField("Commune", validate_choice=False)
    qpv = SelectField("QPV", validate_choice=False)
    lot = SelectField("Lot", validate_choice=False)
    public = SelectField("Public", validate_choice=False)
    urgence = SelectField("Urgence", validate_choice=False)

    def __init__(
        self,
        args: MultiDict[str, str],
        territory: Territory,
        senders: Partners,
        receivers: Partners,
    ) -> None:
        super().__init__(args)
        self.q.data = "".join(c for c in self.q.data or "" if c.isprintable())[:100].strip()
        self.etat.choices = choices(ReferralState, blank="Tous")
        self.etape.choices = choices(Step, blank="Toutes")
        self.urgence.choices = choices(Urgency, blank="Toutes")
        self.public.choices = choices(TargetGroup, blank="Tous")
        self.lot.choices = [SelectChoice("", "Tous")] + [
            SelectChoice(str(int(lot)), lot.label) for lot in Lot
        ]
        self.droit.choices = _among("Tous", ((r.code, r.short_label) for r in territory.rights))
        self.commune.choices = _among("Toutes", ((c.insee, c.name) for c in territory.communes))
        self.qpv.choices = _among("Tous", ((str(q.id), q.name) for q in territory.qpvs))
        self.qui.choices = _among("Tous", ((str(number), name) for number, name in senders))
        self.vers.choices = _among("Tous", ((str(number), name) for number, name in receivers))
        suivi = args.get("suivi", "")
        self.suivi = suivi if suivi in FOLLOWING else ""

    def wanted(self) -> ReferralFilter:
        state, step = self._chosen("etat"), self._chosen("etape")
        urgency, group = self._chosen("urgence"), self._chosen("public")
        return ReferralFilter(
            state=ReferralState(state) if state else None,
            step=Step(step) if step else None,
            urgency=Urgency(urgency) if urgency else None,
            right_code=self._chosen("droit"),
            sender_id=_number(self._chosen("qui")),
            receiver_id=_number(self._chosen("vers")),
            commune_insee=self._chosen("commune"),
            qpv_id=_number(self._chosen("qpv")),
            lot=_number(self._chosen("lot")),
            target_group=TargetGroup(group) if group else None,
            todo=self.suivi == TODO,
            stuck=self.suivi == STUCK,
        )

    def chips(self) -> list[tuple[str, str]]:
        """Each filter in force, and the address of the list without it."""
        sent = self.sent()
        labels = {name: _label(self[name]) for name in sent}
        return [
            (label, self.address(**{k: v for k, v in sent.items() if k != name}))
            for name, label in labels.items()
        ]

    def sent(self) -> dict[str, str]:
        found = {name: self._chosen(name) for name in self._fields if name != "q"}
        found = {name: value for name, value in found.items() if value}
        return found | ({"q": self.q.data} if self.q.data else {})

    def address(self, suivi: str | None = None, **sent: str) -> str:
        """The list with these filters, in this tab or another."""
        return self._with(url_for("referrals.index"), suivi, sent)

    def export_address(self, kind: str) -> str:
        """What the list shows, as a file."""
        return self._with(url_for("referrals.export", kind=kind), None, self.sent())

    def _with(self, base: str, suivi: str | None, sent: dict[str, str]) -> str:
        tab = self.suivi if suivi is None else suivi
        values = sent | ({"suivi": tab} if tab else {})
        return f"{base}?{urlencode(values)}" if values else base

    def _chosen(self, name: str) -> str:
        field = self[name]
        return next((c.value for c in field.choices if c.value and c.value == field.data), "")


def _among(blank: str, offered: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", blank), *(SelectChoice(value, label) for value, label in offered)]


def _label(field: Any) -> str:
    """« Droit : RSA », or the words that were searched."""
    if field.name == "q":
        return f"« {field.data} »"
    chosen = next(c.label for c in field.choices if c.value == field.data)
    return f"{field.label.text} : {chosen}"


def _number(value: str) -> int | None:
    return int(value) if value else None
