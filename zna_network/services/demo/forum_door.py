"""The points of the demonstration forum and the phones that hold them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zna_network.models.door import Device, Point, PointKind
from zna_network.models.forum import Forum
from zna_network.queries import demo_forum as queries
from zna_network.services.context import Context
from zna_network.services.demo.forum_day import Day
from zna_network.services.french_time import PARIS
from zna_network.services.links import token_hash
from zna_network.services.points import keep_up_with_forum

DOOR_A, DOOR_B, WAY_OUT = "entree-a", "entree-b", "sortie"
SILENT_FOR = timedelta(minutes=20)
_DOORS = (
    (DOOR_A, "Entrée A, parvis", PointKind.ENTRY),
    (DOOR_B, "Entrée B, parking", PointKind.ENTRY),
    (WAY_OUT, "Sortie", PointKind.EXIT),
)


@dataclass(frozen=True)
class _Phone:
    """``point`` is a code, or a kind: the first of it. ``heard`` is how many seconds ago;
    ``waiting`` how many scans it still holds; ``is_away``: put away on purpose."""

    name: str
    point: str
    heard: float
    waiting: int = 0
    skew: int = 0
    is_away: bool = True


# Nobody holds these phones, so none can go on being heard: all but one are put away, which stays
# true for as long as the demonstration lasts; the silent one is what the board alarms about. A
# phone that a visitor of the demonstration pairs is the one that is heard.
_PHONES = (
    _Phone("Téléphone d’accueil 1", DOOR_A, 95),
    _Phone("Téléphone d’accueil 2", DOOR_B, SILENT_FOR.total_seconds(), waiting=7, is_away=False),
    _Phone("Téléphone de la sortie", WAY_OUT, 240, skew=4),
    _Phone("Tablette du premier stand", PointKind.STAND.value, 130),
    _Phone("Téléphone des ateliers", PointKind.SESSION.value, 11 * 60, skew=-2),
)


def build(ctx: Context, forum: Forum) -> None:
    """The doors, a point for each stand and each session, and the five phones."""
    for code, name, kind in _DOORS:
        ctx.session.add(Point(forum_id=forum.id, code=code, name=name, kind=kind))
    ctx.session.flush()
    points = keep_up_with_forum(ctx, forum.id)
    for phone in _PHONES:
        point = next((p for p in points if phone.point in (p.code, p.kind.value)), None)
        if point is not None:
            ctx.session.add(_paired(ctx, forum, phone, point))
    ctx.session.flush()


def stay_heard(ctx: Context, forum: Forum, day: Day) -> None:
    """The demonstration's phones were heard a little while ago, then put away, but for the silent
    one."""
    phones = {phone.name: phone for phone in _PHONES}
    for device in ctx.session.scalars(queries.devices_of(forum.id)):
        phone = phones.get(device.name)
        if phone is not None and device.revoked_at is None:
            device.paired_at = day.after(-40)
            device.last_seen_at = ctx.now - timedelta(seconds=phone.heard)
            device.last_skew_s = phone.skew
            device.waiting = phone.waiting if ctx.now < day.closing else 0
            device.put_away_at = ctx.now if phone.is_away else None
            device.expires_at = end_of(day)


def end_of(day: Day) -> datetime:
    return datetime.combine(day.held_on + timedelta(days=1), time(0), tzinfo=PARIS)


def follow(ctx: Context, forum: Forum, day: Day) -> None:
    """Another day: the points are named after the new hours, and a token that was given for the
    day works on it."""
    keep_up_with_forum(ctx, forum.id)
    for device in ctx.session.scalars(queries.devices_of(forum.id)):
        if device.token_hash is not None and device.revoked_at is None:
            device.expires_at = end_of(day)


def _paired(ctx: Context, forum: Forum, phone: _Phone, point: Point) -> Device:
    """Its token is kept by nobody: these phones exist on the board only."""
    return Device(
        forum_id=forum.id,
        name=phone.name,
        point_id=point.id,
        token_hash=token_hash(secrets.token_hex(20)),
        created_at=ctx.now,
    )
