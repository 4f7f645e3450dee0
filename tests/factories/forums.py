"""Forums and their stands, saved as the services would leave them."""

from datetime import date, time
from itertools import count

from sqlalchemy.orm import Session

from tests.world import FrozenClock
from zna_network.models.forum import Forum, ForumState

_numbers = count(1)


def make_forum(session: Session, **values: object) -> Forum:
    """Published, Wednesday 16 December 2026 from 9:30 to 17:00 in Arras, 300 people at once."""
    number = next(_numbers)
    now = FrozenClock().now()
    forum = Forum(
        **{
            "slug": f"forum-exemple-{number}",
            "title": f"Forum d’exemple {number}",
            "state": ForumState.PUBLISHED,
            "held_on": date(2026, 12, 16),
            "opens_at": time(9, 30),
            "closes_at": time(17, 0),
            "place": "Salle d’exemple",
            "address": "1 place de l’Exemple, 62000 Arras",
            "gauge": 300,
            "takes_registrations": True,
            "takes_stands": True,
            "uid": f"forum-{number}@cua.example",
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(forum)
    session.commit()
    return forum
