"""What the office's page says of each phone."""

from dataclasses import dataclass
from datetime import datetime

from zna_network.models.door import Device
from zna_network.queries import devices as queries
from zna_network.services.board_devices import SILENT_AFTER, is_put_away
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.scan_times import BOUND


@dataclass(frozen=True)
class DeviceLine:
    """``state`` in words, ``tone`` as the badges of pages have it; ``skew`` in words, empty while
    the phone's clock is right enough."""

    device: Device
    state: str
    tone: str
    skew: str

    @property
    def is_paired(self) -> bool:
        return self.tone in {"success", "warning"} or self.is_put_away

    @property
    def is_put_away(self) -> bool:
        return is_put_away(self.device)

    @property
    def can_be_put_away(self) -> bool:
        """It is silent: one that still speaks is on duty, whatever is said of it."""
        return self.tone == "warning"


def device_lines(ctx: Context, forum_id: int) -> list[DeviceLine]:
    ctx.require(Permission.DOOR_MANAGE)
    return [device_line(ctx, device) for device in ctx.session.scalars(queries.of_forum(forum_id))]


def device_line(ctx: Context, device: Device) -> DeviceLine:
    state, tone = _state(device, ctx.now)
    return DeviceLine(device, state, tone, _skew(device.last_skew_s))


def _state(device: Device, now: datetime) -> tuple[str, str]:
    if device.pairing_expires_at is not None and device.pairing_expires_at > now:
        return "Code à lire", "info"
    if device.revoked_at is not None:
        return "Révoqué", "danger"
    if device.token_hash is None:
        return "Jamais associé", "neutral"
    if device.expires_at is None or device.expires_at <= now:
        return "Terminé", "neutral"
    if device.last_seen_at is None and device.paired_at and now - device.paired_at <= SILENT_AFTER:
        return "Associé", "success"
    if is_put_away(device):
        return "Rangé", "neutral"
    if device.last_seen_at is None or now - device.last_seen_at > SILENT_AFTER:
        return "Sans nouvelles", "warning"
    return "En ligne", "success"


def _skew(skew_s: int) -> str:
    if abs(skew_s) <= BOUND.total_seconds():
        return ""
    minutes = round(abs(skew_s) / 60)
    span = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"
    return f"{span} {'d’avance' if skew_s > 0 else 'de retard'}"
