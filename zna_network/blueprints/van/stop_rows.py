"""A request as the browser sends it, changed by the buttons of its page: stops added, taken away
and moved, a free slot taken; without a script, and without losing a letter of what was typed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from werkzeug.datastructures import MultiDict

from zna_network.services.van.stop_checks import MOST_STOPS

Row = dict[str, str]
_KEY = re.compile(r"stops-([0-9]{1,4})-([a-z_]+)")
_DAY, _HOUR = "%Y-%m-%d", "%H:%M"


def without_holes(sent: MultiDict[str, str], act: str = "") -> MultiDict[str, str]:
    """What was sent, its stops numbered from 0 in their order once ``act`` is done: ``stop-add``,
    ``stop-remove-1``, ``stop-up-1``, ``stop-down-1``. Anything else changes nothing."""
    return _with_rows(sent, _changed(_rows(sent), act))


def at_slot(sent: MultiDict[str, str], starts: datetime, ends: datetime) -> MultiDict[str, str]:
    """The period taken with one click; the stops keep their distance from the departure."""
    day, hour = day_in(sent.get("starts_on")), hour_in(sent.get("leaves_at"))
    if day and hour:
        sent = _moved(sent, starts - datetime.combine(day, hour))
    is_same_day = starts.date() == ends.date()
    typed = {
        "starts_on": starts.date().isoformat(),
        "leaves_at": starts.strftime("%H:%M"),
        "ends_on": "" if is_same_day else ends.date().isoformat(),
        "returns_at": ends.strftime("%H:%M"),
    }
    for name, value in typed.items():
        sent.setlist(name, [value])
    return sent


def day_in(typed: str | None) -> date | None:
    """The day of an address or of a browser's field; none when it is none."""
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return None


def hour_in(typed: str | None) -> time | None:
    try:
        return time.fromisoformat(typed or "").replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _moved(sent: MultiDict[str, str], by: timedelta) -> MultiDict[str, str]:
    """The same with its stops so much later, on the clocks; a time that cannot be read stays."""
    first = sent.get("starts_on", "")
    return _with_rows(sent, [_row_moved(row, first, by) for row in _rows(sent)])


def rank_after(act: str, count: int) -> int | None:
    """Which stop the page should show once ``act`` is done; ``count`` of them are left."""
    verb, _, number = act.removeprefix("stop-").partition("-")
    if not act.startswith("stop-") or not count:
        return None
    rank = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else count
    step = {"up": -1, "down": 1}.get(verb, 0)
    return max(0, min(rank + step, count - 1))


def _rows(sent: Mapping[str, str]) -> list[Row]:
    rows: dict[int, Row] = {}
    for key in sent:
        if match := _KEY.fullmatch(key):
            rows.setdefault(int(match[1]), {})[match[2]] = sent[key]
    # One more than may be: the use case says that there are too many.
    return [rows[number] for number in sorted(rows)][: MOST_STOPS + 1]


def _with_rows(sent: MultiDict[str, str], rows: Sequence[Row]) -> MultiDict[str, str]:
    kept = MultiDict(
        (key, value) for key, value in sent.items(multi=True) if not _KEY.fullmatch(key)
    )
    for number, row in enumerate(rows):
        for name, value in row.items():
            kept.add(f"stops-{number}-{name}", value)
    return kept


def _changed(rows: list[Row], act: str) -> list[Row]:
    if act == "stop-add" and len(rows) < MOST_STOPS:
        return [*rows, _next_to(rows[-1] if rows else {})]
    verb, _, number = act.removeprefix("stop-").partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(rows)):
        return rows
    rank = int(number)
    row = rows[rank]
    rest = rows[:rank] + rows[rank + 1 :]
    if verb == "remove":
        return rest
    to = {"up": rank - 1, "down": rank + 1}.get(verb, rank)
    to = max(0, to)
    return [*rest[:to], row, *rest[to:]]


def _next_to(last: Row) -> Row:
    """A stop after this one: the same day, from when it ends; on show, unless told otherwise."""
    return {"day": last.get("day", ""), "starts": last.get("ends", ""), "is_public": "y"}


def _row_moved(row: Row, first_day: str, by: timedelta) -> Row:
    """A stop whose day was left empty is on the departure's, which moves by itself."""
    moved_row = dict(row)
    for name in ("starts", "ends"):
        wall = _wall(row.get("day") or first_day, row.get(name, ""))
        if wall is None:
            continue
        try:
            later = wall + by
        except OverflowError:  # Beyond the last year there is: refused when it is sent.
            continue
        moved_row[name] = later.strftime(_HOUR)
        if name == "starts" and row.get("day"):
            moved_row["day"] = later.strftime(_DAY)
    return moved_row


def _wall(day: str, hour: str) -> datetime | None:
    try:
        return datetime.strptime(f"{day} {hour[:5]}", f"{_DAY} {_HOUR}")  # noqa: DTZ007
    except ValueError:
        return None
