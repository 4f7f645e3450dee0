"""Who sits in which committee."""

from sqlalchemy import Select, select

from zna_network.models.committee import Membership, MembershipState
from zna_network.models.organisation import Contact


def validated_of_organisation(committee_id: int, organisation_id: int) -> Select[int]:
    """The seats that an organisation's people hold in a committee."""
    return (
        select(Membership.id)
        .join(Contact, Membership.contact_id == Contact.id)
        .where(
            Membership.committee_id == committee_id,
            Membership.state == MembershipState.VALIDATED,
            Contact.organisation_id == organisation_id,
        )
    )
