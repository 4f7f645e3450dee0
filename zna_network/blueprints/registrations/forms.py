"""The forms of the public: a name and nothing else is needed, no script, no cookie."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from zna_network.blueprints.languages import page_language
from zna_network.blueprints.registration_answers import registration_data
from zna_network.blueprints.registrations.wording import AGE_BANDS, NEEDS, REASONS, TARGET_GROUPS
from zna_network.blueprints.support import Form
from zna_network.models.attendee import Attendee
from zna_network.services.context import Context
from zna_network.services.errors import DomainError, InvalidError
from zna_network.services.form_stamps import TOO_FAST, new_stamp, read_stamp
from zna_network.services.languages import to_translate
from zna_network.services.registration_values import (
    BAD_COMPANIONS,
    ELSEWHERE,
    NO_NAME,
    RegistrationData,
    place_of,
)
from zna_network.services.territory import Territory

PURPOSE = "registration"
TRAPPED = to_translate(
    "Une case cachée était remplie, sans doute par votre téléphone. Elle est vide "
    "maintenant\u00a0: appuyez de nouveau."
)


def _boxes(label: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class AboutForm(Form):
    """What people say of themselves. The holder of the link acts: no session, so no CSRF token."""

    name = StringField(
        lazy_gettext("Votre prénom ou un surnom"), [DataRequired(lazy_gettext(NO_NAME))]
    )
    place = SelectField(lazy_gettext("Où habitez-vous\u00a0?"), validate_choice=False)
    age_band = SelectField(lazy_gettext("Votre âge"), validate_choice=False)
    target_group = SelectField(lazy_gettext("Votre situation"), validate_choice=False)
    companions = IntegerField(
        lazy_gettext("Combien de personnes viennent avec vous\u00a0?"), [Optional()]
    )
    reasons = _boxes(lazy_gettext("Vous venez pour…"))
    needs = _boxes(lazy_gettext("De quoi avez-vous besoin sur place\u00a0?"))
    note = StringField(lazy_gettext("Autre chose à nous dire, ou votre langue"))
    email = StringField(lazy_gettext("Votre adresse e-mail"))
    phone = StringField(lazy_gettext("Votre téléphone"))

    class Meta:
        csrf = False

    def __init__(self, territory: Territory, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.place.choices = _places(territory)
        self.age_band.choices = _told(AGE_BANDS, blank=True)
        self.target_group.choices = _told(TARGET_GROUPS, blank=True)
        self.reasons.choices = _told(REASONS)
        self.needs.choices = _told(NEEDS)
        if self.companions.process_errors:
            self.companions.process_errors = [gettext(BAD_COMPANIONS)]

    def refuse(self, error: DomainError) -> None:
        super().refuse(type(error)(gettext(error.message), field=error.field))

    def to_data(self) -> RegistrationData:
        return registration_data(self, page_language().code)


class RegistrationForm(AboutForm):
    """``site`` is a trap: people do not see it, programs fill it in."""

    site = StringField(lazy_gettext("Laissez cette case vide"))
    stamp = HiddenField()

    def sending(self, ctx: Context) -> str:
        """The name of this sending. Raises InvalidError for what a person does not send."""
        if self.site.data:
            self.site.data = ""
            raise InvalidError(TRAPPED)
        return read_stamp(ctx.settings, PURPOSE, self.stamp.data or "", ctx.now)

    def renew_stamp(self, ctx: Context) -> None:
        """A fresh stamp where the one sent back is of no use; one that was merely too recent
        stays, and will do."""
        try:
            read_stamp(ctx.settings, PURPOSE, self.stamp.data or "", ctx.now)
        except InvalidError as error:
            if not self.is_submitted() or error.message != TOO_FAST:
                self.stamp.data = new_stamp(ctx.settings, PURPOSE, ctx.now)


def about(territory: Territory, attendee: Attendee) -> AboutForm:
    """The form as the attendee left it, until something is sent."""
    return AboutForm(
        territory,
        data={
            "name": attendee.name,
            "email": attendee.email,
            "phone": attendee.phone,
            "place": place_of(attendee.commune_insee, attendee.qpv_id, attendee.is_from_elsewhere),
            "age_band": attendee.age_band.value if attendee.age_band else "",
            "target_group": attendee.target_group.value if attendee.target_group else "",
            "reasons": attendee.reasons,
            "needs": attendee.needs,
            "companions": attendee.companions,
            "note": attendee.note,
        },
    )


def _places(territory: Territory) -> list[SelectChoice]:
    """The communes, each followed by its priority neighbourhoods."""
    choices = [SelectChoice("", gettext("Je préfère ne pas le dire"))]
    for commune in territory.communes:
        choices.append(SelectChoice(commune.insee, commune.name))
        choices += [
            SelectChoice(f"{commune.insee}:{qpv.id}", f"{commune.name} — {qpv.name}")
            for qpv in territory.qpvs
            if commune in qpv.communes
        ]
    return [*choices, SelectChoice(ELSEWHERE, gettext("Ailleurs"))]


def _told(words: Mapping[Any, str], *, blank: bool = False) -> list[SelectChoice]:
    first = [SelectChoice("", gettext("Je préfère ne pas le dire"))] if blank else []
    return [*first, *(_choice(member, text) for member, text in words.items())]


def _choice(member: StrEnum, text: str) -> SelectChoice:
    return SelectChoice(member.value, gettext(text))
