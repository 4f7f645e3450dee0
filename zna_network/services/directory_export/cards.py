"""The directory as contact cards."""

from collections.abc import Iterator, Sequence

from zna_network.models.organisation import Contact, Organisation
from zna_network.ports.contact_cards import ContactCard
from zna_network.services.data_inclusion_format import structure_id


def cards_of(organisations: Sequence[Organisation], with_contacts: bool) -> list[ContactCard]:
    """A card for each organisation, and one for each person when they are asked for."""
    return [
        card
        for organisation in organisations
        for card in (_organisation(organisation), *_people(organisation, with_contacts))
    ]


def _organisation(source: Organisation) -> ContactCard:
    return ContactCard(
        uid=structure_id(source.slug),
        organisation=source.name,
        revised_at=source.updated_at,
        email=source.email,
        phone=source.phone,
        website=source.website,
        street=source.address,
        postcode=source.postcode,
        city=source.commune.name if source.commune else source.city,
        categories=(source.kind.label,),
        note=source.opening_hours,
    )


def _people(source: Organisation, with_contacts: bool) -> Iterator[ContactCard]:
    for contact in source.contacts:
        if with_contacts and contact.archived_at is None:
            yield _person(contact, source)


def _person(contact: Contact, organisation: Organisation) -> ContactCard:
    return ContactCard(
        uid=f"{structure_id(organisation.slug)}--contact-{contact.id}",
        organisation=organisation.name,
        revised_at=contact.updated_at,
        civility=contact.civility.value if contact.civility else "",
        first_name=contact.first_name,
        last_name=contact.last_name,
        function=contact.function,
        email=contact.email,
        phone=contact.phone,
    )
