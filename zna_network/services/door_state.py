"""Who asks at the door, and what is known of the badge that is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from zna_network.models.door import PointKind, ScanKind
from zna_network.models.forum import ForumState
from zna_network.services.errors import DomainError
from zna_network.services.movements import Entered, Move, fold, inserted, step

AnyRow = Row[*tuple[Any, ...]]


class DeviceRefusedError(DomainError):
    """No device has this token, or not any more."""

    def __init__(self) -> None:
        super().__init__("Cet appareil n’est pas, ou n’est plus, associé à la porte du forum.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scan is made; ``point_id`` none: nowhere in particular, which lets people in."""

    point_id: int | None
    name: str
    kind: ScanKind

    @classmethod
    def of(cls, row: AnyRow, device_name: str) -> "Place":
        kind: PointKind | None = row.point_kind
        return cls(row.point_id, row.point_name or device_name, ScanKind.at(kind))

    @classmethod
    def nowhere(cls, device_name: str) -> "Place":
        """For what a device decided at a point that is gone since."""
        return cls(None, device_name, ScanKind.ENTRY)


@dataclass(frozen=True, slots=True)
class Asker:
    """The device that asks. ``place`` is where it is set up, or the point that it named."""

    device_id: int
    name: str
    forum_id: int
    held_on: date | None
    is_cancelled: bool
    place: Place
    last_seen_at: datetime | None
    last_skew_s: int

    @classmethod
    def of(cls, row: AnyRow | None, now: datetime) -> "Asker":
        """Raises DeviceRefusedError for an unknown, revoked or expired one."""
        if (
            row is None
            or row.device_revoked_at is not None
            or row.expires_at is None
            or row.expires_at <= now
        ):
            raise DeviceRefusedError
        return cls(
            row.device_id,
            row.device_name,
            row.forum_id,
            row.held_on,
            row.forum_state is ForumState.CANCELLED,
            Place.of(row, row.device_name),
            row.last_seen_at,
            row.last_skew_s,
        )


@dataclass(slots=True)
class BadgeFile:
    """A badge under lock, and where its bearer is. ``latest`` is when it last moved; ``moves`` are
    all its movements, read by ``read_moves`` when the order calls for them. ``effects`` are those
    that differ from what the database holds, by scan."""

    badge_id: int
    forum_id: int
    number: int
    label: str
    is_rehearsal: bool
    revoked_at: datetime | None
    attendee_id: int | None
    made_at_door: bool
    people: int
    read_moves: Callable[[int], Sequence[Move]]
    where: Entered | None = None
    latest: datetime | None = None
    visits: dict[int, datetime] = field(default_factory=dict)
    effects: dict[str, int] = field(default_factory=dict)
    _moves: list[Move] | None = None

    @classmethod
    def of(cls, row: AnyRow, read_moves: Callable[[int], Sequence[Move]]) -> "BadgeFile":
        return cls(
            badge_id=row.badge_id,
            forum_id=row.badge_forum_id,
            number=row.number,
            label=row.label,
            is_rehearsal=row.is_rehearsal,
            revoked_at=row.revoked_at,
            attendee_id=row.attendee_id,
            made_at_door=bool(row.made_at_door),
            people=1 + (row.companions or 0),
            read_moves=read_moves,
        )

    def enter(self, row: AnyRow) -> None:
        """Take over what its CheckIn row says, where it has one."""
        if row.entered_badge_id is None:
            return
        self.people = row.people
        self.where = Entered(
            row.is_inside,
            row.entries,
            row.entered_at,
            row.moved_at,
            row.first_scan_id,
            row.last_scan_id,
            row.entered_device_id,
            row.entered_point_id,
        )

    @property
    def is_inside(self) -> bool:
        return self.where is not None and self.where.is_inside

    @property
    def moves(self) -> list[Move]:
        if self._moves is None:
            self._moves = list(self.read_moves(self.badge_id))
        return self._moves

    def know(self, moves: Sequence[Move]) -> None:
        """Take over all its movements, read beforehand."""
        self._moves = list(moves)
        self.latest = moves[-1].happened_at if moves else None

    def is_late(self, instant: datetime) -> bool:
        """Whether the badge has moved since."""
        return self.latest is not None and instant < self.latest

    def add(self, move: Move) -> bool:
        """Whether anything but the move itself is to be written down."""
        if self.is_late(move.happened_at):
            self._refold(inserted(self.moves, move))
            return True
        before = self.where
        self.where, direction = step(before, move)
        effect = direction * self.people
        self.effects[move.scan_id] = effect
        self.latest = move.happened_at
        if self._moves is not None:
            self._moves.append(replace(move, effect=effect))
        return self.where is not before

    def fold_again(self) -> None:
        """After one of its movements was taken back."""
        self._refold(self.moves)

    def rehearse(self, is_today: Callable[[datetime], bool]) -> None:
        """A rehearsal badge has no CheckIn: what it did today is all that it is known by."""
        self._refold([move for move in self.moves if is_today(move.happened_at)])

    def count_people(self, people: int) -> None:
        """From its first entry on, the badge stands for so many people."""
        if people == self.people:
            return
        self.people = people
        if self.where is not None:
            self._refold(self.moves)

    def _refold(self, moves: Sequence[Move]) -> None:
        self.where, settled = fold(moves, self.people)
        for move, known in zip(settled, moves, strict=True):
            if move is not known:
                self.effects[move.scan_id] = move.effect
        self._moves = settled
        self.latest = settled[-1].happened_at if settled else None
