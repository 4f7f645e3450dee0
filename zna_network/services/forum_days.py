"""When and where a forum is held: from its day and hours to instants, and to words."""

from dataclasses import dataclass
from datetime import date, datetime, time

from zna_network.models.forum import Forum
from zna_network.services.documents.common import hours
from zna_network.services.french_time import from_local, local_date, long_date

TO_BE_ANNOUNCED = "date à annoncer"


@dataclass(frozen=True)
class ForumDay:
    """A forum's day as calendars have it; ``held_on`` none: « date à annoncer »."""

    held_on: date | None
    opens_at: time
    closes_at: time
    place: str
    address: str
    title: str

    @property
    def instants(self) -> tuple[datetime, datetime] | None:
        """Opening and closing, in UTC; none while the date is to be announced. Raises InvalidError
        for an hour that does not exist that day."""
        if self.held_on is None:
            return None
        return (
            from_local(self.held_on, self.opens_at, field="opens_at"),
            from_local(self.held_on, self.closes_at, field="closes_at"),
        )

    @property
    def location(self) -> str:
        return ", ".join(part for part in (self.place, self.address) if part)


def day_of(forum: Forum) -> ForumDay:
    return ForumDay(
        held_on=forum.held_on,
        opens_at=forum.opens_at,
        closes_at=forum.closes_at,
        place=forum.place,
        address=forum.address,
        title=forum.title,
    )


def day_in_words(day: ForumDay) -> str:
    """« mercredi 16 décembre 2026 », or « date à annoncer »."""
    return long_date(day.held_on) if day.held_on else TO_BE_ANNOUNCED


def hours_in_words(day: ForumDay) -> str:
    """« de 9 h 30 à 17 h », empty while the date is to be announced."""
    instants = day.instants
    return hours(*instants) if instants else ""


def is_over(forum: Forum, now: datetime) -> bool:
    """Whether its day is past."""
    return forum.held_on is not None and forum.held_on < local_date(now)


def has_come(forum: Forum, now: datetime) -> bool:
    """Whether its day is here, or past: what is prepared beforehand no longer changes."""
    return forum.held_on is not None and forum.held_on <= local_date(now)
