"""Invitations, saved as the services would leave them, and what their mails hold."""

from sqlalchemy.orm import Session

from tests.conftest import SECRET
from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.config import Settings
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Contact
from zna_network.models.outbox import OutboxMessage
from zna_network.queries.invitation_lists import mails_of
from zna_network.services.invitation_links import fresh_link

_numbers = numbers()


def make_invitation(
    session: Session, meeting: Meeting, contact: Contact | None = None, **values: object
) -> Invitation:
    """Somebody on the list, not convened yet; ``convened=True`` has them convened an hour ago,
    without a mail."""
    number = next(_numbers)
    now = FrozenClock().now()
    if values.pop("convened", False):
        values = {"sent_sequence": meeting.sequence, "convened_at": now, **values}
    person = {
        "name": contact.full_name,
        "function": contact.function,
        "email": contact.email,
        "organisation": contact.organisation,
    } if contact else {
        "name": f"Alix Modèle{number}",
        "email": f"alix.modele{number}@organisme.example",
    }  # fmt: skip
    invitation = Invitation(
        **{
            "meeting": meeting,
            "contact": contact,
            **person,
            "created_at": now,
            "updated_at": now,
            **fresh_link(Settings(secret_key=SECRET)),  # type: ignore[arg-type]
            **values,
        }
    )
    session.add(invitation)
    session.commit()
    return invitation


def mails_to(session: Session, invitation: Invitation) -> list[OutboxMessage]:
    """Everything in the outbox about this invitation, oldest first."""
    return list(session.scalars(mails_of(invitation.id)))
