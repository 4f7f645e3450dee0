"""What a referent may correct: the parts of a record, read from it, compared, put back.

A part is one thing to decide upon; an address is one, or it would be of nowhere. An offer's part is
« offer:12 »."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zna_network.models.organisation import Offer, Organisation

# The keys are kept in the database: a part may be added, not renamed.
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "phone": ("Téléphone", ("phone",)),
    "email": ("Adresse e-mail générale", ("email",)),
    "website": ("Site web", ("website",)),
    "address": ("Adresse", ("address", "postcode", "commune_insee", "city")),
    "opening_hours": ("Horaires d’ouverture", ("opening_hours",)),
    "description": ("Missions", ("description",)),
}
OFFER = "offer:"
Values = dict[str, Any]


@dataclass(frozen=True)
class Part:
    key: str
    label: str
    values: Values


def parts_of(organisation: Organisation) -> Iterator[Part]:
    """Every part of the record as it stands."""
    for key, (label, names) in PARTS.items():
        yield Part(key, label, {name: getattr(organisation, name) for name in names})
    for offer in organisation.offers:
        yield offer_part(offer)


def offer_part(offer: Offer) -> Part:
    label = f"{offer.title} : jours et horaires"
    return Part(f"{OFFER}{offer.id}", label, {"opening_hours": offer.opening_hours})


def offer_id_of(key: str) -> int | None:
    return int(key.removeprefix(OFFER)) if key.startswith(OFFER) else None


def in_words(values: Mapping[str, Any], commune_names: Mapping[str, str]) -> str:
    """A part's values on as few lines as a person would write."""
    if "commune_insee" not in values:
        return "\n".join(str(value) for value in values.values() if value)
    town = commune_names.get(values.get("commune_insee") or "", "") or values.get("city", "")
    second = f"{values.get('postcode', '')} {town}".strip()
    return "\n".join(filter(None, (values.get("address", ""), second)))


def digest_of(organisation: Organisation) -> str:
    """Changes when anything that a referent was shown does."""
    shown = {
        "name": organisation.name,
        "parts": {part.key: part.values for part in parts_of(organisation)},
        "offers": [
            [offer.id, offer.title, offer.place, sorted(right.code for right in offer.rights)]
            for offer in organisation.offers
        ],
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]
