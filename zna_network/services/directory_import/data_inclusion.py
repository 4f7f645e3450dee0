"""Reading data·inclusion files: a list of structures, or {"structures": […], "services": […]}."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from zna_network.models.organisation import OfferKind, OrganisationKind
from zna_network.ports.data_inclusion import DataInclusionSchema, RecordKind
from zna_network.services import data_inclusion_format as shared
from zna_network.services.directory_import.table import MAXIMUM_ROWS
from zna_network.services.directory_import.vocabulary import EVERYBODY, SEPARATOR, WHOLE
from zna_network.services.errors import InvalidError, TooLargeError

Record = Mapping[str, Any]
Row = tuple[int, dict[str, str], list[str]]
_IDENTITY: tuple[str, ...] = ("id", "name", "siret", "commune", "insee")
UNREADABLE = "Ce fichier JSON est illisible"


def looks_like_json(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def read_records(schema: DataInclusionSchema, content: bytes) -> tuple[list[Row], str]:
    """A row for each structure and each service, numbered from 1 in the file's order, with what
    the schema refuses in it. Raises InvalidError or TooLargeError."""
    structures, services = _lists(_parsed(content))
    total = len(structures) + len(services)
    if total == 0:
        raise InvalidError("Ce fichier ne contient aucune structure.", field="file")
    if total > MAXIMUM_ROWS:
        raise TooLargeError(
            f"Ce fichier a plus de {MAXIMUM_ROWS} fiches : séparez-le en plusieurs.", field="file"
        )
    rows = list(_rows(schema, structures, services))
    return rows, f"{len(structures)} structures et {len(services)} services"


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidError(f"{UNREADABLE} : il n’est pas en UTF-8.", field="file") from None
    except json.JSONDecodeError as error:
        raise InvalidError(
            f"{UNREADABLE} : erreur ligne {error.lineno}, colonne {error.colno}.", field="file"
        ) from None
    except (RecursionError, ValueError):
        raise InvalidError(f"{UNREADABLE}.", field="file") from None


def _lists(parsed: Any) -> tuple[list[Any], list[Any]]:
    if isinstance(parsed, list):
        return parsed, []
    structures = parsed.get("structures", []) if isinstance(parsed, dict) else None
    services = parsed.get("services", []) if isinstance(parsed, dict) else None
    if not isinstance(structures, list) or not isinstance(services, list):
        raise InvalidError(
            "Ce fichier JSON n’est pas au format data·inclusion : une liste de structures est "
            'attendue, ou {"structures": […], "services": […]}.',
            field="file",
        )
    return structures, services


def _rows(schema: DataInclusionSchema, structures: list[Any], services: list[Any]) -> Iterator[Row]:
    described: dict[str, dict[str, str]] = {}
    for number, record in enumerate(structures, start=1):
        faults = _faults(schema, RecordKind.STRUCTURE, record)
        values = _structure_values(record) if not faults else _shown(record)
        if not faults:
            described[str(record["id"])] = values
        yield number, values, faults
    identities: dict[str, dict[str, str]] = {
        key: {name: values[name] for name in _IDENTITY if name in values}
        for key, values in described.items()
    }
    for number, record in enumerate(services, start=len(structures) + 1):
        faults = _faults(schema, RecordKind.SERVICE, record)
        if faults:
            yield number, _shown(record), faults
            continue
        owner = _owner(record, identities)
        values = _service_values(record)
        if owner is None:
            faults.append(
                f"structure « {record['structure_id']} » absente du fichier et de l’annuaire"
            )
        yield number, {**(owner or {}), **values}, faults


def _faults(schema: DataInclusionSchema, kind: RecordKind, record: Any) -> list[str]:
    if not isinstance(record, dict):
        return ["une fiche (objet JSON) est attendue"]
    return [f"« {p.field} » : {p.message}" for p in schema.problems(kind, record)]


def _shown(record: Any) -> dict[str, str]:
    """A name for a record that cannot be read."""
    name = record.get("nom") if isinstance(record, dict) else None
    return {"name": name[:200]} if isinstance(name, str) else {}


def _owner(record: Record, identities: dict[str, dict[str, str]]) -> dict[str, str] | None:
    wanted = str(record["structure_id"])
    if wanted in identities:
        return identities[wanted]
    return {"id": wanted} if wanted.startswith(shared.ID_PREFIX) else None


def _structure_values(record: Record) -> dict[str, str]:
    values = {
        "name": record["nom"],
        "kind": _kind(record),
        "siret": record.get("siret"),
        "description": record.get("description"),
        "phone": record.get("telephone"),
        "email": record.get("courriel"),
        "website": record.get("site_web"),
        "address": _address(record),
        "postcode": record.get("code_postal"),
        "commune": record.get("commune"),
        "insee": record.get("code_insee"),
        "opening_hours": record.get("horaires_accueil"),
        "accessibility_url": record.get("accessibilite_lieu"),
    }
    if str(record["id"]).startswith(shared.ID_PREFIX):
        values["id"] = record["id"]
    return {key: str(value).strip() for key, value in values.items() if value}


def _address(record: Record) -> str:
    parts = (record.get("adresse"), record.get("complement_adresse"))
    return ", ".join(str(part).strip() for part in parts if part)


def _kind(record: Record) -> str:
    networks = record.get("reseaux_porteurs") or []
    for kind in shared.KIND_ORDER:
        if kind.value in networks:
            return kind.value
    return OrganisationKind.ASSOCIATION.value if networks else ""


def _service_values(record: Record) -> dict[str, str]:
    description, rights = _split_rights(str(record["description"]))
    place = ", ".join(p for p in (_address(record), str(record.get("commune") or "")) if p)
    title = str(record["nom"])
    if description in {shared.plain_description(title, kind) for kind in OfferKind}:
        description = ""
    values = {
        "offer_title": title,
        "offer_description": description,
        "offer_place": place,
        "offer_hours": str(record.get("horaires_accueil") or ""),
        "target_groups": _target_groups(record),
        "territory": _zone(record),
        "rights": rights,
    }
    return {key: value.strip() for key, value in values.items() if value.strip()}


def _split_rights(description: str) -> tuple[str, str]:
    """Our own files end a description with the rights; nobody else's has that line."""
    text, found, rights = description.rpartition(shared.RIGHTS_LINE)
    if not found or "\n" in rights:
        return description, ""
    return text.strip(), rights.rstrip(". ")


def _target_groups(record: Record) -> str:
    publics = record.get("publics") or []
    if shared.EVERYBODY in publics:
        return EVERYBODY
    groups = {shared.GROUP_OF[public] for public in publics if public in shared.GROUP_OF}
    return SEPARATOR.join(sorted(group.label for group in groups))


def _zone(record: Record) -> str:
    """The codes as they are: the territory's parser knows the communes of the CUA, and leaves the
    other places aside."""
    zones = [str(zone) for zone in record.get("zone_eligibilite") or []]
    if shared.WHOLE_ZONES.intersection(zones):
        return WHOLE
    return SEPARATOR.join(zones)
