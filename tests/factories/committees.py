"""Committees and who sits in them, saved as the services would leave them."""

from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.factories.organisations import make_contact, make_organisation
from tests.world import FrozenClock
from zna_network.models.committee import (
    Committee,
    CommitteeKind,
    Membership,
    MembershipEvent,
    MembershipState,
)
from zna_network.models.organisation import Contact

_numbers = numbers()


def make_committee(session: Session, **values: object) -> Committee:
    """A comité technique of the CUA's own; ``led_by`` gives it to a grantee."""
    now = FrozenClock().now()
    committee = Committee(
        **{
            "kind": CommitteeKind.TECHNICAL,
            "name": f"Comité technique d’exemple {next(_numbers)}",
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(committee)
    session.commit()
    return committee


def make_membership(
    session: Session,
    committee: Committee,
    contact: Contact | None = None,
    state: MembershipState = MembershipState.VALIDATED,
    **values: object,
) -> Membership:
    """A member, validated unless told otherwise; without a contact, somebody of an organisation
    of their own."""
    contact = contact or make_contact(session, make_organisation(session))
    membership = Membership(
        **{"committee": committee, "contact": contact, "state": state, **values}
    )
    steps = dict.fromkeys((MembershipState.PROPOSED, state))
    at = FrozenClock().now()
    for step in steps:
        reason = membership.reason or "" if step is state else ""
        membership.events.append(MembershipEvent(state=step, reason=reason, at=at))
    session.add(membership)
    session.commit()
    return membership
