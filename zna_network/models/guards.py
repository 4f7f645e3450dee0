"""What the database itself refuses, beyond what a table can declare: constraints and triggers, in
the words of each engine. SQLite's batch migrations rebuild tables and lose their triggers, so these
are put back after every migration, and a site that lacks one does not start."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from zna_network.models.base import Base
from zna_network.models.booking import BLOCKING, BookingEvent
from zna_network.models.person import ConsentEvent
from zna_network.models.referral import ReferralEvent

# In what the database says when it refuses: how the services know what it was.
OVERLAP = "vehicle_overlap"
MILEAGE = "mileage_decreasing"


@dataclass(frozen=True)
class Guard:
    """``sqlite`` and ``postgresql`` are the statements that create it; ``needs``, what must be
    there before, on PostgreSQL. A constraint of PostgreSQL is known by the same name."""

    name: str
    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]
    is_constraint: bool = False


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


def _no_double_booking() -> tuple[Guard, Guard]:
    """One vehicle has one blocking booking at any instant. SQLite keeps instants as text, which
    sorts as time does only in the form that the site writes: another form is refused. What is
    inserted has no row yet to be told from: its number is not known before it is written."""
    states = ", ".join(f"'{state}'" for state in sorted(BLOCKING))
    instant = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]." + (
        "[0-9]" * 6
    )
    name = f"guard_{OVERLAP}"

    def body(but: str = "") -> str:
        return (  # Made of our own names only.
            f"WHEN NEW.state IN ({states}) BEGIN "  # noqa: S608
            f"SELECT RAISE(ABORT, '{OVERLAP}: an instant in another form') "
            f"WHERE NEW.block_start NOT GLOB '{instant}' OR NEW.block_end NOT GLOB '{instant}'; "
            f"SELECT RAISE(ABORT, '{OVERLAP}') WHERE EXISTS (SELECT 1 FROM booking AS other "
            f"WHERE other.vehicle_id = NEW.vehicle_id AND other.state IN ({states}) "
            "AND other.block_start < NEW.block_end AND other.block_end > NEW.block_start "
            f"{but}); END"
        )

    return (
        Guard(
            f"{name}_insert",
            "booking",
            sqlite=(f"CREATE TRIGGER {name}_insert BEFORE INSERT ON booking {body()}",),
            postgresql=(
                "CREATE EXTENSION IF NOT EXISTS btree_gist",
                f"ALTER TABLE booking ADD CONSTRAINT {name}_insert EXCLUDE USING gist "
                "(vehicle_id WITH =, tstzrange(block_start, block_end) WITH &&) "
                f"WHERE (state IN ({states}))",
            ),
            is_constraint=True,
        ),
        Guard(
            f"{name}_update",
            "booking",
            sqlite=(
                f"CREATE TRIGGER {name}_update BEFORE UPDATE OF id, vehicle_id, block_start, "
                f"block_end, state ON booking {body(' AND other.id <> OLD.id')}",
            ),
            postgresql=(),
        ),
    )


def _mileage_never_falls() -> tuple[Guard, Guard]:
    """In the order of the handovers of a vehicle, whoever writes or corrects one. PostgreSQL's
    takes the vehicle's row first: two handovers at one instant then read one after the other."""
    wrong = (
        "EXISTS (SELECT 1 FROM handover AS other WHERE other.vehicle_id = NEW.vehicle_id AND "
        "((other.id < {row} AND other.mileage > NEW.mileage) OR "
        "(other.id > {row} AND other.mileage < NEW.mileage)))"
    )
    inserted = (
        "EXISTS (SELECT 1 FROM handover AS other WHERE other.vehicle_id = NEW.vehicle_id AND "
        "other.mileage > NEW.mileage)"
    )
    name = "guard_mileage"
    refuse = f"SELECT RAISE(ABORT, '{MILEAGE}')"
    return (
        Guard(
            f"{name}_insert",
            "handover",
            sqlite=(
                f"CREATE TRIGGER {name}_insert BEFORE INSERT ON handover WHEN {inserted} "
                f"BEGIN {refuse}; END",
            ),
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "PERFORM 1 FROM vehicle WHERE id = NEW.vehicle_id FOR UPDATE; "
                f"IF {wrong.format(row='NEW.id')} THEN RAISE EXCEPTION '{MILEAGE}' "
                "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
                f"CREATE TRIGGER {name}_insert BEFORE INSERT ON handover FOR EACH ROW "
                f"EXECUTE FUNCTION {name}()",
            ),
        ),
        Guard(
            f"{name}_update",
            "handover",
            sqlite=(
                f"CREATE TRIGGER {name}_update BEFORE UPDATE OF mileage, vehicle_id ON handover "
                f"WHEN {wrong.format(row='OLD.id')} BEGIN {refuse}; END",
            ),
            postgresql=(
                f"CREATE TRIGGER {name}_update BEFORE UPDATE OF mileage, vehicle_id ON handover "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()",
            ),
        ),
    )


GUARDS: tuple[Guard, ...] = (
    *_append_only("consent_event", _columns(ConsentEvent)),
    # The words are emptied when a file is anonymised, and encrypted anew when the key changes.
    *_append_only("referral_event", _columns(ReferralEvent, "words")),
    # A name leaves when it has been kept long enough.
    *_append_only("booking_event", _columns(BookingEvent, "author", "words")),
    *_no_double_booking(),
    *_mileage_never_falls(),
)


def install(connection: Connection) -> None:
    """Put every guard in place, in its present form."""
    is_postgresql = connection.dialect.name == "postgresql"
    for guard in GUARDS:
        if not is_postgresql:
            drop = f"DROP TRIGGER IF EXISTS {guard.name}"
        elif guard.is_constraint:
            drop = f"ALTER TABLE {guard.table} DROP CONSTRAINT IF EXISTS {guard.name}"
        else:
            drop = f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}"
        connection.execute(text(drop))
        for statement in _statements(guard, connection):
            connection.exec_driver_sql(statement)


def missing(connection: Connection) -> list[str]:
    """The names of the guards that this database lacks."""
    listing = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' "
        "UNION SELECT conname FROM pg_constraint WHERE contype = 'x' AND convalidated"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    present = set(connection.execute(text(listing)).scalars())
    return [
        guard.name
        for guard in GUARDS
        if guard.name not in present and _statements(guard, connection)
    ]


def _statements(guard: Guard, connection: Connection) -> tuple[str, ...]:
    return guard.postgresql if connection.dialect.name == "postgresql" else guard.sqlite
