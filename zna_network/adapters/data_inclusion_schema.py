"""Judging records by the data·inclusion schema, its reasons put in French."""

from collections.abc import Mapping
from typing import Any

from zna_network.ports.data_inclusion import RecordKind, SchemaProblem

# pydantic's error types: https://docs.pydantic.dev/latest/errors/validation_errors/
_REASONS = {
    "missing": "champ obligatoire absent",
    "enum": "valeur hors de la liste du schéma",
    "string_type": "un texte est attendu",
    "float_type": "un nombre est attendu",
    "float_parsing": "un nombre est attendu",
    "int_parsing": "un nombre entier est attendu",
    "list_type": "une liste est attendue",
    "set_type": "une liste est attendue",
    "date_parsing": "une date AAAA-MM-JJ est attendue",
    "date_from_datetime_parsing": "une date AAAA-MM-JJ est attendue",
    "date_type": "une date AAAA-MM-JJ est attendue",
    "url_parsing": "une adresse web complète est attendue (https://…)",
    "url_scheme": "une adresse web complète est attendue (https://…)",
    "url_type": "une adresse web complète est attendue (https://…)",
    "string_pattern_mismatch": "format inattendu",
    "literal_error": "valeur hors de la liste du schéma",
    "model_type": "une fiche (objet JSON) est attendue",
}


class PydanticDataInclusionSchema:
    def problems(self, kind: RecordKind, record: Mapping[str, Any]) -> list[SchemaProblem]:
        from data_inclusion.schema import v1
        from pydantic import ValidationError

        model = v1.Structure if kind is RecordKind.STRUCTURE else v1.Service
        required = {name for name, field in model.model_fields.items() if field.is_required()}
        try:
            model.model_validate(dict(record))
        except ValidationError as error:
            found: dict[str, SchemaProblem] = {}
            for detail in error.errors(include_url=False, include_input=False):
                field = str(detail["loc"][0]) if detail["loc"] else ""
                found.setdefault(
                    field,
                    SchemaProblem(field, _reason(detail), field in required or not field),
                )
            return list(found.values())
        return []


def _reason(detail: Mapping[str, Any]) -> str:
    kind = str(detail["type"])
    limits = detail.get("ctx") or {}
    if kind == "string_too_short":
        return f"texte trop court ({limits.get('min_length')} caractères au moins)"
    if kind == "string_too_long":
        return f"texte trop long ({limits.get('max_length')} caractères au plus)"
    if kind == "too_short":
        return "liste vide"
    if kind == "value_error":
        if "email" in str(detail["msg"]):
            return "adresse e-mail non valable"
        return str(detail["msg"]).removeprefix("Value error, ")
    return _REASONS.get(kind, "valeur non valable")
