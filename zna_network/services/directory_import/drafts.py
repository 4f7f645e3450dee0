"""A record as a file would leave it, built line after line without touching the directory."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from zna_network.models.organisation import Contact, Offer, Organisation
from zna_network.services import contacts, offers, organisation_values
from zna_network.services.contacts import ContactData, contact_sort_key
from zna_network.services.context import Context
from zna_network.services.directory_import.headings import BY_KEY
from zna_network.services.directory_import.kinds import kind_of_name, offer_kind_of_title
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold
from zna_network.services.offers import OfferData
from zna_network.services.organisation_values import InvalidValuesError, OrganisationData

T = TypeVar("T")
RECEPTION = "Accueil"
# The names that the services give to fields, where a column has another key.
_COLUMN_OF = {
    "commune_insee": "commune", "city": "commune", "title": "offer_title",
    "covers_whole_epci": "territory", "communes": "territory", "qpvs": "territory",
    "lots": "territory",
}  # fmt: skip

# Several lines may spell the name differently; the latest date of verification counts.
_MAY_DIFFER = frozenset({"name", "last_verified_on"})
_SHORT = {"opening_hours": "hours"}


class RowRefusedError(Exception):
    """The row cannot be taken; ``reasons`` are in French, in the words of its columns."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass
class OfferDraft:
    """``line`` is the line that brought or changed it; none while the file says nothing of it."""

    existing: Offer | None
    data: OfferData
    line: int | None = None


@dataclass
class ContactDraft:
    existing: Contact | None
    data: ContactData
    line: int | None = None


@dataclass
class RecordDraft:
    """One organisation. ``data`` is what it would become: none until a line creates it; ``stored``
    is what it was. ``given`` remembers which line said what, since two lines must not contradict
    each other."""

    first_line: int
    existing: Organisation | None = None
    stored: OrganisationData | None = None
    data: OrganisationData | None = None
    given: dict[str, tuple[Any, int]] = field(default_factory=dict)
    offers: list[OfferDraft] = field(default_factory=list)
    contacts: list[ContactDraft] = field(default_factory=list)

    @classmethod
    def of(cls, organisation: Organisation, first_line: int) -> "RecordDraft":
        stored = organisation_values.data_of(organisation)
        return cls(
            first_line=first_line,
            existing=organisation,
            stored=stored,
            data=stored,
            offers=[OfferDraft(offer, offers.data_of(offer)) for offer in organisation.offers],
            contacts=[
                ContactDraft(contact, contacts.data_of(contact))
                for contact in organisation.contacts
                if contact.archived_at is None
            ],
        )

    @property
    def is_new(self) -> bool:
        return self.existing is None

    def repeats_stored(self, name: str, value: Any) -> bool:
        """Whether a line only says again what the record says already. Our own files repeat the
        record on each of its lines: whoever corrects one of them does not contradict the rest."""
        return self.stored is not None and bool(getattr(self.stored, name) == value)


def merged_organisation(
    ctx: Context, draft: RecordDraft, given: Mapping[str, Any]
) -> OrganisationData:
    """The record with these fields put in. Raises RowRefusedError: a rule of the directory is
    broken, or an earlier line says otherwise."""
    clean = _merged(ctx, draft, given)
    differing = {
        name
        for name in (given.keys() & draft.given.keys()) - _MAY_DIFFER
        if getattr(clean, name) != draft.given[name][0]
    }
    repeated = {name for name in differing if draft.repeats_stored(name, getattr(clean, name))}
    if differing - repeated:
        raise RowRefusedError(sorted({_contradiction(draft, n) for n in differing - repeated}))
    if not repeated:
        return clean
    return _merged(ctx, draft, {n: value for n, value in given.items() if n not in repeated})


def _merged(ctx: Context, draft: RecordDraft, given: Mapping[str, Any]) -> OrganisationData:
    stored_siret = ""
    if draft.data is not None:
        stored_siret = draft.data.siret
        merged = replace(draft.data, **_newer(draft, given))
    else:
        name = given.get("name", "")
        merged = OrganisationData(**{"name": name, "kind": kind_of_name(name), **given})
    return _checked(lambda: organisation_values.cleaned(ctx, merged, stored_siret=stored_siret), "")


def _contradiction(draft: RecordDraft, name: str) -> str:
    heading = BY_KEY[_COLUMN_OF.get(name, name)].heading
    return f"« {heading} » contredit la ligne {draft.given[name][1]} du même organisme"


def _newer(draft: RecordDraft, given: Mapping[str, Any]) -> dict[str, Any]:
    """Without a name that an earlier line already gave in other words, nor a date of
    verification older than the one known."""
    kept = dict(given)
    if "name" in draft.given:
        kept.pop("name", None)
    known = draft.data.last_verified_on if draft.data else None
    if known and kept.get("last_verified_on", known) <= known:
        kept.pop("last_verified_on", None)
    return kept


def new_offer(given: Mapping[str, Any]) -> OfferData:
    """An offer that the directory does not have. Raises RowRefusedError."""
    title = given.get("title", "")
    base = OfferData(title=title or RECEPTION, kind=offer_kind_of_title(title))
    return changed_offer(base, given)


def changed_offer(data: OfferData, given: Mapping[str, Any]) -> OfferData:
    return _checked(lambda: offers.cleaned(replace(data, **given)), "offer_")


def assign_offers(
    draft: RecordDraft, rows: Iterable[tuple[int, Mapping[str, Any]]]
) -> dict[int, OfferDraft]:
    """Which existing offer each row is about, the closest pairs first.

    An offer is recognised by its title and its place. Several rows may repeat one offer word for
    word; otherwise each existing offer answers for one row."""
    pairs = sorted(
        (
            (distance, line, rank)
            for line, given in rows
            if given
            for rank, offer in enumerate(draft.offers)
            if (distance := _distance(offer.data, given)) is not None
        )
    )
    assigned: dict[int, OfferDraft] = {}
    taken: set[int] = set()
    for distance, line, rank in pairs:
        if line in assigned or (rank in taken and distance > 0):
            continue
        assigned[line] = draft.offers[rank]
        taken.add(rank)
    return assigned


def repeats_new_offer(draft: RecordDraft, given: Mapping[str, Any]) -> bool:
    """Whether an earlier line brings this offer, and this one says nothing else of it."""
    return any(o.existing is None and _distance(o.data, given) == 0 for o in draft.offers)


def _distance(data: OfferData, given: Mapping[str, Any]) -> int | None:
    """How many fields of the offer the row changes; none when it is about another offer."""
    if fold(given.get("title") or RECEPTION) != fold(data.title):
        return None
    place = fold(given.get("place", ""))
    if place and data.place and place != fold(data.place):
        return None
    try:
        after = changed_offer(data, given)
    except RowRefusedError:
        return len(given)
    return sum(1 for name in given if getattr(after, name) != getattr(data, name))


def merged_contact(
    draft: RecordDraft, given: Mapping[str, Any]
) -> tuple[ContactDraft | None, ContactData]:
    """The person that the row is about, none for a new one, and what they become. Raises
    RowRefusedError."""
    found = _same_person(draft, given)
    base = found.data if found else ContactData(last_name="")
    return found, _checked(lambda: contacts.cleaned(replace(base, **given)), "contact_")


def _same_person(draft: RecordDraft, given: Mapping[str, Any]) -> ContactDraft | None:
    """Somebody of that name, of that address where several have it; or else the one person who
    has that address and the same first name or surname. An address alone may be shared."""
    key = contact_sort_key(ContactData(given.get("last_name", ""), given.get("first_name", "")))
    email = str(given.get("email", "")).strip().lower()
    namesakes = [c for c in draft.contacts if contact_sort_key(c.data) == key]
    if namesakes:
        return next((c for c in namesakes if c.data.email == email), namesakes[0])
    names = {fold(given.get("last_name", "")), fold(given.get("first_name", ""))} - {""}
    same_address = [
        c
        for c in draft.contacts
        if email and c.data.email == email
        and names & {fold(c.data.last_name), fold(c.data.first_name)}
    ]  # fmt: skip
    return same_address[0] if len(same_address) == 1 else None


def _checked(clean: Callable[[], T], prefix: str) -> T:
    try:
        return clean()
    except InvalidValuesError as error:
        raise RowRefusedError([_said(problem, prefix) for problem in error.problems]) from None


def _said(problem: InvalidError, prefix: str) -> str:
    name = problem.field or ""
    for key in (f"{prefix}{name}", f"{prefix}{_SHORT.get(name, name)}", _COLUMN_OF.get(name, name)):
        if key in BY_KEY:
            return f"« {BY_KEY[key].heading} » : {problem.message}"
    return problem.message
