"""What the CUA decided, told by mail to the organisation that had proposed."""

from collections import defaultdict
from collections.abc import Sequence

from zna_network.models.committee import Committee, Membership, MembershipState
from zna_network.ports.calendar import Address
from zna_network.queries.accounts import active_users_of
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.outbox import Post


def announce_decisions(ctx: Context, committee: Committee, decided: Sequence[Membership]) -> None:
    """One mail to each account of a proposing organisation, whatever the number of decisions.

    ``decided`` have all been decided by one act: the same state and the same reason."""
    by_organisation: dict[int, list[Membership]] = defaultdict(list)
    for membership in decided:
        organisation_id = _proposed_by(committee, membership)
        if organisation_id is not None:
            by_organisation[organisation_id].append(membership)
    for organisation_id, memberships in by_organisation.items():
        for user in ctx.session.scalars(active_users_of(organisation_id)):
            if user.id != ctx.actor_id:
                outbox.post(ctx, _mail(Address(user.email, user.name), committee, memberships))


def _proposed_by(committee: Committee, membership: Membership) -> int | None:
    """The organisation whose account made the proposal; the one that leads the committee when
    it was an agent of the CUA."""
    proposals = [e for e in membership.events if e.state is MembershipState.PROPOSED]
    author = proposals[-1].actor if proposals else None
    return author.organisation_id if author and author.organisation_id else committee.led_by_id


def _mail(recipient: Address, committee: Committee, memberships: Sequence[Membership]) -> Post:
    people = [
        {
            "name": membership.contact.full_name,
            "organisation": membership.contact.organisation.name,
            "seat": membership.seat.label.lower(),
        }
        for membership in memberships
    ]
    return Post(
        mail="membership_decided",
        recipient=recipient,
        values={
            "name": recipient.name,
            "committee": committee.name,
            "is_validated": memberships[0].state is MembershipState.VALIDATED,
            "people": people,
            "reason": memberships[0].reason,
            "path": f"/instances/{committee.id}",
        },
    )
