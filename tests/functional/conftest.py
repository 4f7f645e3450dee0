"""Pages are tested on SQLite: what differs between the engines is below them."""

import pytest


@pytest.fixture
def engine_name() -> str:
    return "sqlite"
