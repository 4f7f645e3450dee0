"""What the door answers about a badge: the rules, on what is already known of it."""

from datetime import datetime

from zna_network.models.door import ScanKind, Verdict
from zna_network.services.door_state import Asker, BadgeFile
from zna_network.services.french_time import local_date
from zna_network.services.movements import TOLD_IN, Move, before, fold, other_admission
from zna_network.services.scan_data import ScanData


def judge(
    asker: Asker,
    badge: BadgeFile | None,
    scan: ScanData,
    happened_at: datetime,
    received_at: datetime,
) -> Verdict:
    """What a device already told a person stands: it is judged on its own day, and neither a
    revocation that the device did not know nor another door's admission undoes it. What is asked
    now is judged now: once the forum is cancelled nobody goes in, whoever is inside goes out."""
    refused = scan.decided if scan.decided not in TOLD_IN else None
    if badge is None:
        return refused or Verdict.UNKNOWN
    if refused is not None:
        return refused
    if badge.forum_id != asker.forum_id:
        return Verdict.NOT_TODAY
    if scan.decided is not None:
        is_day = badge.is_rehearsal or asker.held_on == local_date(happened_at)
        return scan.decided if is_day else Verdict.NOT_TODAY
    leaves = asker.place.kind is ScanKind.EXIT and badge.is_inside
    if badge.revoked_at is not None and not leaves:
        return Verdict.REVOKED
    is_off = (asker.is_cancelled and not leaves) or asker.held_on != local_date(received_at)
    if is_off and not badge.is_rehearsal:
        return Verdict.NOT_TODAY
    return _first_time_or_not(asker, badge, happened_at)


def _first_time_or_not(asker: Asker, badge: BadgeFile, happened_at: datetime) -> Verdict:
    """An entry asked for while the badge is inside is never a second admission, whatever the
    clocks of the phones say of its place in time."""
    match asker.place.kind:
        case ScanKind.VISIT:
            done = asker.place.point_id in badge.visits
        case ScanKind.ENTRY:
            done = badge.is_inside or _was_inside(badge, happened_at)
        case ScanKind.EXIT:
            done = badge.where is not None and not _was_inside(badge, happened_at)
    return Verdict.ALREADY_ADMITTED if done else Verdict.ADMITTED


def _was_inside(badge: BadgeFile, instant: datetime) -> bool:
    if not badge.is_late(instant):
        return badge.is_inside
    where, _ = fold(before(badge.moves, instant), badge.people)
    return where is not None and where.is_inside


def conflict_of(
    asker: Asker, badge: BadgeFile | None, scan: ScanData, verdict: Verdict, happened_at: datetime
) -> Move | None:
    """The entry that another device had admitted too, where this one was told « come in »."""
    if (
        badge is None
        or badge.is_rehearsal
        or scan.decided is not Verdict.ADMITTED
        or verdict is not Verdict.ADMITTED
        or asker.place.kind is not ScanKind.ENTRY
        or not (badge.is_inside or badge.is_late(happened_at))
    ):
        return None
    return other_admission(badge.moves, happened_at, asker.device_id)
