"""The plan of a forum's stands: who is where."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.stand import Stand, StandSquare, StandState
from zna_network.queries.stands import LIVE


def on_plan(forum_id: int, states: Sequence[StandState] = LIVE) -> Select[Stand]:
    """The stands of the plan, by number: those that have a place and those that wait for one."""
    return (
        select(Stand)
        .where(Stand.forum_id == forum_id, Stand.state.in_(states))
        .options(joinedload(Stand.organisation), selectinload(Stand.rights))
        .order_by(Stand.number)
    )


def occupants(forum_id: int, columns: range, rows: range, other_than: int) -> Select[Stand]:
    """The stands on one of these squares, this one left out."""
    there = select(StandSquare.stand_id).where(
        StandSquare.forum_id == forum_id,
        StandSquare.stand_id != other_than,
        StandSquare.column.between(columns.start, columns.stop - 1),
        StandSquare.row.between(rows.start, rows.stop - 1),
    )
    return (
        select(Stand)
        .where(Stand.id.in_(there))
        .options(joinedload(Stand.organisation))
        .order_by(Stand.number)
    )


def squares_of_forum(forum_id: int) -> Select[int, int]:
    return select(StandSquare.column, StandSquare.row).where(StandSquare.forum_id == forum_id)
