"""What a device needs to decide by itself: hashes, numbers and the short names that it shows.

The list of badges is put together once for each state that it has been in, and kept: twenty phones
ask for it at the same minute, and each label has to be deciphered."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from zna_network.models.attendee import AgeBand
from zna_network.models.door import Point
from zna_network.models.forum import Forum, ForumState
from zna_network.models.territory import TargetGroup
from zna_network.queries import door_figures as queries
from zna_network.queries import territory as territory_queries
from zna_network.services.context import Context
from zna_network.services.devices import authenticate, is_forum_over
from zna_network.services.door_state import AnyRow, Asker
from zna_network.services.french_time import local_date
from zna_network.services.points import keep_up_with_forum
from zna_network.services.scan_data import ELSEWHERE
from zna_network.services.scan_recording import timestamp

HASH_LENGTH = 24  # hexadecimal characters: 96 bits, no two badges share them
OTHERS_SINCE = timedelta(days=2 * 366)
FORMAT = 1  # of the manifest: another one makes every copy old
_KEPT = 4
_OVERLAP = timedelta(seconds=30)  # longer than a transaction may last
_FIRST = timedelta(minutes=15)


@dataclass(frozen=True)
class Manifest:
    """``body`` is JSON in UTF-8, none when the device's copy is still good."""

    etag: str
    body: bytes | None


class _Fragments:
    """The JSON of the latest lists, by what identifies their state."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._kept.get(key)

    def keep(self, key: str, fragment: bytes) -> None:
        with self._lock:
            self._kept[key] = fragment
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))


_fragments = _Fragments()


def manifest(ctx: Context, token: str, known_etags: set[str]) -> Manifest:
    """Once the forum's day is over it names nobody: a device is then only there to hand in what
    it had not sent. Raises DeviceRefusedError."""
    asker = authenticate(ctx, token)
    frame, state = _frame(ctx, asker)
    etag = _etag(frame, state)
    if etag in known_etags:
        return Manifest(etag, None)
    lists = _lists(ctx, asker, state)
    head = {**frame, "generated_at": timestamp(ctx.now), "cursor": ""}
    return Manifest(etag, _json(head)[:-1] + b"," + lists[1:])


def etag_of(ctx: Context, asker: Asker) -> str:
    return _etag(*_frame(ctx, asker))


def changes(ctx: Context, token: str, since: datetime | None) -> dict[str, Any]:
    """What has moved since a cursor, given generously: applying twice is harmless. Without one,
    where every badge is. Raises DeviceRefusedError."""
    asker = authenticate(ctx, token)
    cursor = ctx.now
    forum = ctx.session.get_one(Forum, asker.forum_id)
    if is_forum_over(forum, ctx.now):
        return {"cursor": timestamp(cursor), "badges": [], "entries": []}
    start = since - _OVERLAP if since is not None else None
    badges = ctx.session.execute(queries.badge_rows(forum.id, start or cursor - _FIRST))
    entries = ctx.session.execute(queries.entries(forum.id, start))
    return {
        "cursor": timestamp(cursor),
        "badges": [_badge(row) for row in badges],
        "entries": [
            [
                row.ticket_hash[:HASH_LENGTH],
                timestamp(row.entered_at) if row.entered_at else None,
                row.door,
                bool(row.is_inside),
            ]
            for row in entries
        ],
    }


def _frame(ctx: Context, asker: Asker) -> tuple[dict[str, Any], str]:
    """All but the long lists, and what identifies the state that these are in."""
    forum = ctx.session.get_one(Forum, asker.forum_id)
    points = keep_up_with_forum(ctx, forum.id)
    is_over = is_forum_over(forum, ctx.now)
    count, changed_at = ctx.session.execute(queries.last_change_of_badges(forum.id)).one()
    others = ctx.session.execute(queries.count_elsewhere(forum.id, _others_since(ctx))).scalar_one()
    state = f"{FORMAT}:{forum.id}:{count}:{changed_at}:{others}:{is_over}"
    frame = {
        "forum": forum_values(forum, ctx.now),
        "device": {"name": asker.name, "point": _code(points, asker.place.point_id)},
        "points": [
            {"code": point.code, "name": point.name, "kind": point.kind.value} for point in points
        ],
    }
    return frame, state


def forum_values(forum: Forum, now: datetime) -> dict[str, Any]:
    is_off = forum.state is ForumState.CANCELLED
    return {
        "slug": forum.slug,
        "title": forum.title,
        "held_on": forum.held_on.isoformat() if forum.held_on else None,
        "opens_at": forum.opens_at.strftime("%H:%M"),
        "closes_at": forum.closes_at.strftime("%H:%M"),
        "gauge": forum.gauge,
        "is_today": not is_off and forum.held_on == local_date(now),
        "is_cancelled": is_off,
    }


def _code(points: list[Point], point_id: int | None) -> str | None:
    return next((point.code for point in points if point.id == point_id), None)


def _etag(frame: dict[str, Any], state: str) -> str:
    return f'"{hashlib.sha256(_json(frame) + state.encode()).hexdigest()[:32]}"'


def _lists(ctx: Context, asker: Asker, state: str) -> bytes:
    made = _fragments.get(state)
    if made is None:
        made = _json(_list_values(ctx, asker.forum_id, is_over=state.endswith(":True")))
        _fragments.keep(state, made)
    return made


def _list_values(ctx: Context, forum_id: int, *, is_over: bool) -> dict[str, Any]:
    badges = [] if is_over else ctx.session.execute(queries.badge_rows(forum_id)).all()
    others = (
        []
        if is_over
        else ctx.session.scalars(queries.badges_elsewhere(forum_id, _others_since(ctx))).all()
    )
    communes = ctx.session.scalars(territory_queries.communes()).all()
    return {
        "badges": [_badge(row) for row in badges],
        "others": [ticket_hash[:HASH_LENGTH] for ticket_hash in others],
        "communes": [
            *([commune.insee, commune.name] for commune in communes),
            [ELSEWHERE, "Autre commune"],
        ],
        "age_bands": [[band.value, band.label] for band in AgeBand],
        "target_groups": [[group.value, group.label] for group in TargetGroup],
    }


def _badge(row: AnyRow) -> list[Any]:
    state = "rehearsal" if row.is_rehearsal else "ok"
    return [
        row.ticket_hash[:HASH_LENGTH],
        row.number,
        row.label,
        "revoked" if row.revoked_at is not None else state,
        1 + (row.companions or 0),
        row.attendee_id is None,
    ]


def _others_since(ctx: Context) -> date:
    return local_date(ctx.now - OTHERS_SINCE)


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def zipped(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=5)
