"""Fixtures that every test may use: an application on a fresh database, on either engine.

The schema is migrated once a run, and each test starts from there: see ``tests/databases.py``. The
tests start PostgreSQL by themselves."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import event
from xdist.remote import Producer

from tests.databases import PostgresDatabase, SqliteDatabase, TestDatabase
from tests.factories.accounts import make_user
from tests.page_checks import Browser
from tests.postgres import Server, running_server
from tests.scheduling import BrowserTogether
from tests.world import FrozenClock, MailboxMailer
from zna_network.app import create_app
from zna_network.assembly import real_ports
from zna_network.cli import schema
from zna_network.config import Settings
from zna_network.extensions import db, limiter
from zna_network.models.account import Role
from zna_network.services import reference_data
from zna_network.services.context import Context

SECRET = "a secret for the tests only: 0123456789abcdef"
ENGINES = ("sqlite", "postgresql")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowserTogether:
    return BrowserTogether(config, log)


def make_settings(folder: Path, database_url: str = "", **values: object) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=database_url,
        secret_key=SecretStr(SECRET),
        **values,  # type: ignore[arg-type]
    )


def make_app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    with app.app_context():
        event.listen(db.engine, "connect", _forget_at_a_power_cut)
    fit(app, settings)
    return app


def _forget_at_a_power_cut(connection: Any, record: object) -> None:
    """No test outlives one, and there are thousands of commits."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def fit(app: Flask, settings: Settings) -> None:
    """Give the application these settings, and the outside world as it is at a test's start."""
    app.extensions["zna_settings"] = settings
    app.extensions["zna_ports"] = replace(
        real_ports(app, settings),
        mail_templates=app.extensions["zna_ports"].mail_templates,
        clock=FrozenClock(),
        mailer=MailboxMailer(),
    )
    limiter.reset()


def _prepare(app: Flask) -> None:
    with app.app_context():
        schema.upgrade()
        reference_data.load(system_context(app))
        db.session.remove()
        db.engine.dispose()


def system_context(app: Flask) -> Context:
    return Context(
        session=db.session(),
        ports=app.extensions["zna_ports"],
        settings=app.extensions["zna_settings"],
        origin="tests",
        is_system=True,
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> TestDatabase:
    folder = tmp_path_factory.mktemp("sqlite")
    return SqliteDatabase(folder, lambda url: _prepare(make_app(make_settings(folder, url))))


@pytest.fixture(scope="session")
def _postgresql(
    postgres_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestDatabase]:
    folder = tmp_path_factory.mktemp("postgresql")
    with PostgresDatabase(
        postgres_server, lambda url: _prepare(make_app(make_settings(folder, url)))
    ) as database:
        yield database


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Tests of the data layer run on both engines; a test that is not about data may override
    this with ``@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)``."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A fresh database with the schema and the reference data."""
    database: TestDatabase = request.getfixturevalue(f"_{engine_name}")
    database.renew()
    return database.url


@pytest.fixture(scope="session")
def _apps() -> dict[str, Flask]:
    """The application of each engine, put together at its first use."""
    return {}


@pytest.fixture
def app(database_url: str, tmp_path: Path, _apps: dict[str, Flask]) -> Iterator[Flask]:
    """The application on a fresh database, with its own data folder, clock and letter-box. What
    a test changes in its configuration is undone; a test that adds routes makes its own."""
    settings = make_settings(tmp_path, database_url)
    app = _apps.get(database_url) or _apps.setdefault(database_url, make_app(settings))
    fit(app, settings)
    configured = dict(app.config)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    app.config.clear()
    app.config.update(configured)


@pytest.fixture
def ctx(app: Flask) -> Context:
    """A context that may do everything, as commands have."""
    return system_context(app)


@pytest.fixture
def clock(app: Flask) -> FrozenClock:
    clock = app.extensions["zna_ports"].clock
    assert isinstance(clock, FrozenClock)
    return clock


@pytest.fixture
def mailbox(app: Flask) -> MailboxMailer:
    mailer = app.extensions["zna_ports"].mailer
    assert isinstance(mailer, MailboxMailer)
    return mailer


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody without an account, reading pages."""
    return Browser(app)


@pytest.fixture
def agent(app: Flask) -> Browser:
    """An agent of the CUA, signed in."""
    return Browser(app).sign_in(make_user(db.session(), Role.AGENT))
