"""A client that reads like a person: every page it fetches must be a sound page."""

import re
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from html5lib.html5parser import HTMLParser
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD
from zna_network.extensions import db
from zna_network.models.account import User

_NAMESPACE = re.compile(r"\{[^}]*\}")
# html5lib's parser predates these; the elements and attributes are valid.
_TOLERATED = {"unexpected-end-tag-treated-as"}


@dataclass
class Page:
    response: TestResponse
    root: Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """The words of the page, spaces folded."""
        return " ".join("".join(self.root.itertext()).split())

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of this tag whose attributes have these values (``class_`` for class)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            e
            for e in self.root.iter(tag)
            if all(
                value in (e.get(key) or "").split() if key == "class" else e.get(key) == value
                for key, value in wanted.items()
            )
        ]

    def links(self) -> list[str]:
        return [href for a in self.all("a") if (href := a.get("href"))]

    def value_of(self, name: str) -> str:
        """What the field of this name holds, as the form would send it back."""
        for field in [*self.all("input", name=name), *self.all("textarea", name=name)]:
            if field.get("type") in {"radio", "checkbox"} and field.get("checked") is None:
                continue
            return field.get("value") or "".join(field.itertext())
        for select in self.all("select", name=name):
            for option in select.iter("option"):
                if option.get("selected") is not None:
                    return option.get("value") or ""
        return ""


class Browser:
    """Fetches pages and checks each of them."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def sign_in(self, user: User, password: str = PASSWORD) -> "Browser":
        page = self.post("/connexion", {"email": user.email, "password": password})
        assert page.status == 302, page.text
        return self

    def get(self, url: str, **kwargs: Any) -> Page:
        return checked(self._request("GET", url, **kwargs))

    def post(self, url: str, data: Mapping[str, Any] | None = None, **kwargs: Any) -> Page:
        return checked(self._request("POST", url, data=data or {}, **kwargs))

    def send(self, method: str, url: str, **kwargs: Any) -> TestResponse:
        """What a page's script sends and receives: no page to check."""
        return self._request(method, url, **kwargs)

    def _request(self, method: str, url: str, **kwargs: Any) -> TestResponse:
        """As the server would: outside the application context that the test itself holds, and
        letting the test's session see what the request has written."""
        response: TestResponse = Context().run(self.client.open, url, method=method, **kwargs)
        db.session.rollback()
        return response

    def follow(self, page: Page) -> Page:
        """The page that a redirection leads to."""
        assert page.response.location, f"no redirection: {page.status} {page.text[:500]}"
        return self.get(page.response.location)


def checked(response: TestResponse) -> Page:
    is_page = response.mimetype == "text/html" and response.status_code not in range(300, 400)
    if not is_page:
        return Page(response, Element("html"))
    parser = HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(response.get_data(as_text=True))
    problems = [error for error in parser.errors if error[1] not in _TOLERATED]
    assert not problems, f"invalid HTML: {problems[:3]}"
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _NAMESPACE.sub("", element.tag)
    page = Page(response, root)
    _check_headings(page)
    _check_ids(page)
    _check_forms(page)
    return page


def _check_headings(page: Page) -> None:
    headings = page.all("h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    heading = " ".join("".join(headings[0].itertext()).split())
    title = " ".join("".join(page.all("title")[0].itertext()).split())
    assert heading, "empty h1"
    assert title.startswith(heading), f"the title {title!r} does not begin with {heading!r}"


def _check_ids(page: Page) -> None:
    ids = [value for e in page.root.iter() if (value := e.get("id"))]
    doubled = {value for value in ids if ids.count(value) > 1}
    assert not doubled, f"ids used twice: {doubled}"
    for element in page.root.iter():
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for target in (element.get(attribute) or "").split():
                assert target in ids, f"{attribute} points to nothing: {target}"


def _check_forms(page: Page) -> None:
    for form in page.all("form"):
        assert form.get("action") is not None, "a form without an action"
    for image in page.all("img"):
        assert image.get("alt") is not None, "an image without alt"
