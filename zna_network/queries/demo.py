"""What the demonstration data look up to be safe to repeat."""

from sqlalchemy import Select, func, select

from zna_network.models.account import User
from zna_network.models.committee import Committee
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Contact, Grantee, Organisation
from zna_network.models.territory import Commune


def all_communes() -> Select[Commune]:
    return select(Commune).order_by(Commune.sort_key)


def organisations_named(names: list[str]) -> Select[Organisation]:
    return select(Organisation).where(Organisation.name.in_(names))


def granted_organisation_ids() -> Select[int]:
    return select(Grantee.organisation_id)


def accounts_of(emails: list[str]) -> Select[User]:
    return select(User).where(User.email.in_(emails)).order_by(User.id)


def committees_named(names: list[str]) -> Select[Committee]:
    return select(Committee).where(Committee.name.in_(names))


def first_contact_of(organisation_id: int, *, elected: bool = False) -> Select[Contact]:
    return (
        select(Contact)
        .where(
            Contact.organisation_id == organisation_id,
            Contact.is_elected == elected,
            Contact.archived_at.is_(None),
        )
        .order_by(Contact.id)
        .limit(1)
    )


def committee_ids_with_meetings() -> Select[int]:
    return select(Meeting.committee_id).distinct()


def number_of_meetings() -> Select[int]:
    return select(func.count(Meeting.id))


def invitations_of(meeting_id: int) -> Select[Invitation]:
    """The people first convened, not those who represent them."""
    return (
        select(Invitation)
        .where(Invitation.meeting_id == meeting_id, Invitation.represents_id.is_(None))
        .order_by(Invitation.id)
    )
