"""What the form of a referral begins with: a badge that is shown, a file that is known."""

import re
from dataclasses import dataclass

from zna_network.models.attendee import Badge
from zna_network.models.person import ConsentAnswer, Person, Purpose
from zna_network.queries import badges as badge_queries
from zna_network.services import forum_choice
from zna_network.services.badges import LARGEST_NUMBER, TICKET_PREFIX, hash_of_ticket
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.referrals import people
from zna_network.services.referrals.access import UNKNOWN_PERSON, Identity, identity_of, may_refer
from zna_network.services.registration_values import place_of

NO_BADGE = "Écrivez le numéro du badge, ou scannez-le."
NO_FORUM = "Aucun forum n’est en cours : scannez le badge, ou cherchez la personne par son nom."
UNKNOWN = "Aucun badge du forum ne porte ce numéro. Vérifiez-le, ou scannez le badge."
UNREADABLE = "Ce code n’est pas celui d’un badge."
_NUMBER = re.compile(r"(?:n\s?°\s?|#)?0*(\d{1,7})")
_TICKET = re.compile(rf"{TICKET_PREFIX}[A-Z2-7]{{20}}")


@dataclass(frozen=True)
class ShownBadge:
    """``is_scanned``: its code was read, which nobody can guess as they can a number."""

    badge: Badge
    is_scanned: bool


@dataclass(frozen=True)
class KnownPerson:
    """A file that the actor may see, in plain values, with what was said to each purpose."""

    id: int
    case_number: str
    identity: Identity | None
    owner: str
    place: str
    place_name: str
    target_group: str
    answers: dict[Purpose, ConsentAnswer]

    @property
    def label(self) -> str:
        name = self.identity.name if self.identity else ""
        return f"{name} ({self.case_number})" if name else self.case_number


def badge_shown(ctx: Context, typed: str) -> ShownBadge:
    """The badge of a number of the current forum, or of the payload of its code. Raises
    InvalidError (``badge``)."""
    words = "".join(typed.split())
    if not words:
        raise InvalidError(NO_BADGE, field="badge")
    if ticket := _TICKET.fullmatch(words.upper()):
        badge = ctx.session.scalar(badge_queries.by_ticket(hash_of_ticket(ticket[0])))
        if badge is None:
            raise InvalidError(UNREADABLE, field="badge")
        return ShownBadge(badge, is_scanned=True)
    number = _NUMBER.fullmatch(words)
    if number is None or int(number[1]) >= LARGEST_NUMBER:
        raise InvalidError(UNREADABLE, field="badge")
    forum = forum_choice.current(ctx)
    if forum is None:
        raise InvalidError(NO_FORUM, field="badge")
    badge = ctx.session.scalar(badge_queries.by_number(forum.id, int(number[1])))
    if badge is None:
        raise InvalidError(UNKNOWN, field="badge")
    return ShownBadge(badge, is_scanned=False)


def wearers(ctx: Context, badge_id: int) -> list[KnownPerson]:
    """The files of those who wore the badge, that the actor may refer; the journal says so. Whom
    a referral went to without a name does not find it by looking at badges."""
    with ctx.unit_of_work():
        worn = people.of_badge(ctx, badge_id)
        found = [_known(ctx, person) for person in worn if _may_begin_with(ctx, person)]
        for person in found:
            _record(ctx, person)
    return found


def known_person(ctx: Context, person_id: int) -> KnownPerson:
    """Raises NotFoundError, or ConflictError when the file stands for nobody any more."""
    with ctx.unit_of_work():
        person = people.find(ctx, person_id)
        if not _may_begin_with(ctx, person):
            raise NotFoundError(UNKNOWN_PERSON)
        if person.anonymised_at is not None:
            raise ConflictError(people.ANONYMISED)
        if person.merged_into_id is not None:
            raise ConflictError(people.MERGED)
        known = _known(ctx, person)
        _record(ctx, known)
    return known


def _may_begin_with(ctx: Context, person: Person) -> bool:
    own = ctx.actor.organisation_id if ctx.actor else None
    return own is None or ctx.may(Permission.PERSON_OPEN) or may_refer(ctx, person, own)


def _known(ctx: Context, person: Person) -> KnownPerson:
    home = person.qpv or person.commune
    return KnownPerson(
        id=person.id,
        case_number=person.case_number,
        identity=identity_of(ctx, person),
        owner=person.owner.name,
        place=place_of(person.commune_insee, person.qpv_id, person.is_from_elsewhere),
        place_name=home.name if home else "",
        target_group=person.target_group.value if person.target_group else "",
        answers={consent.purpose: consent.answer for consent in person.consents},
    )


def _record(ctx: Context, known: KnownPerson) -> None:
    ctx.record("person.read", ctx.session.get(Person, known.id), what="referral")
