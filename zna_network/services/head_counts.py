"""People counted by hand at the door: those who have no badge, and the correction of a count."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from zna_network.models.door import HeadCount
from zna_network.queries import door_figures
from zna_network.services.checkin_undo import CLOCK_SET, UNDO_LASTS
from zna_network.services.context import Context
from zna_network.services.devices import authenticate, place_of
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.scan_times import settle

MOST = 500


@dataclass(frozen=True)
class CountData:
    """``people`` in when positive, out when negative. ``point`` is a code."""

    count_id: str
    people: int
    counted_at: datetime
    point: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True)
class TakenBack:
    """``people`` are those that no longer count; ``inside`` those inside then."""

    people: int
    inside: int


def count(ctx: Context, token: str, data: CountData) -> int:
    """The people inside then. Sent again with the same ``count_id``, it counts once.

    Raises DeviceRefusedError, InvalidError."""
    if not -MOST <= data.people <= MOST or data.people == 0:
        raise InvalidError(f"Un nombre de personnes de -{MOST} à {MOST}, sauf 0.", field="people")
    with ctx.unit_of_work():
        asker = authenticate(ctx, token)
        place = place_of(ctx, asker, data.point)
        instants = settle(
            data.counted_at,
            ctx.now,
            sent_at=data.sent_at,
            last_skew_s=asker.last_skew_s,
            is_past=True,
        )
        dialect = ctx.session.get_bind().dialect.name
        add = postgresql.insert if dialect == "postgresql" else sqlite.insert
        ctx.session.execute(
            add(HeadCount)
            .values(
                count_id=data.count_id.lower(),
                forum_id=asker.forum_id,
                device_id=asker.device_id,
                point_id=place.point_id,
                people=data.people,
                counted_at=instants.happened_at,
                received_at=ctx.now,
            )
            .on_conflict_do_nothing(index_elements=["count_id"])
        )
        return ctx.session.execute(door_figures.inside(asker.forum_id)).scalar_one()


def undo(ctx: Context, token: str, count_id: str, undone_at: datetime) -> TakenBack:
    """A count mistyped, as if it had never been: unlike its opposite, it leaves nobody among those
    who came. By the device that made it, within a quarter of an hour; twice is as good as once.

    Raises DeviceRefusedError, NotFoundError, ConflictError (too late)."""
    with ctx.unit_of_work():
        asker = authenticate(ctx, token)
        made = ctx.session.scalar(door_figures.head_count(count_id.lower()))
        if made is None or made.device_id != asker.device_id:
            raise NotFoundError("Cet appareil n’a pas fait ce compte.")
        at = settle(
            undone_at, ctx.now, sent_at=None, last_skew_s=asker.last_skew_s, is_past=True
        ).happened_at
        if made.undone_at is None:
            if not -CLOCK_SET <= at - made.counted_at <= UNDO_LASTS + CLOCK_SET:
                raise ConflictError("Un compte s’annule dans le quart d’heure qui le suit.")
            made.undone_at = ctx.now
            ctx.session.flush()
        inside = ctx.session.execute(door_figures.inside(asker.forum_id)).scalar_one()
        return TakenBack(made.people, inside)
