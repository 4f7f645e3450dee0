"""The squares of the plan that a stand takes. The primary key of ``stand_square`` is what refuses
two stands on one place."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from zna_network.models.stand import Stand, StandSquare
from zna_network.queries import stand_plan as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError


@dataclass(frozen=True)
class Place:
    """The top-left square, counted from 0, and a size in squares."""

    column: int
    row: int
    width: int
    height: int

    @property
    def columns(self) -> range:
        return range(self.column, self.column + self.width)

    @property
    def rows(self) -> range:
        return range(self.row, self.row + self.height)

    @property
    def squares(self) -> set[tuple[int, int]]:
        return {(column, row) for column in self.columns for row in self.rows}


def place_of(stand: Stand) -> Place | None:
    if stand.column is None or stand.row is None:
        return None
    return Place(stand.column, stand.row, stand.width, stand.height)


def take_place(ctx: Context, stand: Stand, place: Place) -> None:
    """Put a locked stand there. Raises ConflictError naming the stand that is there already, as
    the rows show it or, when both come at the same instant, as the primary key tells."""
    refuse_occupied(ctx, stand, place)
    wanted = place.squares
    kept = {(square.column, square.row): square for square in stand.squares}
    stand.column, stand.row = place.column, place.row
    stand.width, stand.height = place.width, place.height
    try:
        with ctx.session.begin_nested():
            for where, square in kept.items():
                if where not in wanted:
                    stand.squares.remove(square)
            ctx.session.flush()
            for column, row in sorted(wanted - kept.keys()):
                stand.squares.append(StandSquare(forum_id=stand.forum_id, column=column, row=row))
            ctx.session.flush()
    except IntegrityError:
        refuse_occupied(ctx, stand, place)
        raise


def free_place(ctx: Context, stand: Stand) -> None:
    """Take a locked stand off the plan."""
    stand.column = stand.row = None
    stand.squares.clear()


def refuse_occupied(ctx: Context, stand: Stand, place: Place) -> None:
    with ctx.session.no_autoflush:
        other = ctx.session.scalar(
            queries.occupants(stand.forum_id, place.columns, place.rows, stand.id).limit(1)
        )
    if other is not None:
        raise ConflictError(
            f"Cette place est prise par le stand n° {other.number}, {other.name}.", field="column"
        )
