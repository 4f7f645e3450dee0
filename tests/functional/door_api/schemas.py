"""As much of JSON Schema (2020-12) as openapi.json uses; any other keyword is an error."""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

Document = dict[str, Any]
_TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None),
}  # fmt: skip
_FORMATS = {"date-time": datetime.fromisoformat, "date": date.fromisoformat, "uuid": UUID}
_KNOWN = frozenset(
    [
        "$ref",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "prefixItems",
        "minItems",
        "maxItems",
        "enum",
        "anyOf",
        "format",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "description",
    ]
)


def faults(document: Document, schema: Document, value: Any, where: str = "$") -> list[str]:
    """What is wrong with ``value``, in words; nothing when it is valid."""
    assert set(schema) <= _KNOWN, set(schema) - _KNOWN
    if "$ref" in schema:
        return faults(document, _resolved(document, schema["$ref"]), value, where)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_is_a(value, kind) for kind in types):
        return [f"{where}: not {types}: {value!r}"]
    found = _of_value(schema, value, where)
    if "anyOf" in schema and all(
        faults(document, {**_bare(schema), **choice}, value, where) for choice in schema["anyOf"]
    ):
        found.append(f"{where}: none of anyOf: {value!r}")
    if isinstance(value, dict):
        found += _of_object(document, schema, value, where)
    if isinstance(value, list):
        found += _of_array(document, schema, value, where)
    return found


def _resolved(document: Document, reference: str) -> Document:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _bare(schema: Document) -> Document:
    return {key: schema[key] for key in schema.keys() & {"type"}}


def _is_a(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _of_value(schema: Document, value: Any, where: str) -> list[str]:
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is not in the list")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{where}: {value!r} does not match")
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            found.append(f"{where}: length of {value!r}")
        if "format" in schema:
            try:
                _FORMATS[schema["format"]](value)
            except ValueError:
                found.append(f"{where}: {value!r} is no {schema['format']}")
    if isinstance(value, int) and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        found.append(f"{where}: {value} is out of bounds")
    return found


def _of_object(document: Document, schema: Document, value: Any, where: str) -> list[str]:
    known = schema.get("properties", {})
    found = [
        f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value
    ]
    if schema.get("additionalProperties") is False:
        found += [f"{where}: {name} is too much" for name in value if name not in known]
    for name in value.keys() & known.keys():
        found += faults(document, known[name], value[name], f"{where}.{name}")
    return found


def _of_array(document: Document, schema: Document, value: Any, where: str) -> list[str]:
    found = []
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        found.append(f"{where}: {len(value)} items")
    first = schema.get("prefixItems", [])
    for rank, item in enumerate(value):
        of_item = first[rank] if rank < len(first) else schema.get("items", {})
        found += faults(document, of_item, item, f"{where}[{rank}]")
    return found
