"""A device tells that it is alive, and learns what its volunteer must see."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from zna_network.models.door import Device
from zna_network.models.forum import Forum
from zna_network.queries import door_figures as queries
from zna_network.services.context import Context
from zna_network.services.devices import authenticate
from zna_network.services.door_manifest import etag_of
from zna_network.services.door_state import AnyRow
from zna_network.services.scan_recording import timestamp
from zna_network.services.scan_times import measured_skew

MOST_WAITING = 1_000_000


def hear(ctx: Context, token: str, waiting: int, sent_at: datetime | None) -> dict[str, Any]:
    """The time, the people inside, the gauge, and the badges that this device and another both
    let in. Raises DeviceRefusedError."""
    with ctx.unit_of_work():
        asker = authenticate(ctx, token)
        skew = asker.last_skew_s if sent_at is None else measured_skew(sent_at, ctx.now)
        ctx.session.execute(
            update(Device)
            .where(Device.id == asker.device_id)
            .values(last_seen_at=ctx.now, last_skew_s=skew, waiting=min(waiting, MOST_WAITING))
        )
    forum = ctx.session.get_one(Forum, asker.forum_id)
    conflicts = ctx.session.execute(queries.conflicts(forum.id, asker.device_id)).all()
    return {
        "now": timestamp(ctx.now),
        "inside": max(0, ctx.session.execute(queries.inside(forum.id)).scalar_one()),
        "gauge": forum.gauge,
        "manifest_etag": etag_of(ctx, asker),
        "conflicts": [_conflict(row, asker.device_id) for row in conflicts],
    }


def _conflict(row: AnyRow, device_id: int) -> dict[str, Any]:
    """Seen from this device: its own scan, and the other door with its time."""
    is_later = row.device_id == device_id
    return {
        "scan_id": row.scan_id if is_later else row.other_scan_id,
        "badge_number": row.number,
        "label": row.label,
        "door": row.other_door if is_later else row.door,
        "at": timestamp(row.other_happened_at if is_later else row.happened_at),
    }
