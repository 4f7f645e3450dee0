"""What changed in a record while somebody was typing, to show beside what they typed."""

from dataclasses import dataclass, fields
from typing import Any

from zna_network.blueprints.support import Form
from zna_network.models.territory import TargetGroup
from zna_network.services.organisations import InvalidValuesError
from zna_network.services.territory import Territory

EMPTY = "—"


@dataclass(frozen=True)
class Difference:
    """``current`` is what the record says now, ``typed`` what would replace it."""

    label: str
    current: str
    typed: str


def differences(form: Form, current: Any, typed: Any, territory: Territory) -> list[Difference]:
    """The fields that two values of one dataclass (OrganisationData, ContactData…) do not share,
    with the labels of ``form``."""
    words = _Words(territory)
    found = []
    for part in fields(current):
        field = form._fields.get(part.name)
        before, after = getattr(current, part.name), getattr(typed, part.name)
        if field is not None and before != after:
            found.append(
                Difference(
                    field.label.text, words.of(part.name, before), words.of(part.name, after)
                )
            )
    return found


class _Words:
    """Values as people read them: communes by name, rights by label."""

    def __init__(self, territory: Territory) -> None:
        self._names: dict[str, dict[Any, str]] = {
            "commune_insee": {c.insee: c.name for c in territory.communes},
            "communes": {c.insee: c.name for c in territory.communes},
            "qpvs": {qpv.id: qpv.name for qpv in territory.qpvs},
            "rights": {right.code: right.label for right in territory.rights},
            "target_groups": {group: group.label for group in TargetGroup},
        }

    def of(self, name: str, value: Any) -> str:
        names = self._names.get(name, {})
        if isinstance(value, tuple):
            return ", ".join(str(names.get(one, one)) for one in value) or EMPTY
        if isinstance(value, bool):
            return "Oui" if value else "Non"
        label = names.get(value) or getattr(value, "label", None)
        return str(label or value or EMPTY)


def cleaned_or_typed(clean: Any, typed: Any) -> Any:
    """What was typed in the form that would be stored, if it can be; else as it was typed."""
    try:
        return clean(typed)
    except InvalidValuesError:
        return typed
