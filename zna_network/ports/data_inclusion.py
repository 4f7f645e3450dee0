"""The data·inclusion schema (PyPI data-inclusion-schema), as a judge of plain objects."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class RecordKind(StrEnum):
    STRUCTURE = "structure"
    SERVICE = "service"


@dataclass(frozen=True)
class SchemaProblem:
    """Why a record is not valid: the field, in the schema's words, and the reason in French.
    ``is_required`` says whether the record cannot do without that field."""

    field: str
    message: str
    is_required: bool


class DataInclusionSchema(Protocol):
    def problems(self, kind: RecordKind, record: Mapping[str, Any]) -> list[SchemaProblem]:
        """Everything that the schema refuses in ``record``; empty when it is valid."""
        ...
