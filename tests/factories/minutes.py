"""Attendance, minutes, decisions and actions, saved as the services would leave them."""

from datetime import date

from sqlalchemy.orm import Session

from tests.conftest import SECRET
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.config import Settings
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import (
    ActionItem,
    ActionState,
    Attendance,
    Decision,
    Minutes,
    MinutesSection,
    Presence,
)
from zna_network.services.action_links import PURPOSE
from zna_network.services.folding import search_text
from zna_network.services.links import link_columns

_numbers = numbers()


def make_attendance(session: Session, meeting: Meeting, **values: object) -> Attendance:
    """Somebody who came unannounced, unless an ``invitation`` is given."""
    invitation = values.get("invitation")
    name = invitation.name if isinstance(invitation, Invitation) else None
    attendance = Attendance(
        **{
            "meeting_id": meeting.id,
            "name": name or f"Personne Imprévue {next(_numbers)}",
            "organisation_name": "Association d’exemple",
            "presence": Presence.PRESENT,
            **values,
        }
    )
    session.add(attendance)
    session.commit()
    return attendance


def make_minutes(
    session: Session, meeting: Meeting | None = None, sections: int = 2, **values: object
) -> Minutes:
    """A draft with as many agenda items and their sections, then « Points divers »."""
    meeting = meeting or make_meeting(session)
    now = FrozenClock().now()
    minutes = Minutes(**{"meeting": meeting, "created_at": now, "updated_at": now, **values})
    items = [make_agenda_item(session, meeting) for _ in range(sections)]
    for rank, item in enumerate(items, start=1):
        minutes.sections.append(
            MinutesSection(
                agenda_item_id=item.id, position=rank * 10, title=item.title, updated_at=now
            )
        )
    last = MinutesSection.LAST_POSITION
    minutes.sections.append(MinutesSection(position=last, title="Points divers", updated_at=now))
    session.add(minutes)
    session.commit()
    return minutes


def make_decision(session: Session, meeting: Meeting, **values: object) -> Decision:
    now = FrozenClock().now()
    told = {"text": f"Décision d’exemple {next(_numbers)}", "owner": "CUA", **values}
    decision = Decision(
        **{
            "meeting_id": meeting.id,
            "decided_on": date(2026, 12, 17),
            "search_text": search_text(str(told["text"]), str(told["owner"])),
            "created_at": now,
            "updated_at": now,
            **told,
        }
    )
    session.add(decision)
    session.commit()
    return decision


def make_action(session: Session, meeting: Meeting, **values: object) -> ActionItem:
    """An open action due on 15 January 2027; a closed one needs ``state`` alone."""
    now = FrozenClock().now()
    is_closed = values.get("state", ActionState.OPEN) is not ActionState.OPEN
    action = ActionItem(
        **{
            "meeting_id": meeting.id,
            "text": f"Action d’exemple {next(_numbers)}",
            "owner": "Association d’exemple",
            "due_on": date(2027, 1, 15),
            "closed_at": now if is_closed else None,
            **link_columns(Settings(secret_key=SECRET), PURPOSE),  # type: ignore[arg-type]
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(action)
    session.commit()
    return action
