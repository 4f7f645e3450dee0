"""The ground everything stands on, on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError, StatementError

from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.races import refusals_at_once
from zna_network.cli import schema
from zna_network.extensions import Base, db
from zna_network.models.account import User
from zna_network.models.outbox import OutboxMessage
from zna_network.models.territory import Commune, Qpv, Right
from zna_network.services import reference_data
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError


def test_the_territory_is_whole(ctx: Context) -> None:
    communes = ctx.session.query(Commune).all()
    assert len(communes) == 46
    assert sum(c.population for c in communes) == 109_884
    assert [len([c for c in communes if c.lot == lot]) for lot in (1, 2)] == [43, 3]
    assert ctx.session.query(Qpv).count() == 6
    assert ctx.session.query(Right).count() == 20
    spelt_otherwise = [c for c in communes if c.aliases]
    assert len(spelt_otherwise) == 11


def test_loading_again_keeps_what_staff_have_edited(ctx: Context) -> None:
    right = ctx.session.get(Right, "RSA")
    assert right is not None
    right.label = "RSA, libellé local"
    ctx.session.commit()
    reference_data.load(ctx)
    ctx.session.refresh(right)
    assert right.label == "RSA, libellé local"
    assert ctx.session.query(Commune).count() == 46


def test_an_instant_comes_back_as_the_same_instant_in_utc(ctx: Context) -> None:
    paris_summer = datetime(2027, 7, 6, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    user = make_user(ctx.session, last_sign_in_at=paris_summer)
    ctx.session.expire_all()
    assert user.last_sign_in_at == paris_summer
    assert user.last_sign_in_at.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(ctx: Context) -> None:
    naive = datetime(2027, 7, 6, 14, 0)  # noqa: DTZ001 - the point of the test
    with pytest.raises(StatementError, match="naive"):
        make_user(ctx.session, last_sign_in_at=naive)


def test_foreign_keys_hold(ctx: Context) -> None:
    user = make_user(ctx.session)
    user.organisation_id = 999
    with pytest.raises(IntegrityError):
        ctx.session.commit()


def test_sqlite_is_set_up_as_it_should(ctx: Context, engine_name: str) -> None:
    if engine_name != "sqlite":
        assert ctx.session.scalar(text("SHOW server_version_num")) is not None
        return
    assert ctx.session.scalar(text("PRAGMA journal_mode")) == "wal"
    assert ctx.session.scalar(text("PRAGMA foreign_keys")) == 1
    assert ctx.session.scalar(text("PRAGMA busy_timeout")) == 10_000
    with create_engine("sqlite://").connect() as unlike_the_tests:
        assert unlike_the_tests.scalar(text("PRAGMA synchronous")) == 2  # FULL


def test_writers_take_turns_without_an_error(app: Flask, ctx: Context) -> None:
    """20 threads read then write the same row: the reading is done under the write lock."""
    user_id = make_user(ctx.session).id

    def add_one(ctx: Context) -> None:
        with ctx.unit_of_work():
            ctx.session.get_one(User, user_id, with_for_update=True).session_epoch += 1

    assert refusals_at_once(app, [add_one] * 20) == []
    assert ctx.session.get_one(User, user_id).session_epoch == 20


def test_a_failed_unit_of_work_leaves_nothing(ctx: Context) -> None:
    def stop_half_way() -> None:
        with ctx.unit_of_work():
            ctx.record("tests.half_done")
            ctx.session.flush()
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        stop_half_way()
    assert ctx.session.scalar(text("SELECT count(*) FROM audit_event")) == 0


def test_a_unique_key_taken_meanwhile_is_a_conflict(ctx: Context) -> None:
    user = make_user(ctx.session)
    values = {"email": user.email, "name": "x", "role": user.role}
    with pytest.raises(ConflictError), ctx.unit_of_work():
        ctx.session.add(User(**values, created_at=ctx.now, updated_at=ctx.now))


def test_the_outbox_gives_no_link_away(ctx: Context, app: Flask, tmp_path: Path) -> None:
    from zna_network.services import accounts

    user = make_user(ctx.session)
    accounts.request_reset(ctx, user.email)
    raw = ctx.session.scalar(text("SELECT content FROM outbox_message"))
    assert b"mot-de-passe" not in bytes(raw)
    message = ctx.session.query(OutboxMessage).one()
    assert message.content is not None
    assert message.content.startswith(b"From:") or b"Message-ID" in message.content


def test_the_migrations_and_the_models_agree(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [d for d in compare_metadata(context, Base.metadata) if d[0] != "modify_type"]
    assert differences == []


def test_the_migrations_go_down_and_up_again(app: Flask) -> None:
    db.session.remove()
    schema.downgrade()
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade()
    reference_data.load(system_context(app))
    assert len(inspect(db.engine).get_table_names()) == len(Base.metadata.tables) + 1


def test_ready_only_when_the_database_answers(app: Flask) -> None:
    assert app.test_client().get("/readyz").status_code == 200
    assert datetime.now(UTC).tzinfo is UTC
