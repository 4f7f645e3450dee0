"""How much each organisation comes to the meetings that it is convened to.

An organisation counts once a meeting, however many people of it were convened, by the best that
happened: somebody on site, else somebody at a distance, else represented, else excused, else absent
without a word. What was ticked counts; where nothing was, the answer, as on the attendance list.
Organisations are named, never people. Of somebody who came without an invitation, their
organisation was there if it was convened to that meeting."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Row

from zna_network.models.invitation import Answer
from zna_network.models.minutes import Presence
from zna_network.queries import attendance_figures as queries
from zna_network.queries.attendance_figures import FiguresFilter
from zna_network.services.attendance_lines import expected
from zna_network.services.context import Context
from zna_network.services.folding import fold
from zna_network.services.french_time import from_local, local_date
from zna_network.services.permissions import Permission

UNKNOWN = "Sans organisme indiqué"
# The best first.
_RANK = (
    Presence.PRESENT,
    Presence.REMOTE,
    Presence.REPRESENTED,
    Presence.EXCUSED,
    Presence.ABSENT,
)
_CAME = frozenset({Presence.PRESENT, Presence.REMOTE, Presence.REPRESENTED})
_MISSED = frozenset({Presence.EXCUSED, Presence.ABSENT})


@dataclass(frozen=True)
class Span:
    """Days, both included; none for no limit."""

    since: date | None = None
    until: date | None = None


@dataclass
class OrganisationFigures:
    """``slug`` is empty for an organisation that the directory lacks. ``counts`` are meetings;
    ``last_on`` is the day when it last came, or was represented."""

    name: str
    slug: str = ""
    counts: dict[Presence, int] = field(default_factory=lambda: dict.fromkeys(Presence, 0))
    last_on: date | None = None

    @property
    def convened(self) -> int:
        return sum(self.counts.values())

    @property
    def came(self) -> int:
        return sum(self.counts[presence] for presence in _CAME)

    @property
    def never_came(self) -> bool:
        return self.came == 0

    @property
    def rate(self) -> int:
        """Per cent of the meetings where it came or was represented, rounded half up."""
        return (200 * self.came + self.convened) // (2 * self.convened) if self.convened else 0


@dataclass(frozen=True)
class AttendanceFigures:
    """``lines`` begin with who never comes. ``unticked`` is how many of the meetings have no
    attendance ticked: the answers stand in for it."""

    lines: list[OrganisationFigures]
    meetings: int
    unticked: int

    @property
    def never(self) -> int:
        return sum(line.never_came for line in self.lines)

    @property
    def rate(self) -> int | None:
        """Per cent of all the organisations' meetings; none when there was none."""
        convened = sum(line.convened for line in self.lines)
        came = sum(line.came for line in self.lines)
        return (200 * came + convened) // (2 * convened) if convened else None


def read(
    ctx: Context, committee_id: int | None = None, span: Span | None = None
) -> AttendanceFigures:
    """Raises ForbiddenError, and InvalidError for a year that nobody means."""
    ctx.require(Permission.INSTANCES_FIGURES)
    wanted = _filter(ctx, committee_id, span or Span())
    dates = {row[0]: row[1] for row in ctx.session.execute(queries.meetings(wanted))}
    ticked = set(ctx.session.scalars(queries.ticked_meetings(wanted)))
    names = _Names(ctx.session.execute(queries.organisations(wanted)))
    best = _best(ctx, wanted, names)
    lines = [_line(names.of(key), outcomes, dates) for key, outcomes in best.items()]
    lines.sort(key=lambda one: (one.came / one.convened, -one.convened, fold(one.name)))
    return AttendanceFigures(lines, len(dates), len(dates) - len(ticked))


def _filter(ctx: Context, committee_id: int | None, span: Span) -> FiguresFilter:
    def midnight(day: date | None, shift: int, name: str) -> datetime | None:
        return from_local(day + timedelta(days=shift), time(0), field=name) if day else None

    since, until = midnight(span.since, 0, "du"), midnight(span.until, 1, "au")
    return FiguresFilter(ctx.now, committee_id, since, until)


@dataclass(frozen=True)
class _Seat:
    """An invitation, in the values that count. ``ticked`` is none while nobody has."""

    id: int
    meeting_id: int
    represents_id: int | None
    organisation_id: int | None
    typed: str
    answer: Answer | None
    ticked: Presence | None

    def outcome(self, representative: "_Seat | None") -> Presence:
        """Represented by somebody who was then ticked as missing, nobody came."""
        presence = self.ticked or expected(self.answer, represents=self.represents_id is not None)
        if presence is Presence.REPRESENTED and representative and representative.ticked in _MISSED:
            return representative.ticked or presence
        return presence


# The organisation's number in the directory, or the name typed, folded.
_Key = int | str
_Outcomes = dict[int, Presence]


def _best(ctx: Context, wanted: FiguresFilter, names: "_Names") -> dict[_Key, _Outcomes]:
    """For each organisation, the best that happened at each meeting that it was convened to."""
    seats = [_Seat(*row) for row in ctx.session.execute(queries.seats(wanted))]
    numbers = {seat.id for seat in seats}
    representatives = {seat.represents_id: seat for seat in seats if seat.represents_id}
    best: dict[_Key, _Outcomes] = defaultdict(dict)
    for seat in seats:
        if seat.represents_id not in numbers:
            outcomes = best[names.key(seat.organisation_id, seat.typed)]
            _keep(outcomes, seat.meeting_id, seat.outcome(representatives.get(seat.id)))
    for meeting_id, typed, presence in ctx.session.execute(queries.unannounced(wanted)):
        outcomes = best.get(names.key(None, typed), {}) if typed else {}
        if meeting_id in outcomes:
            _keep(outcomes, meeting_id, presence)
    return best


def _keep(outcomes: _Outcomes, meeting_id: int, presence: Presence) -> None:
    """The best of this one and what was known."""
    known = outcomes.get(meeting_id, Presence.ABSENT)
    outcomes[meeting_id] = min(known, presence, key=_RANK.index)


class _Names:
    """What organisations are called: the directory's, and those typed that it lacks."""

    def __init__(self, known: Iterable[Row[int, str, str, str]]) -> None:
        self._known: dict[int, tuple[str, str]] = {}
        self._spelt: dict[str, int] = {}
        self._typed: dict[str, str] = {}
        for number, name, acronym, slug in known:
            self._known[number] = name, slug
            self._spelt |= {fold(word): number for word in (acronym, name) if word}

    def key(self, number: int | None, typed: str) -> _Key:
        if number is not None:
            return number
        folded = fold(typed)
        self._typed.setdefault(folded, typed)
        return self._spelt.get(folded, folded)

    def of(self, key: _Key) -> tuple[str, str]:
        """The name, and the address in the directory (empty for none)."""
        return self._known[key] if isinstance(key, int) else (self._typed[key] or UNKNOWN, "")


def _line(
    named: tuple[str, str], outcomes: _Outcomes, dates: dict[int, datetime]
) -> OrganisationFigures:
    line = OrganisationFigures(*named)
    for presence in outcomes.values():
        line.counts[presence] += 1
    came = [dates[meeting_id] for meeting_id, one in outcomes.items() if one in _CAME]
    line.last_on = local_date(max(came)) if came else None
    return line
