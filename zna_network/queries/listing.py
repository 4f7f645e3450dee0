"""One page of a list: sorted by an allowed key, counted, with a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

T = TypeVar("T")
PER_PAGE = 25
MAXIMUM_PAGE = 100_000

SortKeys = Mapping[str, Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]]


@dataclass(frozen=True)
class Page(Generic[T]):
    """``number`` counts from 1; ``sort`` is the key in force, ``descending`` its direction."""

    items: list[T]
    total: int
    number: int
    per_page: int
    sort: str
    descending: bool

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True)
class PageRequest:
    """What a person asked of a list. Unknown sort keys fall back to the list's first one."""

    number: int = 1
    sort: str = ""
    descending: bool = False
    per_page: int = PER_PAGE


def paginate(
    session: Session,
    statement: Select[T],
    request: PageRequest,
    sorts: SortKeys,
    *,
    count_beside: bool = False,
) -> Page[T]:
    """Two queries: the count, and the page. ``sorts`` maps each allowed key to its columns; the
    first key is the default. A page past the end shows the last one.

    ``count_beside`` takes the count from the page's own query, so that a filter that costs more
    than sorting all that it keeps is applied once; a page past the end then costs two more."""
    sort = request.sort if request.sort in sorts else next(iter(sorts))
    columns = sorts[sort]
    ordered = statement.order_by(
        *(column.desc() if request.descending else column for column in columns)
    )
    found = _counted_beside(session, ordered, request) if count_beside else None
    items, total, number = found or _counted_apart(session, statement, ordered, request)
    return Page(
        items=items,
        total=total,
        number=number,
        per_page=request.per_page,
        sort=sort,
        descending=request.descending,
    )


def _counted_beside(
    session: Session, ordered: Select[T], request: PageRequest
) -> tuple[list[T], int, int] | None:
    """The page, the total and the page's number; none when no row is there to tell the total."""
    number = min(max(1, request.number), MAXIMUM_PAGE)
    rows = session.execute(_slice(ordered, request, number).add_columns(func.count().over())).all()
    if not rows and number > 1:
        return None
    return [row[0] for row in rows], rows[0][1] if rows else 0, number


def _counted_apart(
    session: Session, statement: Select[T], ordered: Select[T], request: PageRequest
) -> tuple[list[T], int, int]:
    total = session.scalar(
        select(func.count()).select_from(statement.order_by(None).options().subquery())
    )
    total = total or 0
    last = max(1, -(-total // request.per_page))
    number = min(max(1, request.number), last, MAXIMUM_PAGE)
    rows = session.scalars(_slice(ordered, request, number))
    return list(rows.unique().all()), total, number


def _slice(ordered: Select[T], request: PageRequest, number: int) -> Select[T]:
    return ordered.limit(request.per_page).offset((number - 1) * request.per_page)
