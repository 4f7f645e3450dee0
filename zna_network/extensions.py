"""The Flask extensions, created once and bound to an application by ``create_app``."""

import sqlite3
import time
from typing import Any

from flask import request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, MetaData, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry, Pool

SQLITE_BUSY_TIMEOUT_MS = 10_000
WRITES = "zna_writes"
TRUSTED_IDLE_S = 2.0
_IDLE_SINCE = "zna_idle_since"


class Base(DeclarativeBase):
    """Every constraint has a name, so that a migration can drop it on either engine."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ViewLimiter(Limiter):
    """Limits are declared on views, and checked as these are called. What the extension looks for
    before each request beside that, limits of whole areas, is not looked for in the areas
    ``spared``: they have none, and the door answers hundreds of requests a second."""

    def __init__(self, spared: frozenset[str], **options: Any) -> None:
        super().__init__(**options)
        self._spared = spared

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        if not (in_middleware and request.blueprint in self._spared):
            super()._check_request_limit(callable_name, in_middleware)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = ViewLimiter(frozenset({"door_api"}), key_func=get_remote_address, headers_enabled=False)
babel = Babel()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    """What SQLite forgets at each connection. Transactions are begun by ``_begin_sqlite``."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What has been answered stays, even if the power fails at that instant, as on PostgreSQL: a
    # phone forgets a scan as soon as it is acknowledged. NORMAL would be some 0.2 ms quicker a
    # commit, and lose the last ones.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


@event.listens_for(Pool, "checkin")
def _note_idle(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _check_alive(connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
    """A connection that nobody has used for a while may be dead: another is then opened. Asked
    each time, it would cost the door one exchange with the database a scan."""
    idle_since = record.info.get(_IDLE_SINCE)
    if idle_since is None or time.monotonic() - idle_since < TRUSTED_IDLE_S:
        return
    if isinstance(connection, sqlite3.Connection):
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A writing transaction takes the write lock at once: a reader that turns writer would be
    refused by SQLite without waiting, as soon as somebody else had written meanwhile."""
    if connection.dialect.name != "sqlite":
        return
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
