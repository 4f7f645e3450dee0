"""The journal's lines about a record, as staff read them."""

from typing import Any

from zna_network.models.audit import AuditEvent
from zna_network.services.french_time import short_datetime

_TITLES = {
    "organisation.created": ("Fiche créée", "success", "plus-lg"),
    "organisation.updated": ("Fiche modifiée", "neutral", "pencil"),
    "organisation.verified": ("Fiche vérifiée", "success", "check-lg"),
    "organisation.archived": ("Fiche archivée", "warning", "archive"),
    "organisation.restored": ("Fiche restaurée", "success", "arrow-counterclockwise"),
    "organisation.merged": ("Une autre fiche fusionnée dans celle-ci", "info", "sign-merge-right"),
    "organisation.merged_away": ("Fusionnée dans une autre fiche", "warning", "sign-merge-right"),
    "contact.created": ("Contact ajouté", "neutral", "person-plus"),
    "contact.updated": ("Contact modifié", "neutral", "person"),
    "contact.archived": ("Contact archivé", "warning", "person-x"),
    "contact.restored": ("Contact restauré", "neutral", "person-check"),
    "offer.created": ("Offre ajoutée", "neutral", "plus-lg"),
    "offer.updated": ("Offre modifiée", "neutral", "pencil"),
    "offer.removed": ("Offre retirée", "warning", "trash"),
    "duplicate.dismissed": ("Doublon écarté", "neutral", "x-lg"),
    "duplicate.reconsidered": ("Doublon à revoir", "neutral", "arrow-repeat"),
    "review.sent": ("« Fiche à jour ? » envoyé", "info", "envelope"),
    "review.confirmed": ("Confirmée par l’organisme", "success", "check-lg"),
    "review.proposed": ("Correction proposée par l’organisme", "info", "chat-left-text"),
    "review.applied": ("Correction appliquée", "success", "check-lg"),
    "review.refused": ("Correction refusée", "warning", "x-lg"),
    "review.revoked": ("Lien de vérification annulé", "warning", "x-lg"),
}
_FIELDS = {
    "name": "nom", "acronym": "sigle", "kind": "type", "description": "missions",
    "siret": "SIRET", "email": "e-mail", "phone": "téléphone", "website": "site web",
    "address": "adresse", "postcode": "code postal", "commune_insee": "commune", "city": "ville",
    "opening_hours": "horaires", "accessibility_url": "accessibilité", "notes": "notes internes",
    "last_verified_on": "date de vérification", "last_name": "nom", "first_name": "prénom",
    "civility": "civilité", "function": "fonction", "is_elected": "élu", "is_referent": "référent",
    "salutation": "formule d’appel",
}  # fmt: skip


def timeline_of(events: list[AuditEvent]) -> list[dict[str, Any]]:
    """The shape that components/timeline.html takes."""
    return [_entry(event) for event in events]


def _entry(event: AuditEvent) -> dict[str, Any]:
    title, tone, icon = _TITLES.get(event.action, ("Fiche touchée", "neutral", "circle-fill"))
    changed = [_FIELDS.get(name, name) for name in event.detail.get("fields", [])]
    if "import_batch" in event.detail:
        changed.append("par un import")
    return {
        "when": short_datetime(event.at),
        "title": title,
        "who": event.actor_label,
        "tone": tone,
        "icon": icon,
        "text": ", ".join(changed),
    }
