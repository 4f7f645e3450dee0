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
    session: Session, statement: Select[T], request: PageRequest, sorts: SortKeys
) -> Page[T]:
    """Two queries: the count, and the page. ``sorts`` maps each allowed key to its columns; the
    first key is the default. A page past the end shows the last one."""
    sort = request.sort if request.sort in sorts else next(iter(sorts))
    columns = sorts[sort]
    total = session.scalar(
        select(func.count()).select_from(statement.order_by(None).options().subquery())
    )
    total = total or 0
    last = max(1, -(-total // request.per_page))
    number = min(max(1, request.number), last, MAXIMUM_PAGE)
    ordered = statement.order_by(
        *(column.desc() if request.descending else column for column in columns)
    )
    rows = session.scalars(ordered.limit(request.per_page).offset((number - 1) * request.per_page))
    return Page(
        items=list(rows.unique().all()),
        total=total,
        number=number,
        per_page=request.per_page,
        sort=sort,
        descending=request.descending,
    )
