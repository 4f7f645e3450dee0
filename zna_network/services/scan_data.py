"""What a device sends about one scan, once its shape has been checked."""

from dataclasses import dataclass
from datetime import datetime

from zna_network.models.attendee import AgeBand
from zna_network.models.door import Verdict
from zna_network.models.territory import TargetGroup
from zna_network.services.badges import hash_of_ticket

ELSEWHERE = "other"  # what a walk-in's commune is when it is none of the territory's


@dataclass(frozen=True, slots=True)
class WalkIn:
    """The little that somebody without registration was asked. ``commune`` is an INSEE code or
    ``ELSEWHERE``."""

    commune: str | None = None
    age_band: AgeBand | None = None
    target_group: TargetGroup | None = None
    companions: int = 0


@dataclass(frozen=True, slots=True)
class ScanData:
    """``ticket`` is what the code read says; none: the badge was chosen by its ``badge_number``, or
    by the name beside it. ``point`` is a code; none: where the device is set up. ``sent_at`` is
    the device's clock as it sent the request, ``decided`` what it had told the person by itself."""

    scan_id: str
    ticket: str | None
    scanned_at: datetime
    badge_number: int | None = None
    point: str | None = None
    sent_at: datetime | None = None
    decided: Verdict | None = None
    walk_in: WalkIn | None = None

    @property
    def key(self) -> str:
        """What the database knows the scan by: the case of a UUID says nothing."""
        return self.scan_id.lower()

    @property
    def ticket_hash(self) -> str:
        """Empty for a badge that was chosen in a list."""
        return hash_of_ticket(self.ticket) if self.ticket is not None else ""
