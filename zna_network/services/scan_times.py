"""A phone's clock against the server's: neither alone orders the truth.

A device that says what its clock shows when it sends (``sent_at``) has its skew measured, and the
instant of its scans corrected by it. Both instants are kept as they came."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zna_network.services.french_time import local_date

NETWORK = timedelta(seconds=5)  # a difference that a slow network explains is no skew
BOUND = timedelta(minutes=2)  # beyond it, the scan is flagged
_LARGEST = 10 * 365 * 86400  # seconds kept of a clock set to another century


@dataclass(frozen=True, slots=True)
class Instants:
    happened_at: datetime
    skew_s: int
    is_skewed: bool


def measured_skew(sent_at: datetime, received_at: datetime) -> int:
    """Seconds by which the device's clock is ahead; 0 where the network explains them."""
    skew = sent_at - received_at
    if abs(skew) <= NETWORK:
        return 0
    return max(-_LARGEST, min(_LARGEST, round(skew.total_seconds())))


def settle(
    scanned_at: datetime,
    received_at: datetime,
    *,
    sent_at: datetime | None,
    last_skew_s: int,
    is_past: bool,
) -> Instants:
    """When a scan happened, as far as can be known, never after it was received.

    Unless it tells of something past (``is_past``), the device asks while the person waits: on
    another day, it is its clock that is wrong, and the server's time stands."""
    skew_s = last_skew_s if sent_at is None else measured_skew(sent_at, received_at)
    happened_at = min(_shifted(scanned_at, skew_s), received_at)
    gap = abs(received_at - scanned_at)
    if not is_past and local_date(happened_at) != local_date(received_at):
        happened_at = received_at
    is_skewed = abs(timedelta(seconds=skew_s)) > BOUND or (
        scanned_at - received_at > BOUND or (not is_past and gap > BOUND)
    )
    return Instants(happened_at, skew_s, is_skewed)


def _shifted(instant: datetime, skew_s: int) -> datetime:
    try:
        return instant - timedelta(seconds=skew_s)
    except OverflowError:
        return instant
