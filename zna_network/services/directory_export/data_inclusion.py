"""The directory as data·inclusion structures and services, none of which names a person."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from zna_network.models.organisation import Offer, Organisation
from zna_network.models.territory import Lot, TargetGroup
from zna_network.ports.data_inclusion import RecordKind
from zna_network.services import data_inclusion_format as shared
from zna_network.services.context import Context
from zna_network.services.directory_import.plan import read_vocabulary
from zna_network.services.directory_import.vocabulary import Vocabulary

Record = dict[str, Any]
ACCESS_TO_RIGHTS = (
    "difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits"
)
QPV_RESIDENTS = "residents-qpv-frr"
NAME_CHARACTERS = 150
# The opening hours of OpenStreetMap, as far as telling them from a sentence goes.
_OSM_HOURS = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|24/7)[\w ,:;/+\-\[\]\"]*", re.ASCII)


def make(ctx: Context, organisations: Sequence[Organisation]) -> tuple[bytes, list[str]]:
    """The file, and what was left out of it: every record in it is valid. A field that the schema
    refuses is dropped; a record that cannot do without it is not written."""
    vocabulary = read_vocabulary(ctx)
    warnings: list[str] = []
    structures: list[Record] = []
    services: list[Record] = []
    for organisation in organisations:
        structure = _valid(ctx, RecordKind.STRUCTURE, _structure(ctx, organisation), warnings)
        if structure is None:
            continue
        structures.append(structure)
        for offer in organisation.offers:
            service = _service(offer, structure["id"], vocabulary)
            kept = _valid(ctx, RecordKind.SERVICE, service, warnings)
            services += [kept] if kept else []
    warnings += _about_hours(organisations)
    content = {"structures": structures, "services": services}
    return json.dumps(content, ensure_ascii=False, indent=1).encode(), warnings


def _valid(ctx: Context, kind: RecordKind, record: Record, warnings: list[str]) -> Record | None:
    """The record without the fields that the schema refuses; none when it has to be left out."""
    name = record["nom"] or record["id"]
    record = {key: value for key, value in record.items() if value}
    while found := ctx.ports.data_inclusion.problems(kind, record):
        for problem in found:
            reason = f"{name} : « {problem.field} » : {problem.message}"
            if problem.is_required or problem.field not in record:
                warnings.append(f"{reason} ; la fiche entière est laissée de côté.")
                return None
            warnings.append(f"{reason} ; le champ est laissé de côté.")
            del record[problem.field]
    return record


def _structure(ctx: Context, source: Organisation) -> Record:
    commune = source.commune
    network = shared.NETWORK_OF.get(source.kind)
    return {
        "source": shared.SOURCE,
        "id": shared.structure_id(source.slug),
        "nom": _name(source.name),
        "date_maj": _day(source.updated_at),
        "description": source.description,
        "lien_source": _link(ctx, source),
        "siret": source.siret,
        "commune": commune.name if commune else source.city,
        "code_postal": source.postcode,
        "code_insee": commune.insee if commune else "",
        "adresse": source.address,
        "telephone": _e164(source.phone),
        "courriel": source.email,
        "site_web": source.website,
        "horaires_accueil": _hours(source.opening_hours),
        "accessibilite_lieu": _acceslibre(source.accessibility_url),
        "reseaux_porteurs": [network] if network else [],
    }


def _service(source: Offer, structure_id: str, vocabulary: Vocabulary) -> Record:
    groups = [row.target_group for row in source.target_groups]
    neighbourhoods = bool(source.qpvs) or Lot.PRIORITY_NEIGHBOURHOODS in source.lots
    rights = vocabulary.show_rights(sorted(right.code for right in source.rights))
    return {
        "source": shared.SOURCE,
        "structure_id": structure_id,
        "id": f"{structure_id}--{source.id}",
        "nom": _name(source.title),
        "description": _description(source, rights),
        "date_maj": _day(source.updated_at),
        "thematiques": [ACCESS_TO_RIGHTS] if rights else [],
        "publics": _publics(groups, neighbourhoods),
        "publics_precisions": ", ".join(_precisions(source, groups)),
        "adresse": source.place,
        "modes_accueil": ["en-presentiel"] if source.place else [],
        "zone_eligibilite": _zone(source, vocabulary),
        "horaires_accueil": _hours(source.opening_hours),
    }


def _description(source: Offer, rights: str) -> str:
    text = source.description or shared.plain_description(source.title, source.kind)
    return f"{text}\n{shared.RIGHTS_LINE}{rights}." if rights else text


def _publics(groups: list[TargetGroup], neighbourhoods: bool) -> list[str]:
    publics = {public for group in groups for public in shared.PUBLICS_OF[group]}
    if neighbourhoods:
        publics.add(QPV_RESIDENTS)
    return sorted(publics) or [shared.EVERYBODY]


def _precisions(source: Offer, groups: list[TargetGroup]) -> Iterator[str]:
    if TargetGroup.SINGLE_PARENTS in groups:
        yield TargetGroup.SINGLE_PARENTS.label
    if source.qpvs:
        yield "quartiers " + ", ".join(qpv.name for qpv in source.qpvs)
    elif Lot.PRIORITY_NEIGHBOURHOODS in source.lots:
        yield "habitants des six quartiers prioritaires d’Arras et alentour"


def _zone(source: Offer, vocabulary: Vocabulary) -> list[str]:
    """INSEE codes: a neighbourhood counts for its communes, since the schema has nothing finer."""
    if source.covers_whole_epci:
        return [shared.CUA_SIREN]
    codes = {commune.insee for commune in source.communes}
    codes |= {c.insee for c in vocabulary.communes.values() if c.lot in source.lots}
    all_qpvs = Lot.PRIORITY_NEIGHBOURHOODS in source.lots
    qpvs = list(vocabulary.qpvs.values()) if all_qpvs else list(source.qpvs)
    codes |= {commune.insee for qpv in qpvs for commune in qpv.communes}
    return sorted(codes)


def _name(name: str) -> str:
    return name[:NAME_CHARACTERS].rstrip(". ")


def _day(instant: datetime) -> str:
    """The day on the clock of this machine: the schema refuses a day after its own today."""
    return instant.astimezone().date().isoformat()


def _e164(phone: str) -> str:
    digits = phone.replace(" ", "")
    return f"+33{digits[1:]}" if len(digits) == 10 and digits.startswith("0") else digits


def _hours(text: str) -> str:
    return text if _OSM_HOURS.fullmatch(text) else ""


def _acceslibre(url: str) -> str:
    return url if "acceslibre" in (urlsplit(url).hostname or "") else ""


def _link(ctx: Context, source: Organisation) -> str:
    if not ctx.settings.is_public:
        return ""
    return f"{ctx.settings.base_url}/annuaire/organismes/{source.slug}"


def _about_hours(organisations: Sequence[Organisation]) -> list[str]:
    texts = [o.opening_hours for o in organisations]
    texts += [offer.opening_hours for o in organisations for offer in o.offers]
    plain = sum(1 for text in texts if text and not _hours(text))
    if not plain:
        return []
    return [
        f"{plain} horaires écrits en clair sont laissés de côté : data·inclusion n’accepte que la "
        "notation d’OpenStreetMap (« Mo-Fr 08:30-12:30 »)."
    ]
