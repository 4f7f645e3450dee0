"""Quarters of an hour, counted by the database on either engine."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

QUARTER_SECONDS = 900


class quarter_of(FunctionElement[int]):  # noqa: N801 - it is used as a function
    """The number of whole quarters of an hour since 1970 of an instant (a UtcDateTime column)."""

    type = BigInteger()
    inherit_cache = True

    def __init__(self, instant: ColumnElement[Any] | Any) -> None:
        super().__init__(instant)


@compiles(quarter_of, "postgresql")
def _postgresql(element: quarter_of, compiler: Any, **options: Any) -> str:
    instant = compiler.process(element.clauses, **options)
    return f"CAST(floor(extract(epoch FROM {instant}) / {QUARTER_SECONDS}) AS BIGINT)"


@compiles(quarter_of, "sqlite")
def _sqlite(element: quarter_of, compiler: Any, **options: Any) -> str:
    """SQLite keeps instants as text, in UTC."""
    instant = compiler.process(element.clauses, **options)
    return f"(CAST(strftime('%s', {instant}) AS INTEGER) / {QUARTER_SECONDS})"
