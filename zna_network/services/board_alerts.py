"""What the board says aloud: few things, those that somebody must act upon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.services.board_devices import DeviceLine, DeviceState
from zna_network.services.french_time import short_time

NEARLY_FULL = 0.9


@dataclass(frozen=True)
class Conflict:
    """A badge that two doors admitted while one of them was offline: one entry counts."""

    badge_number: int
    at: datetime
    door: str
    other_at: datetime
    other_door: str

    @property
    def shown_number(self) -> str:
        return f"{self.badge_number:04d}"


@dataclass(frozen=True)
class Alert:
    """``key`` stays the same as long as it is the same news; ``tone`` is warning or danger."""

    key: str
    tone: str
    text: str


def alerts_of(
    inside: int,
    gauge: int,
    devices: Sequence[DeviceLine],
    conflicts: Sequence[Conflict],
    conflict_count: int,
) -> list[Alert]:
    found = [*_gauge(inside, gauge)]
    if conflict_count:
        latest = conflicts[0]
        found.append(
            Alert(
                f"conflict-{conflict_count}",
                "warning",
                f"Badge {latest.shown_number} admis à deux portes\u00a0: {latest.door}, et "
                f"{latest.other_door} à {short_time(latest.other_at)}.",
            )
        )
    silent = [device for device in devices if device.state is DeviceState.SILENT]
    return [*found, *_silence(silent)]


def _gauge(inside: int, gauge: int) -> list[Alert]:
    if inside >= gauge:
        return [
            Alert("gauge-full", "danger", f"Jauge atteinte\u00a0: {inside} personnes pour {gauge}.")
        ]
    if inside >= NEARLY_FULL * gauge:
        left = gauge - inside
        return [
            Alert(
                "gauge-near",
                "warning",
                f"Jauge presque atteinte\u00a0: {left}\u00a0place{'s' if left > 1 else ''}.",
            )
        ]
    return []


def _silence(silent: Sequence[DeviceLine]) -> list[Alert]:
    """While a phone is silent nobody sees its scans: somebody must look at it."""
    if not silent:
        return []
    key = f"silent-{'-'.join(str(device.id) for device in silent)}"
    waiting = sum(device.waiting for device in silent)
    unsent = f", {waiting} lectures non envoyées" if waiting > 1 else ""
    if len(silent) > 1:
        names = ", ".join(device.name for device in silent)
        text = f"{len(silent)} téléphones sans nouvelles{unsent}\u00a0: {names}."
        return [Alert(key, "warning", text)]
    (device,) = silent
    since = f" depuis {short_time(device.last_seen_at)}" if device.last_seen_at else ""
    where = f" ({device.point})" if device.point else ""
    text = f"{device.name}{where}\u00a0: pas de nouvelles{since}{unsent}."
    return [Alert(key, "warning", text)]
