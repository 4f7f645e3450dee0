"""How many statements a piece of work sends to the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from zna_network.extensions import db


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements sent inside the block, in order."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def cost(session: Session, work: Callable[[], object]) -> int:
    """The number of statements that it takes when nothing has been read before."""
    session.expunge_all()
    session.rollback()
    with counted_statements() as statements:
        work()
    return len(statements)
