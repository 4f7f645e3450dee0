"""Readers of drafts and what they said, saved as the services would leave them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.config import Settings
from zna_network.models.minutes import Minutes
from zna_network.models.minutes_review import CommentState, MinutesComment, MinutesReader
from zna_network.services.minutes_review.links import fresh_link

_numbers = numbers()


def make_reader(
    session: Session, settings: Settings, minutes: Minutes, **values: object
) -> MinutesReader:
    """Asked now, for a week."""
    number, now = next(_numbers), FrozenClock().now()
    reader = MinutesReader(
        **{
            "minutes": minutes,
            "name": f"Relectrice Fictive {number}",
            "organisation_name": "Association d’exemple",
            "email": f"relectrice{number}@exemple.example",
            "sent_at": now,
            "reads_until": now + timedelta(days=7),
            **fresh_link(settings),
            **values,
        }
    )
    session.add(reader)
    session.commit()
    return reader


def make_comment(
    session: Session, minutes: Minutes, reader: MinutesReader | None = None, **values: object
) -> MinutesComment:
    """To deal with, on the first point."""
    number, now = next(_numbers), FrozenClock().now()
    is_open = values.get("state", CommentState.OPEN) is CommentState.OPEN
    comment = MinutesComment(
        **{
            "minutes": minutes,
            "section": minutes.sections[0],
            "reader": reader,
            "author_name": reader.name if reader else "Agent Fictif",
            "client_id": f"remarque-{number:06}",
            "quoted": minutes.sections[0].revision,
            "text": f"Remarque d’exemple {number}",
            "at": now,
            "settled_at": None if is_open else now,
            **values,
        }
    )
    session.add(comment)
    session.commit()
    return comment
