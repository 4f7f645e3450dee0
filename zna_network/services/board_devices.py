"""How the board tells the state of a phone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from zna_network.models.door import Device

# A phone that works says so every half minute or so.
SILENT_AFTER = timedelta(minutes=3)
SKEWED_AFTER_S = 120


class DeviceState(StrEnum):
    HEARD = "heard"
    WAITING = "waiting"
    SILENT = "silent"
    NEVER = "never"
    RESTING = "resting"
    PUT_AWAY = "put_away"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return {
            DeviceState.HEARD: "En ligne",
            DeviceState.WAITING: "En ligne, envoi en cours",
            DeviceState.SILENT: "Muet",
            DeviceState.NEVER: "Pas encore entendu",
            DeviceState.RESTING: "Au repos",
            DeviceState.PUT_AWAY: "Rangé",
            DeviceState.REVOKED: "Révoqué",
        }[self]

    @property
    def tone(self) -> str:
        return {
            DeviceState.HEARD: "success",
            DeviceState.WAITING: "info",
            DeviceState.SILENT: "warning",
            DeviceState.REVOKED: "danger",
        }.get(self, "neutral")


@dataclass(frozen=True)
class DeviceLine:
    """``waiting`` are scans that it had not sent when last heard; ``skew_s`` what its clock is off
    by, in seconds, positive when ahead, 0 where it does not matter."""

    id: int
    name: str
    point: str
    state: DeviceState
    last_seen_at: datetime | None
    waiting: int
    skew_s: int


def device_line(device: Device, now: datetime, *, is_watched: bool) -> DeviceLine:
    """``is_watched``: it is the day, so that silence matters."""
    skew = device.last_skew_s if abs(device.last_skew_s) >= SKEWED_AFTER_S else 0
    return DeviceLine(
        id=device.id,
        name=device.name,
        point=device.point.name if device.point else "",
        state=_state(device, now, is_watched=is_watched),
        last_seen_at=device.last_seen_at,
        waiting=device.waiting,
        skew_s=skew,
    )


def _state(device: Device, now: datetime, *, is_watched: bool) -> DeviceState:
    if device.revoked_at is not None:
        return DeviceState.REVOKED
    if is_put_away(device):
        return DeviceState.PUT_AWAY
    if device.last_seen_at is None:
        return DeviceState.NEVER
    if now - device.last_seen_at > SILENT_AFTER:
        return DeviceState.SILENT if is_watched else DeviceState.RESTING
    return DeviceState.WAITING if device.waiting else DeviceState.HEARD


def is_put_away(device: Device) -> bool:
    """Closed on purpose, somebody said so, and not heard since: its silence alarms nobody."""
    seen, away = device.last_seen_at, device.put_away_at
    return away is not None and (seen is None or seen <= away)
