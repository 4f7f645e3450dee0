"""The list of referrals, for whoever looks. Names are shown to those who help the person; the
staff see case numbers. Each reading of a name is in the journal."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from zna_network.models.person import Person
from zna_network.models.referral import Referral, ReferralState, Step, Urgency
from zna_network.queries import referral_lists as queries
from zna_network.queries.listing import Page, PageRequest, paginate
from zna_network.queries.referral_lists import REFERRAL_SORTS, Mine, ReferralFilter
from zna_network.services import blind_index
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError
from zna_network.services.permissions import Permission, Scope, scope_of
from zna_network.services.referrals.access import Identity, identity_of, may_see_situation

_NUMBER = re.compile(r"(?:O\s*-?\s*|n\s?°\s?|#)?0*(\d{1,8})", re.IGNORECASE)
_CASE = re.compile(r"D\s*-?\s*([0-9A-Z]{6})", re.IGNORECASE)


@dataclass(frozen=True)
class ReferralRow:
    """One line, in plain values; ``identity`` when the reader may know it. ``rights`` are short
    labels. ``is_received``: the reader's organisation is the one referred to."""

    id: int
    number: str
    case_number: str
    identity: Identity | None
    rights: tuple[str, ...]
    sender: str
    receiver: str
    place: str
    urgency: Urgency
    state: ReferralState
    step: Step
    made_at: datetime
    moved_at: datetime
    is_received: bool
    is_sent: bool
    is_live: bool
    is_late: bool


@dataclass(frozen=True)
class Tallies:
    """How many live referrals the reader sees, and how many of them await something."""

    to_treat: int
    late: int
    live: int


def mine(ctx: Context) -> Mine:
    """Whose referrals the actor sees. Raises ForbiddenError."""
    late_before = ctx.now - timedelta(days=ctx.settings.referral_escalation_days)
    if ctx.is_system or scope_of(ctx.actor, Permission.REFERRAL_READ) is Scope.ALL:
        return Mine(None, late_before)
    if ctx.actor is None or ctx.actor.organisation_id is None:
        raise ForbiddenError
    ctx.require(Permission.REFERRAL_READ, ctx.actor.organisation_id)
    return Mine(ctx.actor.organisation_id, late_before)


def read_list(
    ctx: Context, wanted: ReferralFilter, request: PageRequest, words: str = ""
) -> Page[ReferralRow]:
    """``words``: a referral's number, a case number or, for who follows the people, part of a
    name."""
    own = mine(ctx)
    wanted = narrowed(ctx, own, wanted, words)
    sort = request.sort if request.sort in REFERRAL_SORTS else next(iter(REFERRAL_SORTS))
    with ctx.unit_of_work():
        statement = queries.listed(own, wanted, sort)
        page = paginate(ctx.session, statement, replace(request, sort=sort), REFERRAL_SORTS)
        named = [(one, _identity(ctx, own, one)) for one in page.items]
        ctx.record("referral.read", what="list", page=page.number)
        people = {one.person_id for one, identity in named if identity is not None}
        ctx.record_each("person.read", Person, sorted(people), what="list")
        rows = [_row(ctx, own, one, identity) for one, identity in named]
    return Page(rows, page.total, page.number, page.per_page, page.sort, page.descending)


def tallies(ctx: Context) -> Tallies:
    return Tallies(*ctx.session.execute(queries.tallies(mine(ctx))).one())


def narrowed(ctx: Context, own: Mine, wanted: ReferralFilter, words: str) -> ReferralFilter:
    """What the words mean. Nobody looks for a name among people that they may not name: the staff
    do it on the page of people, saying why."""
    typed = " ".join(words.split())
    if not typed:
        return wanted
    if number := _NUMBER.fullmatch(typed):
        return replace(wanted, number=int(number[1]))
    if case := _CASE.fullmatch(typed):
        return replace(wanted, case_number=f"D-{case[1].upper()}")
    if own.is_everybody:
        return replace(wanted, number=0)
    found_by = blind_index.wanted_name(ctx.settings, blind_index.PEOPLE, typed)
    return replace(wanted, found_by=tuple(found_by)) if found_by else replace(wanted, number=0)


def _identity(ctx: Context, own: Mine, referral: Referral) -> Identity | None:
    """Of everybody's referrals the list names nobody, not even those whose file is open."""
    return None if own.is_everybody else identity_of(ctx, referral.person, referral)


def _row(ctx: Context, own: Mine, referral: Referral, identity: Identity | None) -> ReferralRow:
    place = (referral.qpv or referral.commune) if may_see_situation(ctx, referral) else None
    return ReferralRow(
        id=referral.id,
        number=referral.shown_number,
        case_number=referral.person.case_number,
        identity=identity,
        rights=tuple(right.right.short_label for right in referral.rights),
        sender=referral.sender.name,
        receiver=referral.receiver.name,
        place=place.name if place else "",
        urgency=referral.urgency,
        state=referral.state,
        step=referral.step,
        made_at=referral.made_at,
        moved_at=referral.moved_at,
        is_received=referral.receiver_id == own.organisation_id,
        is_sent=referral.sent_at is not None,
        is_live=referral.is_live,
        is_late=referral.is_live and referral.moved_at < own.late_before,
    )
