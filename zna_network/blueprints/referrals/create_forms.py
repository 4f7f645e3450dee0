"""The form of a referral: short enough for a minute on a phone, whole without JavaScript."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import uuid4

from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.person_fields import AskedPersonFields
from zna_network.blueprints.support import choices
from zna_network.models.referral import Callback, NonTakeUpCause, ReferralOrigin, Urgency
from zna_network.services.referrals.beginning import KnownPerson
from zna_network.services.referrals.people import PersonData
from zna_network.services.referrals.receivers import Suggestion
from zna_network.services.territory import Territory

NEW, OTHER = "new", "other"
_CAUSES = [SelectChoice("", "Je ne sais pas")] + [
    SelectChoice(cause.value, cause.hint) for cause in NonTakeUpCause
]


class OfferedRight(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def short_label(self) -> str: ...


def _radio(label: str, offered: Sequence[SelectChoice] = (), **values: Any) -> RadioField:
    return RadioField(label, choices=list(offered), validate_choice=False, **values)


class ReferralForm(AskedPersonFields):
    """The names are those of ``ReferralData`` and ``PersonData``, so that a refusal finds its
    field. ``receiver_choice`` is a suggestion's number, or ``OTHER`` and then ``receiver`` names
    it; ``who`` is a file's number or ``NEW``, empty as long as nothing was to be chosen."""

    client_id = HiddenField()
    badge_id = HiddenField()
    diagnostic_id = HiddenField()
    badge = StringField("Badge", description="Numéro écrit sous le code, ou code lu.")
    who = _radio("Qui est-ce ?")
    rights = SelectMultipleField(
        "Pour quels droits ?",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    need = TextAreaField("Besoin")
    cause = _radio("Pourquoi n’a-t-elle pas ce droit\u00a0?", _CAUSES, default="")
    receiver_choice = _radio("Organisme")
    receiver = StringField("Autre organisme")
    receiver_id = HiddenField()
    callback = _radio("Comment la joindre ?", default=Callback.PHONE.value)
    callback_when = StringField("Quand ?")
    urgency = _radio("Urgence", default=Urgency.NORMAL.value)
    origin = SelectField("Où l’avez-vous rencontrée ?", validate_choice=False)
    referrer = StringField("Qui oriente", description="Votre nom, tel que l’organisme le verra.")
    sender = StringField("Au nom de")
    sender_id = HiddenField()

    def __init__(self, territory: Territory, rights: Sequence[OfferedRight], **kwargs: Any) -> None:
        super().__init__(territory, **kwargs)
        self.rights.choices = [SelectChoice(right.code, right.short_label) for right in rights]
        self.callback.choices = choices(Callback)
        self.urgency.choices = choices(Urgency)
        self.origin.choices = choices(ReferralOrigin)
        if not self.client_id.data:
            self.client_id.data = str(uuid4())

    def offer_people(self, known: Sequence[KnownPerson]) -> None:
        """The files among which to choose, and a new one."""
        self.who.choices = [SelectChoice(str(one.id), one.label) for one in known]
        if known:
            self.who.choices.append(SelectChoice(NEW, "Quelqu’un d’autre : nouveau dossier"))

    def offer_receivers(self, found: Sequence[Suggestion]) -> None:
        self.receiver_choice.choices = [
            *(SelectChoice(str(one.organisation_id), one.name) for one in found),
            SelectChoice(OTHER, "Un autre organisme"),
        ]

    def fill(self, facts: PersonData) -> None:
        """What is known of the person, where nothing was typed."""
        for name in ("name", "phone", "email", "place", "age_band", "target_group", "birth_year"):
            field = self[name]
            if not field.data:
                # Shown from here on, and no longer from what was sent.
                field.raw_data, field.data = None, getattr(facts, name)
        if self.language.data in {None, "", "fr"}:
            self.language.data = facts.language

    @property
    def person_id(self) -> int | None:
        return _number(self.who.data)

    def number_of(self, name: str) -> int | None:
        """The number in a hidden field or a choice; none for anything else."""
        return _number(self[name].data)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
