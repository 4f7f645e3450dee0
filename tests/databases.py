"""One database per engine and worker, made new again before each test that asks for it.

An application takes longer to put together than most tests take to run, and a PostgreSQL database
longer to copy than to empty: both are made once, and what a test wrote is taken out of the
database. A test that changes the reference data costs a copy."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psycopg

from tests.postgres import Server

Prepare = Callable[[str], None]


class TestDatabase(ABC):
    """Nobody may be connected when ``renew`` is called."""

    __test__ = False
    url: str

    @abstractmethod
    def renew(self) -> None:
        """The schema and the reference data, and nothing else."""


class SqliteDatabase(TestDatabase):
    def __init__(self, folder: Path, prepare: Prepare) -> None:
        self._template, self._path = folder / "template.sqlite3", folder / "zna.sqlite3"
        self.url = f"sqlite:///{self._path}"
        prepare(f"sqlite:///{self._template}")

    def renew(self) -> None:
        # A new file, so that a thread left behind by another test holds the old one.
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._template, self._path)


class PostgresDatabase(TestDatabase):
    NAME, TEMPLATE = "zna_test", "zna_template"

    def __init__(self, server: Server, prepare: Prepare) -> None:
        self._server = server
        prepare(server.create_database(self.TEMPLATE))
        self.url = server.url(self.NAME)
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def renew(self) -> None:
        if self._connection is None:
            self._copy()
            return
        self._connection.execute(self._expel)
        self._connection.execute(self._empty)
        if self._reference() != self._expected:
            self._connection.close()
            self._copy()

    def _copy(self) -> None:
        with self._server.admin() as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{self.NAME}" WITH (FORCE)')
        self._server.create_database(self.NAME, self.TEMPLATE)
        self._connection = connection = self._server.connect(self.NAME)
        tables = _column(
            connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        filled = {t for t in tables if _column(connection, f'SELECT 1 FROM "{t}" LIMIT 1')}
        self._expel = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        # « replica » switches triggers and foreign keys off: any order will do, and tables that
        # refuse deletion to everybody else are emptied too.
        self._empty = "SET session_replication_role = replica;" + ";".join(
            [f'DELETE FROM "{table}"' for table in tables if table not in filled]
            + [f"SELECT setval('{name}', {value}, {called})" for name, value, called in
               _sequences(connection)]
        )  # fmt: skip
        self._checks = " UNION ALL ".join(
            f"SELECT '{t}', md5(string_agg(r::text, '|' ORDER BY r::text)) FROM \"{t}\" r"
            for t in sorted(filled)
        )
        self._expected = self._reference()

    def _reference(self) -> list[tuple[str, str]]:
        assert self._connection is not None
        return self._connection.execute(self._checks).fetchall()


def _column(connection: psycopg.Connection, query: str) -> list[str]:
    return [row[0] for row in connection.execute(query)]  # type: ignore[call-overload]


def _sequences(connection: psycopg.Connection) -> list[tuple[str, int, str]]:
    """Each sequence's name and place, as ``setval`` wants them."""
    return [
        (name, last or 1, "false" if last is None else "true")
        for name, last in connection.execute("SELECT sequencename, last_value FROM pg_sequences")
    ]
