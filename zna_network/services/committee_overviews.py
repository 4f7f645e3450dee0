"""What the pages tell of committees in one glance."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from zna_network.models.committee import Committee, CommitteeKind, Membership, MembershipState
from zna_network.models.meeting import Meeting
from zna_network.queries import committees as queries
from zna_network.queries import meetings
from zna_network.services.context import Context

ELECTED = "Élus"


@dataclass(frozen=True)
class Overview:
    """A committee with its next and last meetings and how many people are in it."""

    committee: Committee
    next_meeting: Meeting | None = None
    last_meeting: Meeting | None = None
    members: int = 0
    proposals: int = 0


@dataclass
class Group:
    """Members under one heading: an organisation, or the elected members of a COPIL."""

    title: str
    members: list[Membership] = field(default_factory=list)


def overviews(ctx: Context, committees: Sequence[Committee]) -> list[Overview]:
    """In the order given; three queries whatever their number."""
    ids = [committee.id for committee in committees]
    counts = {
        (committee_id, state): number
        for committee_id, state, number in ctx.session.execute(queries.member_counts(ids))
    }
    upcoming = _by_committee(ctx.session.scalars(meetings.next_of(ids, ctx.now)).all())
    held = _by_committee(ctx.session.scalars(meetings.last_of(ids, ctx.now)).all())
    return [
        Overview(
            committee,
            upcoming.get(committee.id),
            held.get(committee.id),
            counts.get((committee.id, MembershipState.VALIDATED), 0),
            counts.get((committee.id, MembershipState.PROPOSED), 0),
        )
        for committee in committees
    ]


def composition(committee: Committee, members: Sequence[Membership]) -> list[Group]:
    """The members by organisation, in the order given; a COPIL's elected members come first,
    whatever their organisation."""
    groups: dict[int, Group] = {}
    is_steering = committee.kind is CommitteeKind.STEERING
    for member in members:
        contact = member.contact
        apart = is_steering and contact.is_elected
        key, title = (0, ELECTED) if apart else (contact.organisation_id, contact.organisation.name)
        groups.setdefault(key, Group(title)).members.append(member)
    return [groups[key] for key in sorted(groups, key=bool)]


def _by_committee(found: Sequence[Meeting]) -> dict[int, Meeting]:
    first: dict[int, Meeting] = {}
    for meeting in found:
        first.setdefault(meeting.committee_id, meeting)
    return first
