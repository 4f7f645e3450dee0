"""The phones of the door: paired by a code shown once, heard, revoked."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zna_network.models.door import Device, Point
from zna_network.models.forum import Forum
from zna_network.queries import devices as queries
from zna_network.queries import door as door_queries
from zna_network.services.context import Context
from zna_network.services.door_state import Asker, Place
from zna_network.services.errors import ConflictError, InvalidError, LinkGoneError, NotFoundError
from zna_network.services.french_time import PARIS
from zna_network.services.links import derived_token, new_token, token_hash
from zna_network.services.permissions import Permission

PAIRING_LASTS = timedelta(minutes=15)
CODE_LENGTH = 12  # characters of base32: 60 bits, one use, a quarter of an hour
HANDING_IN = timedelta(days=7)  # after the day, for what a phone had not sent yet
HANDING_IN_LASTS = timedelta(hours=12)
WITHOUT_DATE = timedelta(days=1)
UNKNOWN_POINT = "Ce point de contrôle n’existe pas."
UNKNOWN = "Ce téléphone n’existe pas."
NAME_NEEDED = "Donnez-lui un nom : celui de la personne ou de la porte."


@dataclass(frozen=True)
class DeviceData:
    name: str
    point_id: int | None = None


@dataclass(frozen=True)
class Paired:
    """``token`` is shown to nobody but the device, this once."""

    token: str
    device: Device


def authenticate(ctx: Context, token: str) -> Asker:
    """The device that has this token. Raises DeviceRefusedError."""
    row = (
        ctx.session.connection()
        .execute(door_queries.DEVICE, {"token_hash": token_hash(token)})
        .one_or_none()
    )
    return Asker.of(row, ctx.now)


def place_of(ctx: Context, asker: Asker, code: str | None) -> Place:
    """The point of this code, or where the device is set up. Raises InvalidError (``point``)."""
    if code is None:
        return asker.place
    for row in ctx.session.connection().execute(door_queries.POINTS, {"forum_id": asker.forum_id}):
        if row.code == code:
            return Place.of(row, asker.name)
    raise InvalidError(UNKNOWN_POINT, field="point")


def is_forum_over(forum: Forum, now: datetime) -> bool:
    return forum.held_on is not None and now >= _end_of_day(forum)


def of_forum(ctx: Context, forum_id: int, device_id: int) -> Device:
    """Raises NotFoundError."""
    ctx.require(Permission.DOOR_MANAGE)
    device = ctx.session.scalar(queries.by_id(device_id))
    if device is None or device.forum_id != forum_id:
        raise NotFoundError(UNKNOWN)
    return device


def create_device(ctx: Context, forum_id: int, data: DeviceData) -> Device:
    """A phone to pair: its code is good for a quarter of an hour."""
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        device = _new_device(ctx, forum_id, data)
        _open_pairing(ctx, device)
        ctx.record("device.created", device)
    return device


def update_device(ctx: Context, device_id: int, data: DeviceData) -> Device:
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        device = _device(ctx, device_id)
        device.name = _name(data)
        device.point_id = _point_id(ctx, device.forum_id, data.point_id)
        ctx.record("device.updated", device)
    return device


def renew_pairing(ctx: Context, device_id: int) -> Device:
    """Another code, for the same phone or the one that takes its place: what the former one had
    scanned stays this device's. The former token ends when the new one is given."""
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        device = _device(ctx, device_id)
        _open_pairing(ctx, device)
        ctx.record("device.pairing_renewed", device)
    return device


def revoke_device(ctx: Context, device_id: int) -> Device:
    """Its token is refused from now on, and so is its code. Twice is as good as once."""
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        device = _device(ctx, device_id)
        device.pairing_hash = device.pairing_expires_at = None
        if device.revoked_at is None:
            device.revoked_at = ctx.now
            ctx.record("device.revoked", device)
    return device


def put_away(ctx: Context, device_id: int) -> Device:
    """It is closed on purpose: the board no longer alarms about its silence, until it is heard
    again. Its access stays, and what it has not sent is still awaited."""
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        device = _device(ctx, device_id)
        device.put_away_at = ctx.now
        ctx.record("device.put_away", device, waiting=device.waiting)
    return device


def pairing_code(ctx: Context, device: Device) -> str | None:
    """The code under way, for the agent's screen; none when it has served or expired. It is
    derived, so that the page that shows it can be opened again while the database holds a hash."""
    expires_at = device.pairing_expires_at
    if device.pairing_hash is None or expires_at is None or expires_at <= ctx.now:
        return None
    return _code(ctx, device, expires_at)


def pairing_link(ctx: Context, code: str) -> str:
    """The code is in the fragment, which browsers keep to themselves and logs never see."""
    return f"{ctx.settings.base_url}/porte#{code}"


def pair(ctx: Context, code: str) -> Paired:
    """A token for the device of this code, which has then served. Raises NotFoundError,
    LinkGoneError, ConflictError."""
    with ctx.unit_of_work():
        cleaned = "".join(code.split()).replace("-", "").lower()
        device = ctx.session.scalar(queries.by_pairing_hash(token_hash(cleaned)))
        if device is None:
            raise NotFoundError("Ce code n’existe pas, ou a déjà servi. Demandez-en un autre.")
        if device.pairing_expires_at is None or device.pairing_expires_at <= ctx.now:
            raise LinkGoneError("Ce code a expiré. Demandez-en un autre.")
        token = _give_token(ctx, device)
        ctx.record("device.paired", device)
    return Paired(token, device)


def issue_token(ctx: Context, forum_id: int, name: str) -> Paired:
    """A device that needs no pairing: another client of the door API. Raises ConflictError."""
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        device = _new_device(ctx, forum_id, DeviceData(name))
        token = _give_token(ctx, device)
        ctx.record("device.token_issued", device)
    return Paired(token, device)


def _new_device(ctx: Context, forum_id: int, data: DeviceData) -> Device:
    device = Device(
        forum_id=forum_id,
        name=_name(data),
        point_id=_point_id(ctx, forum_id, data.point_id),
        created_at=ctx.now,
    )
    ctx.session.add(device)
    ctx.session.flush()
    return device


def _open_pairing(ctx: Context, device: Device) -> None:
    expires_at = ctx.now + PAIRING_LASTS
    device.pairing_expires_at = expires_at
    device.pairing_hash = token_hash(_code(ctx, device, expires_at))


def _code(ctx: Context, device: Device, expires_at: datetime) -> str:
    salt = f"{device.id}:{expires_at.timestamp():.6f}"
    return derived_token(ctx.settings, "door-pairing", salt)[:CODE_LENGTH]


def _give_token(ctx: Context, device: Device) -> str:
    token = new_token()
    device.token_hash = token_hash(token)
    device.expires_at = _expiry(device.forum, ctx.now)
    device.paired_at = ctx.now
    device.pairing_hash = device.pairing_expires_at = device.revoked_at = None
    device.put_away_at = None
    device.waiting, device.last_skew_s = 0, 0
    return token


def _expiry(forum: Forum, now: datetime) -> datetime:
    """The end of the forum's day; afterwards, time enough to hand in what was not sent."""
    if forum.held_on is None:
        return now + WITHOUT_DATE
    end = _end_of_day(forum)
    if now < end:
        return end
    if now >= end + HANDING_IN:
        raise ConflictError(
            "Le forum est passé depuis plus de sept jours : plus aucun appareil ne s’y associe."
        )
    return min(now + HANDING_IN_LASTS, end + HANDING_IN)


def _end_of_day(forum: Forum) -> datetime:
    if forum.held_on is None:
        raise ValueError("a forum without a date has no end")
    return datetime.combine(forum.held_on + timedelta(days=1), time(), tzinfo=PARIS)


def _name(data: DeviceData) -> str:
    name = " ".join(data.name.split())
    if not name:
        raise InvalidError(NAME_NEEDED, field="name")
    if len(name) > 80 or not name.isprintable():
        raise InvalidError("80 caractères imprimables au plus.", field="name")
    return name


def _point_id(ctx: Context, forum_id: int, point_id: int | None) -> int | None:
    if point_id is None:
        return None
    point = ctx.session.get(Point, point_id)
    if point is None or point.forum_id != forum_id:
        raise InvalidError(UNKNOWN_POINT, field="point_id")
    return point.id


def _device(ctx: Context, device_id: int) -> Device:
    device = ctx.session.scalar(queries.by_id(device_id, lock=True))
    if device is None:
        raise NotFoundError(UNKNOWN)
    return device
