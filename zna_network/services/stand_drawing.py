"""The plan as ``templates/stands/_plan.html`` draws it, on the screen and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.forum import Forum
from zna_network.models.stand import Stand, StandState
from zna_network.queries import stand_plan as queries
from zna_network.queries.stands import LIVE
from zna_network.services.context import Context
from zna_network.services.stand_squares import Place, place_of


@dataclass(frozen=True)
class DrawnStand:
    """``place`` is in squares, counted from 0; none for a stand that waits for one, whose size
    is ``width`` × ``height`` all the same."""

    number: int
    name: str
    short_name: str
    place: Place | None
    width: int
    height: int
    is_confirmed: bool
    revision: int
    rights: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A grid of ``columns`` × ``rows`` squares with its stands, by number. ``version`` changes
    with the image, whose address carries it."""

    slug: str
    columns: int
    rows: int
    has_image: bool
    version: int
    stands: Sequence[DrawnStand]

    @property
    def placed(self) -> list[DrawnStand]:
        return [stand for stand in self.stands if stand.place]

    @property
    def waiting(self) -> list[DrawnStand]:
        return [stand for stand in self.stands if not stand.place]


def public_plan(ctx: Context, forum: Forum) -> Plan:
    """The stands confirmed: what anybody may see of a forum that they may see."""
    return _plan(ctx, forum, [StandState.CONFIRMED])


def working_plan(ctx: Context, forum: Forum) -> Plan:
    """The stands asked for and invited too, for those who draw it."""
    return _plan(ctx, forum, LIVE)


def _plan(ctx: Context, forum: Forum, states: Sequence[StandState]) -> Plan:
    stands = ctx.session.scalars(queries.on_plan(forum.id, states)).all()
    return Plan(
        slug=forum.slug,
        columns=forum.plan_columns,
        rows=forum.plan_rows,
        has_image=bool(forum.plan_media_type),
        version=forum.revision,
        stands=[_drawn(stand) for stand in stands],
    )


def _drawn(stand: Stand) -> DrawnStand:
    return DrawnStand(
        number=stand.number,
        name=stand.name,
        short_name=stand.short_name,
        place=place_of(stand),
        width=stand.width,
        height=stand.height,
        is_confirmed=stand.state is StandState.CONFIRMED,
        revision=stand.revision,
        rights=tuple(dict.fromkeys(right.short_label for right in stand.rights)),
    )
