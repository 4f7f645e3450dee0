"""The filter of the public programme, read from the address: no session, no account, no script."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.languages import told
from zna_network.blueprints.programme.wording import PUBLICS
from zna_network.models.territory import Right, TargetGroup
from zna_network.services.programme import ProgrammeFilter


class ProgrammeFilterForm(Form):  # type: ignore[misc]
    """A value that means nothing is no filter."""

    droit = SelectField(validate_choice=False)
    public = SelectField(validate_choice=False)

    def offer(self, rights: Sequence[Right]) -> None:
        """The rights that this forum deals with, and the publics of the call."""
        self.droit.choices = [
            SelectChoice("", gettext("Tous les droits")),
            *(SelectChoice(right.code, right.label) for right in rights),
        ]
        self.public.choices = [
            SelectChoice("", gettext("Tous les publics")),
            *(SelectChoice(group.value, told(words)) for group, words in PUBLICS.items()),
        ]

    @classmethod
    def read(cls, arguments: Any) -> "ProgrammeFilterForm":
        return cls(arguments, droit="", public="")

    def to_filter(self) -> ProgrammeFilter:
        public = self.public.data or ""
        group = TargetGroup(public) if public in list(TargetGroup) else None
        return ProgrammeFilter(right_code=(self.droit.data or "")[:30], group=group)
