"""A device over HTTP: each of its answers is held against openapi.json."""

import json
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.functional.door_api.schemas import Document, faults

API = "/api/v1"


@dataclass
class Client:
    """A device; each of its answers is held against the description of its route."""

    http: FlaskClient
    document: Document
    token: str = ""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = body if isinstance(body, bytes) else json.dumps(body)
        response = self.http.open(
            API + path, method=method, headers=headers, data=None if body is None else data
        )
        self.check(method, path, response)
        return response

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.send("POST", path, body, **headers)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, **headers)

    def check(self, method: str, path: str, response: TestResponse) -> None:
        operation = self.document["paths"][path.partition("?")[0]][method.lower()]
        described = operation["responses"][str(response.status_code)]
        if "$ref" in described:
            name = described["$ref"].rpartition("/")[2]
            described = self.document["components"]["responses"][name]
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        if response.status_code == 304:
            return
        ((media_type, content),) = described["content"].items()
        assert response.mimetype == media_type
        if not response.headers.get("Content-Encoding"):
            assert faults(self.document, content["schema"], response.get_json(force=True)) == []
