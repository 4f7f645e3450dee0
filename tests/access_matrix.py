"""Who opens what: tables of every route against every kind of reader, by letters that each table
explains; A is nobody signed in.

A table lists its readers from the least allowed, so that nobody finds a thing already undone by who
may undo it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from flask import Flask

from tests.page_checks import Browser
from zna_network.extensions import limiter
from zna_network.models.account import User

# Refusals that are told to who may do the thing: a conflict, a form filled in wrongly.
OF_WHO_MAY = frozenset({409, 422})
# The same, and what is no longer there.
OF_WHO_MAY_OR_GONE = OF_WHO_MAY | {410}


@dataclass(frozen=True)
class Line:
    """``who`` are the letters of those who get in; ``path`` has places for the world's values."""

    endpoint: str
    method: str
    path: str
    who: str
    data: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}"


def both(endpoint: str, path: str, who: str) -> tuple[Line, Line]:
    """A page and the form that it holds."""
    return Line(endpoint, "GET", path, who), Line(endpoint, "POST", path, who)


@dataclass(frozen=True)
class Got:
    """What a reader was answered."""

    status: int
    is_in: bool
    text: str

    def told(self, secrets: Collection[str]) -> list[str]:
        return [word for word in secrets if word in self.text]


@dataclass
class World:
    values: Mapping[str, object]
    browsers: dict[str, Browser]

    def ask(self, line: Line, letter: str, told: Collection[int] = OF_WHO_MAY_OR_GONE) -> Got:
        """``told`` are the refusals that show that the reader was let in."""
        limiter.reset()
        path = line.path.format(**self.values)
        answer = self.browsers[letter].send(line.method, path, data=line.data or None)
        is_in = answer.status_code < 400 or answer.status_code in told
        is_in = is_in and "/connexion" not in (answer.location or "")
        return Got(answer.status_code, is_in, answer.get_data().decode("utf-8", "replace"))


def browsers_of(app: Flask, users: Mapping[str, User]) -> dict[str, Browser]:
    """Each signed in, and nobody."""
    signed_in = {letter: Browser(app).sign_in(user) for letter, user in users.items()}
    return {"A": Browser(app), **signed_in}


def routes(
    app: Flask, is_of: Callable[[str], bool], methods: Collection[str] = ("GET", "POST")
) -> set[tuple[str, str]]:
    """(endpoint, method) of those whose endpoint ``is_of`` keeps."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if is_of(rule.endpoint)
        for method in (rule.methods or set()) & set(methods)
    }


def listed(lines: Collection[Line]) -> set[tuple[str, str]]:
    return {(line.endpoint, line.method) for line in lines}


def area(name: str) -> Callable[[str], bool]:
    """Whether an endpoint is of this blueprint."""
    return lambda endpoint: endpoint.startswith(f"{name}.")
