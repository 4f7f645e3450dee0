"""Visitors and badges, saved as the services would leave them."""

import secrets

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.models.attendee import Attendee, Badge, RegistrationChannel
from zna_network.models.forum import Forum
from zna_network.services.badges import label_of
from zna_network.services.links import new_salt, token_hash
from zna_network.services.registrations import NOTICE_VERSION

_numbers = numbers()


def make_attendee(session: Session, forum: Forum, **values: object) -> Attendee:
    """Registered online, with a first name only; no badge yet (see ``make_badge``)."""
    salt = new_salt()
    now = FrozenClock().now()
    attendee = Attendee(
        **{
            "forum": forum,
            "name": f"Camille {next(_numbers)}",
            "channel": RegistrationChannel.ONLINE,
            "notice_version": NOTICE_VERSION,
            "link_salt": salt,
            "link_hash": token_hash(salt),
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(attendee)
    session.commit()
    return attendee


def make_badge(
    session: Session, forum: Forum, attendee: Attendee | None = None, **values: object
) -> Badge:
    """The next number of the forum; blank without ``attendee``. Its ticket hash is anything: for
    a badge that can be scanned, use ``services.badges.issue``."""
    last = session.scalar(select(func.max(Badge.number)).where(Badge.forum_id == forum.id))
    now = FrozenClock().now()
    badge = Badge(
        **{
            "forum": forum,
            "number": (last or 0) + 1,
            "public_id": secrets.token_hex(16),
            "ticket_hash": secrets.token_hex(32),
            "attendee": attendee,
            "label": label_of(attendee.name) if attendee else "",
            "created_at": now,
            "changed_at": now,
            **values,
        }
    )
    session.add(badge)
    session.commit()
    return badge
