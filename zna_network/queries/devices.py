"""Reading the door's phones."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from zna_network.models.door import Device


def by_id(device_id: int, *, lock: bool = False) -> Select[Device]:
    statement = select(Device).where(Device.id == device_id)
    return statement.with_for_update(of=Device) if lock else statement


def by_pairing_hash(pairing_hash: str) -> Select[Device]:
    """Locked: a code serves once, however many phones read it at the same instant."""
    return (
        select(Device)
        .where(Device.pairing_hash == pairing_hash)
        .options(joinedload(Device.forum))
        .with_for_update(of=Device)
    )


def of_forum(forum_id: int) -> Select[Device]:
    """The latest first."""
    return (
        select(Device)
        .where(Device.forum_id == forum_id)
        .options(joinedload(Device.point))
        .order_by(Device.created_at.desc(), Device.id.desc())
    )
