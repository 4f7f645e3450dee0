"""Meetings and their agenda, saved as the services would leave them."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.committees import make_committee
from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.models.committee import Committee
from zna_network.models.meeting import AgendaItem, Attachment, Meeting

_numbers = numbers()


def make_meeting(session: Session, committee: Committee | None = None, **values: object) -> Meeting:
    """Thursday 17 December 2026, from 14:00 to 16:00 in Arras, two weeks after the frozen clock."""
    number = next(_numbers)
    now = FrozenClock().now()
    meeting = Meeting(
        **{
            "committee": committee or make_committee(session),
            "title": f"Réunion d’exemple {number}",
            "starts_at": datetime(2026, 12, 17, 13, 0, tzinfo=UTC),
            "ends_at": datetime(2026, 12, 17, 15, 0, tzinfo=UTC),
            "place": "Salle d’exemple, Arras",
            "uid": f"reunion-{number}@cua.example",
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(meeting)
    session.commit()
    return meeting


def make_agenda_item(session: Session, meeting: Meeting, **values: object) -> AgendaItem:
    """The next point of the agenda, 20 minutes long."""
    last = session.scalar(
        select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id)
    )
    item = AgendaItem(
        **{
            "meeting": meeting,
            "position": (last or 0) + 1,
            "title": f"Point d’exemple {next(_numbers)}",
            "minutes_allotted": 20,
            **values,
        }
    )
    session.add(item)
    session.commit()
    return item


def make_attachment(session: Session, item: AgendaItem, **values: object) -> Attachment:
    content = b"%PDF-1.4\n%%EOF\n"
    attachment = Attachment(
        **{
            "agenda_item_id": item.id,
            "filename": "document d’exemple.pdf",
            "media_type": "application/pdf",
            "size": len(content),
            "content": content,
            "added_at": FrozenClock().now(),
            **values,
        }
    )
    session.add(attachment)
    session.commit()
    session.expire(item, ["attachments"])
    return attachment
