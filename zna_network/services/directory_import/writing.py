"""The drafts of a plan written in the directory, many records at a time.

The rules are those of the services that write one record: the drafts hold values that they have
cleaned. What is new here is only doing it without several queries for each record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from zna_network.models.organisation import Contact, Offer, Organisation
from zna_network.services import contacts, organisation_values
from zna_network.services.contacts import contact_sort_key
from zna_network.services.context import Context
from zna_network.services.directory_import.creating import create_records
from zna_network.services.directory_import.drafts import ContactDraft, OfferDraft, RecordDraft
from zna_network.services.directory_import.vocabulary import Vocabulary
from zna_network.services.offers import NamedRows, OfferData, write_offer
from zna_network.services.organisations import refresh_search_text, sort_key

Touched = TypeVar("Touched", OfferDraft, ContactDraft)


@dataclass
class Written:
    """How many rows were created or changed. ``record_ids`` are the new records, by the line that
    created them."""

    organisations: int = 0
    updated: int = 0
    offers: int = 0
    contacts: int = 0
    record_ids: dict[int, int] = field(default_factory=dict)


def write_drafts(
    ctx: Context, drafts: Iterable[RecordDraft], vocabulary: Vocabulary, batch_id: int
) -> Written:
    """Write every draft in the current transaction, and the journal with it."""
    written = Written()
    kept = [draft for draft in drafts if draft.data is not None]
    changed = [(d.existing, d) for d in kept if d.existing is not None and _is_changed(d)]
    written.updated = len(changed)
    created = create_records(ctx, (draft for draft in kept if draft.is_new), vocabulary)
    written.organisations = len(created)
    written.offers = sum(len(record.draft.offers) for record in created)
    written.contacts = sum(len(record.draft.contacts) for record in created)
    written.record_ids = {record.draft.first_line: record.organisation_id for record in created}
    for organisation, draft in changed:
        _put(ctx, organisation, draft, vocabulary, written)
        organisation.updated_at = ctx.now
    ctx.session.flush()
    for organisation, _ in changed:
        refresh_search_text(organisation)
    for action, ids in (
        ("organisation.created", list(written.record_ids.values())),
        ("organisation.updated", [organisation.id for organisation, _ in changed]),
    ):
        ctx.record_each(action, Organisation, ids, import_batch=batch_id)
    return written


def _is_changed(draft: RecordDraft) -> bool:
    return (
        draft.data != draft.stored
        or any(offer.line is not None for offer in draft.offers)
        or any(contact.line is not None for contact in draft.contacts)
    )


def _put(
    ctx: Context,
    organisation: Organisation,
    draft: RecordDraft,
    vocabulary: Vocabulary,
    written: Written,
) -> None:
    if draft.data is None:
        return
    for name in organisation_values.FIELDS:
        setattr(organisation, name, getattr(draft.data, name))
    organisation.sort_key = sort_key(draft.data.name)
    organisation.commune = vocabulary.communes.get(draft.data.commune_insee or "")
    for offer in _touched(draft.offers):
        _put_offer(ctx, organisation, offer, vocabulary)
        written.offers += 1
    for contact in _touched(draft.contacts):
        _put_contact(ctx, organisation, contact)
        written.contacts += 1


def _touched(drafts: Iterable[Touched]) -> Iterator[Touched]:
    return (draft for draft in drafts if draft.line is not None)


def _put_offer(
    ctx: Context, organisation: Organisation, draft: OfferDraft, vocabulary: Vocabulary
) -> None:
    offer = draft.existing
    if offer is None:
        offer = Offer(created_at=ctx.now, target_groups=[])
        organisation.offers.append(offer)
    else:
        # Also when only the lists of rights or communes change: the lock is on the whole offer.
        offer.revision = offer.revision + 1
    write_offer(offer, draft.data, _named(draft.data, vocabulary))
    offer.updated_at = ctx.now


def _named(data: OfferData, vocabulary: Vocabulary) -> NamedRows:
    """The rows of these codes, which come from the vocabulary itself."""
    return NamedRows(
        communes=[vocabulary.communes[insee] for insee in data.communes],
        qpvs=[vocabulary.qpvs[qpv_id] for qpv_id in data.qpvs],
        rights=[vocabulary.rights[code] for code in data.rights],
    )


def _put_contact(ctx: Context, organisation: Organisation, draft: ContactDraft) -> None:
    contact = draft.existing
    if contact is None:
        contact = Contact(created_at=ctx.now)
        organisation.contacts.append(contact)
    for name in contacts.FIELDS:
        setattr(contact, name, getattr(draft.data, name))
    contact.sort_key = contact_sort_key(draft.data)
    contact.updated_at = ctx.now
