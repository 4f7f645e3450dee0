"""One line after the other put into the draft of its record."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from zna_network.models.directory_work import LineStatus
from zna_network.services.contacts import ContactData
from zna_network.services.context import Context
from zna_network.services.directory_import.drafts import (
    ContactDraft,
    OfferDraft,
    RecordDraft,
    RowRefusedError,
    assign_offers,
    changed_offer,
    merged_contact,
    merged_organisation,
    new_offer,
    repeats_new_offer,
)
from zna_network.services.directory_import.headings import BY_KEY
from zna_network.services.directory_import.outcome import PlannedLine
from zna_network.services.directory_import.rows import RowValues
from zna_network.services.directory_import.vocabulary import Vocabulary
from zna_network.services.directory_import.wording import (
    Cells,
    contact_cells,
    offer_cells,
    organisation_cells,
)
from zna_network.services.offers import OfferData
from zna_network.services.organisation_values import OrganisationData

T = TypeVar("T")
Change = dict[str, str]
SHOWN_CHARACTERS = 300


def plan_lines(
    ctx: Context, draft: RecordDraft, rows: list[RowValues], vocabulary: Vocabulary
) -> list[PlannedLine]:
    """What each row of a record does to it; those that break a rule are refused one by one."""
    assigned = assign_offers(draft, [(row.line, row.offer) for row in rows])
    return [_plan(ctx, draft, row, assigned.get(row.line), vocabulary) for row in rows]


def _plan(
    ctx: Context,
    draft: RecordDraft,
    row: RowValues,
    assigned: OfferDraft | None,
    vocabulary: Vocabulary,
) -> PlannedLine:
    reasons: list[str] = []

    def attempt(part: Callable[[], T]) -> T | None:
        try:
            return part()
        except RowRefusedError as refusal:
            reasons.extend(refusal.reasons)
            return None

    organisation = attempt(lambda: merged_organisation(ctx, draft, row.organisation))
    offer = attempt(lambda: _offer(row, assigned)) if row.offer else None
    person = attempt(lambda: merged_contact(draft, row.contact)) if row.contact else None
    if reasons or organisation is None:
        return refused_line(row, reasons)
    changes = list(_put_organisation(draft, row, organisation, vocabulary))
    if offer is not None:
        changes += _put_offer(draft, row, assigned, offer, vocabulary)
    if person is not None:
        changes += _put_contact(draft, row, *person)
    status = LineStatus.CREATED if draft.is_new else LineStatus.CHANGED
    return PlannedLine(
        number=row.line,
        status=status if changes else LineStatus.UNCHANGED,
        title=row.title or organisation.name,
        organisation_id=draft.existing.id if draft.existing else None,
        changes=changes,
        remarks=row.remarks,
    )


def refused_line(row: RowValues, reasons: list[str]) -> PlannedLine:
    return PlannedLine(
        number=row.line,
        status=LineStatus.REJECTED,
        title=row.title,
        reasons=reasons,
        remarks=row.remarks,
    )


def _offer(row: RowValues, assigned: OfferDraft | None) -> OfferData:
    return changed_offer(assigned.data, row.offer) if assigned else new_offer(row.offer)


def _put_organisation(
    draft: RecordDraft, row: RowValues, data: OrganisationData, vocabulary: Vocabulary
) -> Iterator[Change]:
    before = organisation_cells(draft.data, vocabulary) if draft.data else {}
    draft.data = data
    for name in row.organisation:
        if not draft.repeats_stored(name, getattr(data, name)):
            draft.given.setdefault(name, (getattr(data, name), row.line))
    yield from _differences(before, organisation_cells(data, vocabulary))


def _put_offer(
    draft: RecordDraft,
    row: RowValues,
    assigned: OfferDraft | None,
    data: OfferData,
    vocabulary: Vocabulary,
) -> Iterator[Change]:
    after = offer_cells(data, vocabulary)
    if assigned is not None:
        yield from _differences(offer_cells(assigned.data, vocabulary), after, data.title)
        if assigned.data != data:
            assigned.data, assigned.line = data, row.line
        return
    if not repeats_new_offer(draft, row.offer):
        draft.offers.append(OfferDraft(existing=None, data=data, line=row.line))
        yield _added("Offre ajoutée", after)


def _put_contact(
    draft: RecordDraft, row: RowValues, found: ContactDraft | None, data: ContactData
) -> Iterator[Change]:
    after = contact_cells(data)
    if found is not None:
        name = f"{found.data.first_name} {found.data.last_name}".strip()
        yield from _differences(contact_cells(found.data), after, name)
        if found.data != data:
            found.data, found.line = data, row.line
        return
    draft.contacts.append(ContactDraft(existing=None, data=data, line=row.line))
    yield _added("Contact ajouté", after)


def _differences(before: Cells, after: Cells, subject: str = "") -> Iterator[Change]:
    for key, text in after.items():
        if text != before.get(key, ""):
            heading = BY_KEY[key].heading
            yield _change(
                f"{subject} — {heading}" if subject else heading, before.get(key, ""), text
            )


def _added(label: str, cells: Cells) -> Change:
    return _change(label, "", ", ".join(text for text in cells.values() if text))


def _change(label: str, before: str, after: str) -> Change:
    return {
        "label": label[:SHOWN_CHARACTERS],
        "before": _shown(before),
        "after": _shown(after),
    }


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
