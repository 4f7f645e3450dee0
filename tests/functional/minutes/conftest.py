"""What the tests of the minutes' pages share."""

import pytest

from tests.factories.accounts import make_user
from tests.factories.minutes import make_minutes
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.minutes import Minutes
from zna_network.services.context import Context


@pytest.fixture
def minutes(ctx: Context) -> Minutes:
    """A draft of two points and « Points divers », nothing written yet."""
    return make_minutes(ctx.session)


@pytest.fixture
def other(agent: Browser) -> Browser:
    """A second agent, signed in elsewhere."""
    return Browser(agent.client.application).sign_in(
        make_user(db.session(), name="Autre Personne Fictive")
    )
