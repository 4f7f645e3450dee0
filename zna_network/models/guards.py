"""What the database itself refuses, beyond what a table can declare: triggers, in the words of each
engine. SQLite's batch migrations rebuild tables and lose their triggers, so these are put back
after every migration, and a site that lacks one does not start."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from zna_network.models.base import Base
from zna_network.models.person import ConsentEvent
from zna_network.models.referral import ReferralEvent


@dataclass(frozen=True)
class Guard:
    """``statements`` create it, ``drop`` takes it away; both by engine."""

    name: str
    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


def _append_only(table: str, columns: tuple[str, ...]) -> tuple[Guard, Guard]:
    """No row is deleted, and these columns of it never change."""
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    # As text: PostgreSQL cannot compare JSON.
    changed_pg = " OR ".join(
        f"NEW.{column}::text IS DISTINCT FROM OLD.{column}::text" for column in columns
    )
    message = f"append-only: {table}"
    function = f"guard_{table}"
    return (
        Guard(
            f"guard_{table}_update",
            table,
            sqlite=(
                f"CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} WHEN {changed} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
            ),
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{message}' "
                "USING ERRCODE = 'restrict_violation'; END $$",
                f"CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} FOR EACH ROW "
                f"WHEN ({changed_pg}) EXECUTE FUNCTION {function}()",
            ),
        ),
        Guard(
            f"guard_{table}_delete",
            table,
            sqlite=(
                f"CREATE TRIGGER guard_{table}_delete BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
            ),
            postgresql=(
                f"CREATE TRIGGER guard_{table}_delete BEFORE DELETE ON {table} FOR EACH ROW "
                f"EXECUTE FUNCTION {function}()",
            ),
        ),
    )


def _columns(model: type[Base], *but: str) -> tuple[str, ...]:
    return tuple(column.name for column in model.__table__.columns if column.name not in but)


GUARDS: tuple[Guard, ...] = (
    *_append_only("consent_event", _columns(ConsentEvent)),
    # The words are emptied when a file is anonymised, and encrypted anew when the key changes.
    *_append_only("referral_event", _columns(ReferralEvent, "words")),
)


def install(connection: Connection) -> None:
    """Put every guard in place, in its present form."""
    for guard in GUARDS:
        on_table = f" ON {guard.table}" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER IF EXISTS {guard.name}{on_table}"))
        for statement in _statements(guard, connection):
            connection.exec_driver_sql(statement)


def missing(connection: Connection) -> list[str]:
    """The names of the guards that this database lacks."""
    listing = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    present = set(connection.execute(text(listing)).scalars())
    return [guard.name for guard in GUARDS if guard.name not in present]


def _statements(guard: Guard, connection: Connection) -> tuple[str, ...]:
    return guard.postgresql if connection.dialect.name == "postgresql" else guard.sqlite
