"""The period of a bilan, the columns of the export, the classes of the barometer."""

from flask import request
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import DateField, TextAreaField
from wtforms.validators import Optional

from zna_network.blueprints.support import DAY_FORMATS, Form, RevisionField
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import FAR_AWAY, FIRST_YEAR, LAST_YEAR
from zna_network.services.referrals.bilan import WHOLE, BilanPeriod


class PeriodForm(Form):
    """In the address of a page, or beside the button of a file."""

    since = DateField("Du", [Optional()], format=DAY_FORMATS, name="du")
    until = DateField("Au", [Optional()], format=DAY_FORMATS, name="au")

    class Meta:
        csrf = False

    @classmethod
    def asked(cls) -> "PeriodForm":
        given: MultiDict[str, str] = MultiDict(request.values)
        return cls(formdata=given)

    def period(self) -> BilanPeriod:
        """Everything when what was asked makes no period: the form then says why."""
        if not self.validate():
            return WHOLE
        for field in (self.since, self.until):
            if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
                field.errors = [FAR_AWAY]
                return WHOLE
        try:
            return BilanPeriod(self.since.data, self.until.data)
        except InvalidError as refusal:
            self.refuse(refusal)
            return WHOLE

    @property
    def in_address(self) -> dict[str, str]:
        """Of a period that is one."""
        if self.errors or self.form_errors:
            return {}
        days = {"du": self.since.data, "au": self.until.data}
        return {name: day.isoformat() for name, day in days.items() if day}


class MappingForm(Form):
    content = TextAreaField(
        "La table",
        description="Une ligne par colonne du fichier : son nom, le champ, et au besoin ce qui "
        "s’écrit pour chaque code. Changez le numéro de version de la première ligne.",
    )
    file = FileField(
        "Ou un fichier CSV", description="S’il est choisi, il remplace ce qui est écrit au-dessus."
    )
    seen = RevisionField()
