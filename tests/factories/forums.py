"""Forums and their stands, saved as the services would leave them."""

from datetime import date, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.factories.organisations import make_organisation
from tests.world import FrozenClock
from zna_network.config import Settings
from zna_network.models.forum import Forum, ForumState
from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand, StandSquare, StandState
from zna_network.services.links import new_salt, token_hash
from zna_network.services.stand_links import token_of
from zna_network.services.stand_squares import Place

_numbers = numbers()


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


def make_stand(
    session: Session,
    forum: Forum | None = None,
    organisation: Organisation | None = None,
    place: Place | None = None,
    **values: object,
) -> Stand:
    """Confirmed, two tables and one socket, without a place unless one is given; its link is the
    one that ``stand_link`` gives."""
    forum = forum or make_forum(session)
    number = session.scalar(select(func.max(Stand.number)).where(Stand.forum_id == forum.id)) or 0
    salt = new_salt()
    now = FrozenClock().now()
    if organisation is None and "organisation_name" not in values:
        organisation = make_organisation(session)
    stand = Stand(
        **{
            "forum": forum,
            "organisation": organisation,
            "number": number + 1,
            "state": StandState.CONFIRMED,
            "tables": 2,
            "sockets": 1,
            "contact_name": "Camille Exemple",
            "contact_email": f"stand{next(_numbers)}@organisme.example",
            "link_salt": salt,
            "link_hash": salt,
            "uid": f"stand-{salt}@cua.example",
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    if place:
        stand.column, stand.row = place.column, place.row
        stand.width, stand.height = place.width, place.height
        stand.squares = [
            StandSquare(forum_id=forum.id, column=column, row=row) for column, row in place.squares
        ]
    session.add(stand)
    session.commit()
    return stand


def stand_link(settings: Settings, session: Session, stand: Stand) -> str:
    """The path of the stand's link, which works from then on."""
    token = token_of(settings, stand)
    stand.link_hash = token_hash(token)
    session.commit()
    return f"/forum/stand/{token}"
