"""One use case, one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from zna_network.extensions import WRITES
from zna_network.services.errors import ConflictError

_OPEN = "zna_unit_of_work"
# SQLite has one writer at a time, and those who wait look again every few milliseconds, the
# unlucky ones less and less often. The threads of this process rather stand in line.
_sqlite_turn = Lock()
CHANGED_MEANWHILE = (
    "Quelqu’un d’autre a modifié ces informations pendant votre saisie. "
    "Rien n’a été écrasé : relisez la version actuelle, puis recommencez."
)


def is_in_transaction(session: Session) -> bool:
    """Whether a unit of work is under way: what begins another is part of it."""
    return bool(session.info.get(_OPEN))


@contextmanager
def unit_of_work(session: Session) -> Iterator[None]:
    """Commit at the end, roll everything back on any exception; inside another one, be part of it.

    What was read before is forgotten first: the rules then judge what the database holds under
    this transaction (on SQLite, under the write lock), not what a page showed a moment ago.
    An optimistic lock that fails, or a unique key taken by somebody else at the same instant,
    becomes a ConflictError."""
    if is_in_transaction(session):
        yield
        return
    session.rollback()
    session.connection(execution_options={WRITES: True})
    session.info[_OPEN] = True
    try:
        yield
        session.commit()
    except (StaleDataError, IntegrityError) as error:
        session.rollback()
        raise ConflictError(CHANGED_MEANWHILE) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_OPEN, None)


@contextmanager
def transaction(session: Session) -> Iterator[Connection]:
    """The same for what works on columns, without the objects of a session, and is asked hundreds
    of times a second: a writing connection of its own, committed at the end. What ``session`` had
    read is forgotten too."""
    session.rollback()
    engine = cast(Engine, session.get_bind())
    turn = _sqlite_turn if engine.dialect.name == "sqlite" else nullcontext()
    try:
        with (
            turn,
            engine.connect().execution_options(**{WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection
    except IntegrityError as error:
        raise ConflictError(CHANGED_MEANWHILE) from error


def take_turns(session: Session, *names: str) -> None:
    """Make transactions that name the same thing follow one another until they end.

    For rules that count rows: no row can be locked that does not exist yet. SQLite's write lock
    already does it. The names are taken in one order, so that no two transactions can each wait
    for the other."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for name in sorted(names):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
        )
