"""The schema, by Alembic: loaded by the commands that change it, since it weighs as much as the
whole ORM. All under an application context, on its database."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def upgrade() -> None:
    """To the newest revision."""
    command.upgrade(_alembic(), "head")


def downgrade() -> None:
    """To nothing."""
    command.downgrade(_alembic(), "base")


def write_revision(message: str, revision_id: str) -> None:
    """A new migration: what the models say and the database does not."""
    command.revision(_alembic(), message, autogenerate=True, rev_id=revision_id)


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
