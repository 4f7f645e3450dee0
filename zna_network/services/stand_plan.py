"""The plan of a forum: placing its stands, its grid, the image under it."""

from dataclasses import dataclass

from zna_network.models.forum import Forum
from zna_network.models.stand import Stand
from zna_network.ports.images import UnreadableImageError
from zna_network.queries import forums as forum_queries
from zna_network.queries import stand_plan as queries
from zna_network.queries import stands as stand_queries
from zna_network.services import forum_choice
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.forums import forum_to_change
from zna_network.services.permissions import Permission
from zna_network.services.stand_opening import forum_at_work
from zna_network.services.stand_squares import Place, free_place, place_of, take_place
from zna_network.services.unit_of_work import take_turns

SMALLEST_SIDE, LONGEST_SIDE = 4, 60
LARGEST_STAND = 12
LARGEST_IMAGE = 8_000_000
IMAGE_SIDE = 2400
MOVED_MEANWHILE = (
    "Quelqu’un d’autre vient de modifier ce stand : le plan montre maintenant sa place actuelle."
)


def place_stand(ctx: Context, forum_id: int, number: int, place: Place, revision: int) -> Stand:
    """Put a stand on these squares, or move it there. Raises InvalidError for squares outside the
    plan, ConflictError naming the stand that is there already."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum, stand = _stand_to_move(ctx, forum_id, number, revision)
        _require_inside(forum, place)
        if place != place_of(stand):
            take_place(ctx, stand, place)
            stand.updated_at = ctx.now
            ctx.record("stand.placed", stand, column=place.column, row=place.row)
    return stand


def place_in_first_gap(ctx: Context, forum_id: int, number: int, revision: int) -> Stand:
    """Put a stand, at its size, on the first place that nobody has, row by row. Raises
    ConflictError when the plan is full."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum, stand = _stand_to_move(ctx, forum_id, number, revision)
        place = _first_gap(ctx, forum, stand)
        if place is None:
            raise ConflictError("Le plan est plein : agrandissez-le ou réduisez des stands.")
        take_place(ctx, stand, place)
        stand.updated_at = ctx.now
        ctx.record("stand.placed", stand, column=place.column, row=place.row)
    return stand


def unplace_stand(ctx: Context, forum_id: int, number: int, revision: int) -> Stand:
    """Take a stand off the plan."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        _, stand = _stand_to_move(ctx, forum_id, number, revision)
        free_place(ctx, stand)
        stand.updated_at = ctx.now
        ctx.record("stand.unplaced", stand)
    return stand


def set_grid(ctx: Context, forum_id: int, columns: int, rows: int, revision: int) -> Forum:
    """The plan's size in squares. Refused while a stand would fall outside."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        take_turns(ctx.session, _turn(forum_id))
        forum = forum_to_change(ctx, forum_id, revision)
        for value, field in ((columns, "plan_columns"), (rows, "plan_rows")):
            if not SMALLEST_SIDE <= value <= LONGEST_SIDE:
                raise InvalidError(f"De {SMALLEST_SIDE} à {LONGEST_SIDE} cases.", field=field)
        for stand in ctx.session.scalars(queries.on_plan(forum_id)):
            place = place_of(stand)
            if place and (place.columns.stop > columns or place.rows.stop > rows):
                raise InvalidError(
                    f"Le stand n° {stand.number}, {stand.name}, ne tiendrait plus sur le plan : "
                    "déplacez-le d’abord.",
                    field="plan_columns" if place.columns.stop > columns else "plan_rows",
                )
        forum.plan_columns, forum.plan_rows = columns, rows
        forum.updated_at = ctx.now
        ctx.record("forum.grid_set", forum, columns=columns, rows=rows)
    return forum


def set_image(ctx: Context, forum_id: int, content: bytes) -> Forum:
    """Draw the plan over this image, decoded and written again. Raises InvalidError beside
    ``image`` for what is no image, or too large."""
    ctx.require(Permission.FORUM_EDIT)
    if len(content) > LARGEST_IMAGE:
        raise InvalidError("Cette image dépasse 8 Mo.", field="image")
    try:
        clean = ctx.ports.images.clean(content, longest_side=IMAGE_SIDE)
    except UnreadableImageError as error:
        raise InvalidError(str(error), field="image") from error
    with ctx.unit_of_work():
        forum = forum_to_change(ctx, forum_id)
        forum.plan_image, forum.plan_media_type = clean.content, clean.media_type
        forum.updated_at = ctx.now
        ctx.record("forum.plan_image_set", forum, size=len(clean.content))
    return forum


def remove_image(ctx: Context, forum_id: int) -> Forum:
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = forum_to_change(ctx, forum_id)
        forum.plan_image, forum.plan_media_type = None, ""
        forum.updated_at = ctx.now
        ctx.record("forum.plan_image_removed", forum)
    return forum


@dataclass(frozen=True)
class PlanImage:
    content: bytes
    media_type: str


def plan_image(ctx: Context, slug: str) -> PlanImage:
    """The image, for whoever may see the forum: anybody once it is public, accounts before."""
    if ctx.may(Permission.FORUM_READ):
        forum = forum_choice.by_slug(ctx, slug)
    else:
        forum = forum_choice.public_by_slug(ctx, slug)
    found = ctx.session.scalar(forum_queries.with_plan_image(forum.id))
    if found is None or found.plan_image is None:
        raise NotFoundError("Ce plan n’a pas d’image.")
    return PlanImage(found.plan_image, found.plan_media_type)


def _stand_to_move(ctx: Context, forum_id: int, number: int, revision: int) -> tuple[Forum, Stand]:
    """Moves of one plan follow one another: two stands that change places at the same instant
    would otherwise each wait for the other's squares."""
    take_turns(ctx.session, _turn(forum_id))
    forum = forum_at_work(ctx, forum_id)
    stand = ctx.session.scalar(stand_queries.number_locked(forum_id, number))
    if stand is None:
        raise NotFoundError("Ce stand n’existe pas.")
    if stand.revision != revision:
        raise ConflictError(MOVED_MEANWHILE)
    if not stand.state.is_live:
        raise ConflictError("Ce stand est décliné ou retiré : il n’a plus de place sur le plan.")
    return forum, stand


def _first_gap(ctx: Context, forum: Forum, stand: Stand) -> Place | None:
    """Its own squares count as taken: a stand that has a place already goes elsewhere."""
    taken = {(row[0], row[1]) for row in ctx.session.execute(queries.squares_of_forum(forum.id))}
    for row in range(forum.plan_rows - stand.height + 1):
        for column in range(forum.plan_columns - stand.width + 1):
            place = Place(column, row, stand.width, stand.height)
            if taken.isdisjoint(place.squares):
                return place
    return None


def _require_inside(forum: Forum, place: Place) -> None:
    for value, field in ((place.width, "width"), (place.height, "height")):
        if not 1 <= value <= LARGEST_STAND:
            raise InvalidError(f"De 1 à {LARGEST_STAND} cases.", field=field)
    if place.column < 0 or place.columns.stop > forum.plan_columns:
        raise InvalidError(
            f"Le plan a {forum.plan_columns} colonnes : le stand en sortirait.", field="column"
        )
    if place.row < 0 or place.rows.stop > forum.plan_rows:
        raise InvalidError(
            f"Le plan a {forum.plan_rows} rangées : le stand en sortirait.", field="row"
        )


def _turn(forum_id: int) -> str:
    return f"plan:{forum_id}"
