"""Files that may be of the same person: shown to whoever writes one, never merged by themselves.
Two people may share an address, a telephone, a badge, even a name: it is for a person to say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from zna_network.models.person import DistinctPeople, KeyKind, Person
from zna_network.queries import people as queries
from zna_network.queries.blind_index import Wanted
from zna_network.services import blind_index
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_phone
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.permissions import Permission, Scope, scope_of
from zna_network.services.referrals import people
from zna_network.services.referrals.access import Identity, identity_of
from zna_network.services.referrals.people_values import PersonData

MOST = 5
MOST_PAIRS = 50
BADGE = "badge"
REASONS = {
    BADGE: "même badge",
    KeyKind.EMAIL.value: "même e-mail",
    KeyKind.PHONE.value: "même téléphone",
    KeyKind.WHOLE_NAME.value: "même nom",
}
NEAR_NAME, SAME_YEAR, OTHER_YEAR = "nom proche", "même année de naissance", "autre année"


@dataclass(frozen=True)
class SimilarPerson:
    """A file like the one being written; ``identity`` when the actor may know it."""

    person_id: int
    case_number: str
    owner: str
    last_contact_on: date
    reasons: tuple[str, ...]
    identity: Identity | None


@dataclass
class Pair:
    """Two files of one organisation that share something."""

    low: Person
    high: Person
    reasons: list[str] = field(default_factory=list)
    low_identity: Identity | None = None
    high_identity: Identity | None = None


def similar(
    ctx: Context, data: PersonData, owner_id: int, badge_id: int | None = None
) -> list[SimilarPerson]:
    """Among the files that ``owner_id`` follows, for the staff as well: typing a name must not
    tell who is known to whom. The journal says that somebody looked."""
    email, phone = _clean(clean_email, data.email), _clean(clean_phone, data.phone)
    contacts = _contacts(ctx, email, phone)
    words = blind_index.words_of(data.name)
    named = blind_index.wanted_name(ctx.settings, blind_index.PEOPLE, data.name) if words else []
    if not (contacts or named or badge_id):
        return []
    with ctx.unit_of_work():
        statement = queries.looking_like(contacts, named, badge_id, owner_id)
        worn = {one.id for one in people.of_badge(ctx, badge_id, owner_id)} if badge_id else set()
        found = []
        for person in ctx.session.scalars(statement):
            reasons = _reasons(person, data, email, phone, is_worn=person.id in worn)
            if reasons:
                found.append(_shown(ctx, person, reasons))
        ctx.record("person.compared", what="similar", found=len(found))
        ctx.record_each("person.read", Person, [one.person_id for one in found], what="similar")
    return sorted(found, key=lambda one: -len(one.reasons))[:MOST]


def read_pairs(ctx: Context) -> list[Pair]:
    """The page of duplicates; the journal says who looked."""
    with ctx.unit_of_work():
        ctx.record("person.read", what="duplicates")
    return pairs(ctx)


def pairs(ctx: Context, person_id: int | None = None) -> list[Pair]:
    """The files that share a name, a contact or a badge, two by two, the most alike first: the
    actor's organisation's, or everybody's for the staff; or those of one person."""
    owner_id = None
    if not ctx.is_system and scope_of(ctx.actor, Permission.PERSON_READ) is not Scope.ALL:
        owner_id = ctx.actor.organisation_id if ctx.actor else None
        if owner_id is None:
            return []
    shared: dict[tuple[int, int], list[str]] = {}
    for low, high, kind in ctx.session.execute(queries.look_alike_pairs(owner_id, person_id)):
        shared.setdefault((low, high), []).append(REASONS[kind])
    best = sorted(shared, key=lambda pair: (-len(shared[pair]), pair))[:MOST_PAIRS]
    ids = sorted({one for pair in best for one in pair})
    files = {one.id: one for one in ctx.session.scalars(queries.by_ids(ids))} if ids else {}
    return [_pair(ctx, files[low], files[high], shared[low, high]) for low, high in best]


def dismiss(ctx: Context, one_id: int, other_id: int) -> None:
    """« Ce sont deux personnes » : not to be suggested again. Safe to repeat."""
    if one_id == other_id:
        raise InvalidError("Choisissez deux dossiers différents.")
    low_id, high_id = min(one_id, other_id), max(one_id, other_id)
    with ctx.unit_of_work():
        low, high = people.find(ctx, low_id, lock=True), people.find(ctx, high_id, lock=True)
        for person in (low, high):
            ctx.require(Permission.PERSON_READ, person.owner_id)
        if ctx.session.get(DistinctPeople, (low_id, high_id)) is None:
            ctx.session.add(
                DistinctPeople(
                    low_id=low_id, high_id=high_id, found_by_id=ctx.actor_id, found_at=ctx.now
                )
            )
            ctx.record("person.distinct", low, other=high_id)


def _pair(ctx: Context, low: Person, high: Person, reasons: list[str]) -> Pair:
    if low.birth_year is not None and low.birth_year == high.birth_year:
        reasons = [*reasons, SAME_YEAR]
    return Pair(low, high, reasons, identity_of(ctx, low), identity_of(ctx, high))


def _contacts(ctx: Context, email: str, phone: str) -> list[Wanted]:
    index, settings = blind_index.PEOPLE, ctx.settings
    wanted = [blind_index.wanted_email(settings, index, email)] if email else []
    return [*wanted, *([blind_index.wanted_phone(settings, index, phone)] if phone else [])]


def _reasons(
    person: Person, data: PersonData, email: str, phone: str, *, is_worn: bool
) -> tuple[str, ...]:
    """What the two share. A first name alone says nothing, unless the year of birth agrees; and
    two years that differ tell two people of one name apart."""
    sure = [
        REASONS[kind]
        for kind, is_shared in (
            (BADGE, is_worn),
            (KeyKind.EMAIL.value, bool(email) and person.email == email),
            (KeyKind.PHONE.value, bool(phone) and person.phone == phone),
        )
        if is_shared
    ]
    year = _year(person, data)
    theirs, typed = set(blind_index.words_of(person.name)), set(blind_index.words_of(data.name))
    if typed and theirs == typed:
        name = REASONS[KeyKind.WHOLE_NAME.value]
    elif typed and (typed <= theirs or theirs <= typed) and theirs:
        name = NEAR_NAME
    else:
        name = ""
    is_telling = len(theirs & typed) > 1 or year == SAME_YEAR or sure
    if name and is_telling and (year != OTHER_YEAR or sure):
        sure.append(name)
    if sure and year == SAME_YEAR:
        sure.append(year)
    return tuple(sure)


def _year(person: Person, data: PersonData) -> str:
    if person.birth_year is None or data.birth_year is None:
        return ""
    return SAME_YEAR if person.birth_year == data.birth_year else OTHER_YEAR


def _shown(ctx: Context, person: Person, reasons: tuple[str, ...]) -> SimilarPerson:
    return SimilarPerson(
        person.id,
        person.case_number,
        person.owner.name,
        person.last_contact_on,
        reasons,
        identity_of(ctx, person),
    )


def _clean(clean: Callable[[str], str], typed: str) -> str:
    """What is being typed may be wrong still: it then matches nobody."""
    try:
        return clean(typed) if typed.strip() else ""
    except InvalidError:
        return ""
