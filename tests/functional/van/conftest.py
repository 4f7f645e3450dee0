"""An association, one of its people signed in, and a vehicle to ask for."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_vehicle
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle


@pytest.fixture
def mine(app: Flask) -> Organisation:
    return make_grantee(db.session(), name="Passerelles")


@pytest.fixture
def grantee(app: Flask, mine: Organisation) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, organisation=mine))


@pytest.fixture
def vehicle(app: Flask) -> Vehicle:
    return make_vehicle(db.session(), name="Le Bus", slug="le-bus", home="Dépôt, 1 rue du Quai")
