"""The form of a merge: for each field that differs, whose value is kept."""

from datetime import date
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.support import Form, RevisionField
from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.services.french_time import short_date
from zna_network.services.merging import CHOICES, MergeData

KEPT, OTHER = "kept", "other"
EMPTY = "(vide)"
LABELS = {
    "name": "Nom",
    "acronym": "Sigle",
    "kind": "Type",
    "siret": "SIRET",
    "description": "Missions",
    "address": "Adresse",
    "phone": "Téléphone",
    "email": "Adresse e-mail",
    "website": "Site web",
    "opening_hours": "Horaires",
    "accessibility_url": "Accessibilité",
    "notes": "Notes internes",
    "last_verified_on": "Vérifiée le",
}


class MergeForm(Form):
    """Its radio buttons are added by ``merge_form``, one group for each field that differs."""

    kept_revision = RevisionField()
    other_revision = RevisionField()

    @property
    def choices(self) -> list[Any]:
        return [self._fields[key] for key in LABELS if key in self._fields]

    def to_data(self, kept_id: int, other_id: int) -> MergeData:
        return MergeData(
            kept_id=kept_id,
            other_id=other_id,
            kept_revision=self.kept_revision.seen,
            other_revision=self.other_revision.seen,
            from_other=frozenset(field.name for field in self.choices if field.data == OTHER),
        )

    def renew(self, kept: Organisation, other: Organisation) -> bool:
        """Whether one of the records was changed while the two were compared."""
        stale = [
            self.kept_revision.renew(kept.revision),
            self.other_revision.renew(other.revision),
        ]
        return any(stale)


def merge_form(kept: Organisation, other: Organisation) -> MergeForm:
    """Where the record kept says nothing, the other's value is proposed."""
    groups: dict[str, Any] = {}
    for key, label in LABELS.items():
        mine, theirs = shown(kept, key), shown(other, key)
        if mine != theirs:
            groups[key] = RadioField(
                label,
                choices=[SelectChoice(KEPT, mine), SelectChoice(OTHER, theirs)],
                default=KEPT if mine != EMPTY else OTHER,
            )
    form_class = type("FilledMergeForm", (MergeForm,), groups)
    form: MergeForm = form_class(
        data={"kept_revision": kept.revision, "other_revision": other.revision}
    )
    return form


def shown(organisation: Organisation, key: str) -> str:
    """The value of a choice in words."""
    if key == "address":
        place = f"{organisation.postcode} {organisation.place_name}".strip()
        return ", ".join(filter(None, (organisation.address, place))) or EMPTY
    (field,) = CHOICES[key]
    value = getattr(organisation, field)
    if isinstance(value, OrganisationKind):
        return value.label
    return short_date(value) if isinstance(value, date) else value or EMPTY
