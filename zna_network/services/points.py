"""The points of control of a forum: its entries and exits, a point for each stand and session."""

from dataclasses import dataclass

from zna_network.models.door import Point, PointKind
from zna_network.models.forum import Forum
from zna_network.models.stand import Stand
from zna_network.models.workshop import Session
from zna_network.queries import points as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import short_time
from zna_network.services.permissions import Permission
from zna_network.services.slugs import slugify
from zna_network.services.unit_of_work import take_turns

LONGEST_NAME = 120
LONGEST_CODE = 40
MAIN_ENTRY = "Entrée principale"


@dataclass(frozen=True)
class PointData:
    name: str
    kind: PointKind


def create_point(ctx: Context, forum_id: int, data: PointData) -> Point:
    """An entry or an exit; those of stands and sessions come by themselves."""
    ctx.require(Permission.DOOR_MANAGE)
    if data.kind not in {PointKind.ENTRY, PointKind.EXIT}:
        raise InvalidError("Choisissez une entrée ou une sortie.", field="kind")
    name = " ".join(data.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidError(f"Un nom de {LONGEST_NAME} caractères au plus.", field="name")
    with ctx.unit_of_work():
        take_turns(ctx.session, f"points:{forum_id}")
        if ctx.session.get(Forum, forum_id) is None:
            raise NotFoundError("Ce forum n’existe pas.")
        existing = ctx.session.scalars(queries.of_forum(forum_id)).all()
        if any(point.name.casefold() == name.casefold() for point in existing):
            raise InvalidError("Un point porte déjà ce nom.", field="name")
        point = _add(ctx, forum_id, _free_code(name, {p.code for p in existing}), name, data.kind)
        ctx.session.flush()
        ctx.record("point.created", point, kind=point.kind.value)
    return point


def delete_point(ctx: Context, forum_id: int, point_id: int) -> None:
    """Only one that has never served: a scan made there would lose its meaning."""
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        point = ctx.session.get(Point, point_id)
        if point is None or point.forum_id != forum_id:
            raise NotFoundError("Ce point de contrôle n’existe pas.")
        if point.kind not in {PointKind.ENTRY, PointKind.EXIT} or ctx.session.scalar(
            queries.is_used(point_id)
        ):
            raise ConflictError(
                "Ce point a servi, ou un téléphone y est réglé : il ne peut plus être supprimé."
            )
        ctx.record("point.deleted", point, code=point.code)
        ctx.session.delete(point)


def keep_up_with_forum(ctx: Context, forum_id: int) -> list[Point]:
    """The points, once each confirmed stand and live session has its own, named as it is now.

    Reads only, while nothing has changed. A stand that withdraws keeps its point if it served."""
    wanted = _wanted(ctx, forum_id)
    if _is_up_to_date(ctx, forum_id, wanted):
        return list(ctx.session.scalars(queries.of_forum(forum_id)))
    with ctx.unit_of_work():
        take_turns(ctx.session, f"points:{forum_id}")
        _catch_up(ctx, forum_id, _wanted(ctx, forum_id))
    return list(ctx.session.scalars(queries.of_forum(forum_id)))


Wanted = dict[tuple[PointKind, int], str]


def _wanted(ctx: Context, forum_id: int) -> Wanted:
    names: Wanted = {}
    for stand in ctx.session.scalars(queries.confirmed_stands(forum_id)):
        names[PointKind.STAND, stand.id] = _stand_name(stand)
    for session in ctx.session.scalars(queries.live_sessions(forum_id)):
        names[PointKind.SESSION, session.id] = _session_name(session)
    return names


def _is_up_to_date(ctx: Context, forum_id: int, wanted: Wanted) -> bool:
    points = ctx.session.scalars(queries.of_forum(forum_id)).all()
    named = {_subject(point): point.name for point in points}
    has_entry = any(point.kind is PointKind.ENTRY for point in points)
    return has_entry and all(named.get(subject) == name for subject, name in wanted.items())


def _catch_up(ctx: Context, forum_id: int, wanted: Wanted) -> None:
    points = {_subject(p): p for p in ctx.session.scalars(queries.of_forum(forum_id))}
    for (kind, subject_id), name in wanted.items():
        point = points.get((kind, subject_id))
        if point is None:
            point = _add(ctx, forum_id, f"{kind.value}-{subject_id}", name, kind)
            column = "stand_id" if kind is PointKind.STAND else "session_id"
            setattr(point, column, subject_id)
        point.name = name
    if not any(kind is PointKind.ENTRY for kind, _ in points):
        codes = {point.code for point in points.values()}
        _add(ctx, forum_id, _free_code(MAIN_ENTRY, codes), MAIN_ENTRY, PointKind.ENTRY)


def _subject(point: Point) -> tuple[PointKind, int]:
    return point.kind, point.stand_id or point.session_id or point.id


def _add(ctx: Context, forum_id: int, code: str, name: str, kind: PointKind) -> Point:
    point = Point(forum_id=forum_id, code=code, name=name, kind=kind)
    ctx.session.add(point)
    return point


def _stand_name(stand: Stand) -> str:
    return f"Stand {stand.number} · {stand.name}"[:LONGEST_NAME]


def _session_name(session: Session) -> str:
    starts = f" · {short_time(session.starts_at)}"
    return session.workshop.title[: LONGEST_NAME - len(starts)] + starts


def _free_code(name: str, taken: set[str]) -> str:
    stem = slugify(name)[: LONGEST_CODE - 4].strip("-") or "point"
    code, number = stem, 1
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
