"""Date polls and who is asked, saved as the services would leave them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from tests.conftest import SECRET
from tests.factories.committees import make_committee
from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.config import Settings
from zna_network.models.committee import Committee
from zna_network.models.organisation import Contact
from zna_network.models.poll import (
    Choice,
    DatePoll,
    PollInvitee,
    PollOption,
    PollState,
    PollVote,
)
from zna_network.services.polls.links import fresh_link

_numbers = numbers()
# Thursday 14 January 2027, 14:00 in Arras: six weeks after the frozen clock.
FIRST_DATE = datetime(2027, 1, 14, 13, 0, tzinfo=UTC)
LETTERS = {"y": Choice.YES, "i": Choice.IF_NEEDED, "n": Choice.NO}


def make_poll(
    session: Session,
    committee: Committee | None = None,
    dates: int = 3,
    **values: object,
) -> DatePoll:
    """An open poll on Thursdays of January 2027, from 14:00 to 16:00, answered until 17 December
    2026, 18:00."""
    now = FrozenClock().now()
    poll = DatePoll(
        **{
            "committee": committee or make_committee(session),
            "title": f"Réunion à dater {next(_numbers)}",
            "place": "Salle d’exemple, Arras",
            "deadline": datetime(2026, 12, 17, 17, 0, tzinfo=UTC),
            "state": PollState.OPEN,
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(poll)
    session.flush()
    for week in range(dates):
        starts_at = FIRST_DATE + timedelta(weeks=week)
        session.add(
            PollOption(
                poll=poll,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                uid=f"option-{next(_numbers)}@cua.example",
                sequence=0,
            )
        )
    session.commit()
    return poll


def make_invitee(
    session: Session,
    poll: DatePoll,
    said: str = "",
    contact: Contact | None = None,
    **values: object,
) -> PollInvitee:
    """Somebody asked two days ago. ``said`` has a letter for each date in their order: y, i, n, or
    another one for no answer."""
    number = next(_numbers)
    now = FrozenClock().now()
    person = {
        "name": contact.full_name,
        "email": contact.email,
        "organisation": contact.organisation,
    } if contact else {
        "name": f"Alix Modèle{number}",
        "email": f"alix.modele{number}@organisme.example",
    }  # fmt: skip
    invitee = PollInvitee(
        **{
            "poll": poll,
            "contact": contact,
            **person,
            "sent_at": now - timedelta(days=2),
            "answered_at": now if said.strip("-") else None,
            "suits_none": bool(said) and set(said) == {"n"},
            "created_at": now,
            "updated_at": now,
            **fresh_link(Settings(secret_key=SECRET)),  # type: ignore[arg-type]
            **values,
        }
    )
    session.add(invitee)
    session.flush()
    _vote(session, invitee, poll.options, said, now)
    session.commit()
    return invitee


def _vote(
    session: Session,
    invitee: PollInvitee,
    options: Sequence[PollOption],
    said: str,
    at: datetime,
) -> None:
    for option, letter in zip(options, said, strict=False):
        if letter in LETTERS:
            session.add(PollVote(invitee=invitee, option=option, choice=LETTERS[letter], at=at))
