"""What has happened at the demonstration forum since it opened: entries, exits, visits, counts.

The first badges of the forum have not come yet, so that whoever tries the door has people to let
in."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import insert

from zna_network.models.attendee import Badge, RegistrationChannel
from zna_network.models.door import PointKind, SurveyAnswer
from zna_network.models.forum import Forum
from zna_network.queries import demo_forum as queries
from zna_network.services.context import Context
from zna_network.services.demo.forum_door import DOOR_A, DOOR_B, SILENT_FOR, WAY_OUT
from zna_network.services.demo.forum_scans import Doors, Ledger
from zna_network.services.french_time import PARIS, local_date

_STAY_S = 100 * 60
_COUNTS = ((0.2, 14), (0.45, 9), (0.5, -3), (0.7, 22), (0.9, 6))
_CONFLICT_AT = 0.4
_PUNCTUAL = 0.8
_MOST_COME, _CROWD = 0.83, 150  # a share of the registered, and a number of badges
_WORDS = (
    (5, "yes", True, "Merci, j’ai enfin compris la prime d’activité.", "fr"),
    (5, "yes", True, "On m’a aidée à remplir le dossier sur place.", "fr"),
    (4, "partly", True, "Il faut revenir avec ses papiers, mais on sait lesquels.", "fr"),
    (4, "yes", True, "", "fr"),
    (3, "partly", True, "Trop de bruit près de l’entrée.", "fr"),
    (5, "yes", True, "شكرا جزيلا", "ar"),
    (5, "yes", True, "Very kind people, thank you.", "en"),
    (4, "yes", True, "Дуже дякую!", "uk"),
    (2, "no", False, "L’atelier numérique était complet.", "fr"),
    (4, "partly", True, "", "fr"),
    (5, "yes", True, "", "fr"),
    (3, "partly", True, "Je n’ai pas osé demander au stand.", "fr"),
)


@dataclass(frozen=True)
class Span:
    """From the opening until now. ``first_badge``: those before it are still to come.
    ``silent`` : the second door has not been heard of for a while."""

    opening: datetime
    until: datetime
    first_badge: int = 0
    silent: bool = False

    def at(self, share: float) -> datetime:
        moment = self.opening + (self.until - self.opening) * share
        return moment.replace(microsecond=0)


def play(ctx: Context, forum: Forum, span: Span) -> int:
    """Write everything from the opening until now; how many badges came in."""
    doors = Doors.of(ctx, forum)
    story = _Story(ctx, Ledger(forum, doors), span)
    holders = ctx.session.execute(queries.live_badges(forum.id)).all()
    story.expect(len(holders))
    for badge, companions, channel in holders:
        if story.has_come(badge, channel):
            story.live(badge, 1 + companions)
    story.mishaps(list(ctx.session.scalars(queries.revoked_badges(forum.id))))
    story.ledger.write(ctx)
    _survey(ctx, forum, span, len(story.ledger.check_ins) // 5)
    return len(story.ledger.check_ins)


class _Story:
    def __init__(self, ctx: Context, ledger: Ledger, span: Span) -> None:
        self.ledger, self._span = ledger, span
        self._chance = Random(f"{ledger.forum.uid}:activity")  # noqa: S311 - not secrets
        self._stands = ledger.doors.of_kind(PointKind.STAND)
        # A few stands draw the crowd, as they do in a real hall.
        self._favour = [1 + 14 // (rank + 1) for rank in range(len(self._stands))]
        self._rooms = {p.session_id: p for p in ledger.doors.of_kind(PointKind.SESSION)}
        self._seats: dict[int, list[int]] = {}
        for attendee_id, session_id in ctx.session.execute(queries.seated(ledger.forum.id)):
            self._seats.setdefault(attendee_id, []).append(session_id)
        self._badges: dict[int, Badge] = {}
        self._share = _MOST_COME

    def expect(self, registered: int) -> None:
        """However many are registered, those who have come so far fit in the hall."""
        self._share = min(_MOST_COME, _CROWD / max(1, registered - self._span.first_badge))

    def has_come(self, badge: Badge, channel: RegistrationChannel) -> bool:
        if channel is RegistrationChannel.DOOR:
            return True
        return badge.number > self._span.first_badge and self._chance.random() < self._share

    def live(self, badge: Badge, people: int) -> None:
        """One person's day: in, to some stands, to their workshops, and out or still there."""
        self._badges[badge.id] = badge
        ledger, points = self.ledger, self.ledger.doors.points
        entered = self._in_time(badge) or self._arrival()
        door = points[self._door_at(entered)]
        first = last = ledger.scan(badge, door, entered, people=people, effect=people)
        busy = self._visit(badge, entered)
        left = busy + timedelta(seconds=int(self._chance.expovariate(1 / _STAY_S)))
        back = left + timedelta(minutes=self._chance.randint(8, 40))
        has_left = left < self._span.until
        is_back = has_left and back < self._span.until and self._chance.random() < 0.15
        if has_left:
            last = ledger.scan(badge, points[WAY_OUT], left, people=people, effect=-people)
        if is_back:
            last = ledger.scan(badge, points[DOOR_A], back, people=people, effect=people)
        ledger.check_ins.append(
            {
                "badge_id": badge.id,
                "forum_id": ledger.forum.id,
                "people": people,
                "is_inside": is_back or not has_left,
                "entered_at": entered,
                "moved_at": last["happened_at"],
                "entries": 2 if is_back else 1,
                "first_scan_id": first["scan_id"],
                "last_scan_id": last["scan_id"],
                "device_id": first["device_id"],
                "point_id": first["point_id"],
            }
        )

    def mishaps(self, revoked: list[Badge]) -> None:
        """Two doors without network that admit the same badge, revoked badges, foreign codes, and
        the people counted by hand."""
        points = self.ledger.doors.points
        at_a = [s for s in self.ledger.scans if s["point_id"] == points[DOOR_A].id and s["effect"]]
        if at_a:
            moment = self._span.at(_CONFLICT_AT)
            first = min(at_a, key=lambda scan: abs(scan["happened_at"] - moment))
            later = min(first["happened_at"] + timedelta(minutes=3), self._span.until)
            self.ledger.conflict(first, self._badges[first["badge_id"]], points[DOOR_B], later)
        for rank, badge in enumerate([*revoked[:2], None, None]):
            self.ledger.refused(points[DOOR_A], self._span.at(0.3 + 0.12 * rank), badge)
        for share, people in _COUNTS:
            self.ledger.count(points[DOOR_A], self._span.at(share), people)

    def _in_time(self, badge: Badge) -> datetime | None:
        """For most of those who have a seat in a session already begun: before it."""
        begun = [
            room.session.starts_at
            for session_id in self._seats.get(badge.attendee_id or 0, [])
            if (room := self._rooms.get(session_id)) is not None
            and room.session is not None
            and room.session.starts_at < self._span.until
        ]
        if not begun or self._chance.random() > _PUNCTUAL:
            return None
        room_for = min(begun) - timedelta(minutes=3) - self._span.opening
        return self._span.at(self._chance.uniform(0.1, 1) * (room_for / self._length))

    def _arrival(self) -> datetime:
        """Most come in the middle of the time that has passed."""
        return self._span.at(self._chance.betavariate(1.7, 1.5))

    def _door_at(self, at: datetime) -> str:
        """Nothing has come from the second door since it was last heard."""
        is_silent = self._span.silent and at > self._span.until - SILENT_FOR
        return DOOR_A if is_silent or self._chance.random() < 0.6 else DOOR_B

    @property
    def _length(self) -> timedelta:
        return self._span.until - self._span.opening

    def _visit(self, badge: Badge, entered: datetime) -> datetime:
        """Some stands, then the workshops where they have a seat; when they were done."""
        at = entered
        for _ in range(self._chance.choice((0, 1, 1, 2, 2, 3, 4))):
            at += timedelta(minutes=self._chance.randint(4, 16))
            (stand,) = self._chance.choices(self._stands, self._favour)
            seen = any(
                visit["badge_id"] == badge.id and visit["point_id"] == stand.id
                for visit in self.ledger.visits[-5:]
            )
            if at < self._span.until and not seen:
                self.ledger.visit(badge, stand, at)
        for session_id in self._seats.get(badge.attendee_id or 0, []):
            room = self._rooms.get(session_id)
            if room is None or room.session is None:
                continue
            starts = room.session.starts_at
            if entered < starts < self._span.until and self._chance.random() < 0.85:
                seated = max(starts - timedelta(minutes=2), entered + timedelta(seconds=30))
                self.ledger.visit(badge, room, seated)
                at = max(at, room.session.ends_at)
        return max(at, entered + timedelta(minutes=10))


def _survey(ctx: Context, forum: Forum, span: Span, number: int) -> None:
    midnight = datetime.combine(local_date(span.opening), time(0), tzinfo=PARIS)
    rows = []
    for rank in range(number):
        satisfaction, found, recommends, words, language = _WORDS[rank % len(_WORDS)]
        rows.append(
            {
                "forum_id": forum.id,
                "satisfaction": satisfaction,
                "found": found,
                "recommends": recommends,
                "words": words if rank < len(_WORDS) else "",
                "language": language,
                "answered_on": midnight,
                "sending": None,
            }
        )
    if rows:
        ctx.session.execute(insert(SurveyAnswer), rows)
