"""Records in the words of a file's cells: what an export writes, and what a preview compares.
Reading these words back gives the same record."""

from zna_network.services.contacts import ContactData
from zna_network.services.directory_import.vocabulary import Territory, Vocabulary
from zna_network.services.french_time import short_date
from zna_network.services.offers import OfferData
from zna_network.services.organisation_values import OrganisationData

Cells = dict[str, str]
YES = "oui"


def organisation_cells(data: OrganisationData, vocabulary: Vocabulary) -> Cells:
    verified = data.last_verified_on
    return {
        "name": data.name,
        "acronym": data.acronym,
        "kind": data.kind.label,
        "siret": data.siret,
        "description": data.description,
        "phone": data.phone,
        "email": data.email,
        "website": data.website,
        "address": data.address,
        "postcode": data.postcode,
        "commune": vocabulary.show_commune(data.commune_insee, data.city),
        "opening_hours": data.opening_hours,
        "accessibility_url": data.accessibility_url,
        "notes": data.notes,
        "last_verified_on": short_date(verified) if verified else "",
    }


def offer_cells(data: OfferData, vocabulary: Vocabulary) -> Cells:
    territory = Territory(data.covers_whole_epci, data.communes, data.qpvs, data.lots)
    return {
        "offer_title": data.title,
        "offer_kind": data.kind.label,
        "offer_description": data.description,
        "offer_place": data.place,
        "offer_hours": data.opening_hours,
        "rights": vocabulary.show_rights(data.rights),
        "target_groups": vocabulary.show_target_groups(data.target_groups),
        "territory": vocabulary.show_territory(territory),
    }


def contact_cells(data: ContactData) -> Cells:
    return {
        "contact_civility": data.civility.value if data.civility else "",
        "contact_last_name": data.last_name,
        "contact_first_name": data.first_name,
        "contact_function": data.function,
        "contact_email": data.email,
        "contact_phone": data.phone,
        "contact_is_referent": YES if data.is_referent else "",
        "contact_is_elected": YES if data.is_elected else "",
        "contact_salutation": data.salutation,
    }
