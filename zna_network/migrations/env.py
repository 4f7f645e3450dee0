"""How Alembic meets our database: SQLite tables are rebuilt with foreign keys off, since dropping
the old table would otherwise delete the rows that point to it."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

import zna_network.models  # noqa: F401 - registers every table
from zna_network.extensions import WRITES, Base, db
from zna_network.models import guards
from zna_network.models.base import EncryptedBytes, EncryptedText, EnumText, UtcDateTime


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Our column types as a migration writes them: the plain type of EnumText, whose enumeration
    may change later; the others by name."""
    if kind != "type":
        return False
    if isinstance(item, EnumText):
        return "sa.String(length=40)"
    if isinstance(item, UtcDateTime | EncryptedBytes | EncryptedText):
        return f"base.{type(item).__name__}()"
    return False


def compare_type(
    ctx: Any, inspected: Column[Any], column: Column[Any], was: TypeEngine[Any], now: Any
) -> bool | None:
    return False if isinstance(now, UtcDateTime | EncryptedBytes | EncryptedText) else None


def run_migrations() -> None:
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        connection = connection.execution_options(**{WRITES: True})
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            render_item=render_item,
            compare_type=compare_type,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            if not is_sqlite:
                # Two processes that start at once: the second waits, then finds nothing to do.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7401)")
            context.run_migrations()
            # Not on the way down to nothing, nor while a revision is only being compared.
            if connection.dialect.has_table(connection, guards.GUARDS[-1].table):
                guards.install(connection)
        connection.commit()
        if is_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration left rows without their parent: {broken[:5]}")
            connection.commit()
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


run_migrations()
