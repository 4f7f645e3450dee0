"""What the tests of the door's API share."""

import json

import pytest
from flask import Flask

from tests.functional.door_api.client import API
from tests.functional.door_api.schemas import Document


@pytest.fixture
def document(app: Flask) -> Document:
    response = app.test_client().get(f"{API}/openapi.json")
    assert response.status_code == 200
    found: Document = json.loads(response.text)
    return found
