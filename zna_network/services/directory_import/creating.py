"""New records written in the directory: a few statements a table, whatever their number.

Five thousand records made as objects and saved one by one take several times as long as all the
rest of an import. A row here holds what the services would have put in the object."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert

from zna_network.models.organisation import (
    Contact,
    Offer,
    OfferTargetGroup,
    Organisation,
    offer_communes,
    offer_qpv,
    offer_rights,
)
from zna_network.queries import imports as queries
from zna_network.services import contacts, organisation_values
from zna_network.services.contacts import contact_sort_key
from zna_network.services.context import Context
from zna_network.services.directory_import.drafts import RecordDraft
from zna_network.services.directory_import.vocabulary import Vocabulary
from zna_network.services.offers import OfferData, column_values
from zna_network.services.organisation_values import OrganisationData
from zna_network.services.organisations import sort_key
from zna_network.services.search_copy import OfferWords, record_search_text
from zna_network.services.slugs import Slugs

Row = dict[str, Any]


@dataclass(frozen=True)
class NewRecord:
    """A draft that creates an organisation, and the id that this was given."""

    draft: RecordDraft
    organisation_id: int

    @property
    def offers(self) -> list[OfferData]:
        return [offer.data for offer in self.draft.offers]


def create_records(
    ctx: Context, drafts: Iterable[RecordDraft], vocabulary: Vocabulary
) -> list[NewRecord]:
    """Write the organisations that these drafts create, with all that is theirs, in the current
    transaction; the journal is the caller's."""
    records = _create_organisations(ctx, list(drafts), vocabulary)
    _create_offers(ctx, records)
    _insert(ctx, Contact, (row for record in records for row in _contact_rows(ctx, record)))
    return records


def _create_organisations(
    ctx: Context, drafts: Sequence[RecordDraft], vocabulary: Vocabulary
) -> list[NewRecord]:
    slugs = Slugs(ctx.session)
    by_slug = {slugs.take(draft.data.name): draft for draft in drafts if draft.data is not None}
    _insert(
        ctx,
        Organisation,
        (
            {"slug": slug, **_organisation_row(draft.data, draft, vocabulary), **_times(ctx)}
            for slug, draft in by_slug.items()
            if draft.data is not None
        ),
    )
    ids = dict(ctx.session.execute(queries.ids_of_slugs()).all())
    return [NewRecord(draft, ids[slug]) for slug, draft in by_slug.items()]


def _organisation_row(data: OrganisationData, draft: RecordDraft, vocabulary: Vocabulary) -> Row:
    commune = vocabulary.communes.get(data.commune_insee or "")
    offers = (_words(offer.data, vocabulary) for offer in draft.offers)
    return {
        **{name: getattr(data, name) for name in organisation_values.FIELDS},
        "sort_key": sort_key(data.name),
        "search_text": record_search_text(data, commune, offers),
    }


def _words(offer: OfferData, vocabulary: Vocabulary) -> OfferWords:
    return OfferWords(
        title=offer.title,
        rights=[vocabulary.rights[code] for code in offer.rights],
        communes=[vocabulary.communes[insee] for insee in offer.communes],
        qpvs=[vocabulary.qpvs[qpv_id] for qpv_id in offer.qpvs],
        lots=offer.lots,
    )


def _create_offers(ctx: Context, records: Sequence[NewRecord]) -> None:
    _insert(
        ctx,
        Offer,
        (
            {"organisation_id": record.organisation_id, **column_values(offer), **_times(ctx)}
            for record in records
            for offer in record.offers
        ),
    )
    written = list(_with_ids(ctx, records))
    _insert(ctx, OfferTargetGroup, _list_rows(written, "target_groups", "target_group"))
    _insert(ctx, offer_rights, _list_rows(written, "rights", "right_code"))
    _insert(ctx, offer_communes, _list_rows(written, "communes", "insee"))
    _insert(ctx, offer_qpv, _list_rows(written, "qpvs", "qpv_id"))


def _with_ids(ctx: Context, records: Sequence[NewRecord]) -> Iterator[tuple[int, OfferData]]:
    """Each offer with the id that it was given. Those of one organisation were written in their
    order, and ids grow."""
    if not records:
        return
    own = [record.organisation_id for record in records]
    ids: dict[int, list[int]] = defaultdict(list)
    for organisation_id, offer_id in ctx.session.execute(
        queries.offers_in_order(min(own), max(own))
    ):
        ids[organisation_id].append(offer_id)
    for record in records:
        yield from zip(ids[record.organisation_id], record.offers, strict=True)


def _list_rows(offers: Iterable[tuple[int, OfferData]], field: str, column: str) -> Iterator[Row]:
    return (
        {"offer_id": offer_id, column: value}
        for offer_id, offer in offers
        for value in getattr(offer, field)
    )


def _contact_rows(ctx: Context, record: NewRecord) -> Iterator[Row]:
    for contact in record.draft.contacts:
        yield {
            "organisation_id": record.organisation_id,
            **{name: getattr(contact.data, name) for name in contacts.FIELDS},
            "sort_key": contact_sort_key(contact.data),
            **_times(ctx),
        }


def _times(ctx: Context) -> Row:
    return {"created_at": ctx.now, "updated_at": ctx.now}


def _insert(ctx: Context, table: type | Table, rows: Iterable[Row]) -> None:
    listed = list(rows)
    if listed:
        ctx.session.execute(insert(table), listed)
