"""The part of a record that its organisation may correct by a link."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from zna_network.models.organisation import Organisation
from zna_network.services.context import Context
from zna_network.services.organisation_values import OrganisationData, cleaned, data_of

LABELS = {
    "phone": "Téléphone",
    "email": "Adresse e-mail",
    "website": "Site web",
    "address": "Adresse",
    "postcode": "Code postal",
    "commune_insee": "Commune",
    "city": "Ville hors territoire",
    "opening_hours": "Horaires d’ouverture",
    "description": "Missions",
}
Values = dict[str, str | None]


def values_of(organisation: Organisation) -> Values:
    """What the link shows of the record: {field: value}."""
    return {field: getattr(organisation, field) for field in LABELS}


def cleaned_values(
    ctx: Context, organisation: Organisation, typed: Mapping[str, str | None]
) -> Values:
    """The record's values with those typed in place of its own, in the form that is stored.
    Raises InvalidValuesError. The other fields are left out: a fault that they may have is not
    this person's to mend."""
    merged: dict[str, Any] = {**values_of(organisation), **_known(typed)}
    clean = cleaned(ctx, OrganisationData(organisation.name, organisation.kind, **merged))
    return {field: getattr(clean, field) for field in LABELS}


def corrected(
    organisation: Organisation, proposal: Mapping[str, Any], fields: Iterable[str]
) -> OrganisationData:
    """The whole record with the chosen fields of the proposal."""
    chosen: dict[str, Any] = {field: proposal[field] for field in fields}
    return replace(data_of(organisation), **chosen)


def labels_of(fields: Iterable[str]) -> list[str]:
    """The names of these fields as people read them, in the page's order."""
    wanted = set(fields)
    return [label for field, label in LABELS.items() if field in wanted]


def _known(typed: Mapping[str, str | None]) -> dict[str, str | None]:
    return {field: value for field, value in typed.items() if field in LABELS}
