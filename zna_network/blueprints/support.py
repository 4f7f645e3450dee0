"""What the views share: the context of a use case, lists from the address, forms that refuse."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import current_app, g, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import HiddenInput

from zna_network.extensions import db
from zna_network.queries.listing import Page, PageRequest
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, DomainError, InvalidError, TooLargeError
from zna_network.services.organisation_values import InvalidValuesError

T = TypeVar("T")
# What browsers send, and what people type where the browser has no picker.
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
HOUR_FORMATS = ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H h %M", "%H h"]


def context() -> Context:
    """The context of this request, made once."""
    if "zna_context" not in g:
        user = current_user._get_current_object()
        g.zna_context = Context(
            session=db.session(),
            ports=current_app.extensions["zna_ports"],
            settings=current_app.extensions["zna_settings"],
            actor=user if user.is_authenticated else None,
            origin=request.remote_addr or "",
        )
    context: Context = g.zna_context
    return context


def wants_json() -> bool:
    """Whether a program asks, not a person's browser."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.is_json


def page_request(default_sort: str = "", *, descending: bool = False) -> PageRequest:
    """The page, sort key and direction in the address (``page``, ``tri``, ``sens``)."""
    sort = request.args.get("tri", "")
    return PageRequest(
        number=request.args.get("page", 1, type=int),
        sort=sort or default_sort,
        descending=request.args.get("sens") == "desc" if sort else descending,
    )


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A page of a list with the addresses of its neighbours, for the components."""

    _page: Page[T]

    @property
    def items(self) -> list[T]:
        return self._page.items

    @property
    def total(self) -> int:
        return self._page.total

    @property
    def page(self) -> int:
        return self._page.number

    @property
    def pages(self) -> int:
        return self._page.pages

    @property
    def per_page(self) -> int:
        return self._page.per_page

    @property
    def sort(self) -> str:
        return self._page.sort

    @property
    def direction(self) -> str:
        return "desc" if self._page.descending else "asc"

    def url_for_page(self, number: int) -> str:
        return _here(page=number)

    def url_for_sort(self, key: str) -> str:
        """Sort by this key; by the other way round when it is already in force."""
        turn = key == self.sort and self.direction == "asc"
        return _here(tri=key, sens="desc" if turn else "asc", page=None)


def _here(**changes: object) -> str:
    """This page's own address with some of its parameters changed; None removes one. Parameters
    that ``url_for`` keeps for itself (``endpoint``, ``_scheme``…) are nobody's filters."""
    values: dict[str, Any] = {
        key: request.args.getlist(key)
        for key in request.args
        if key != "endpoint" and not key.startswith("_")
    }
    values.update(request.view_args or {})
    for key, value in changes.items():
        values.pop(key, None)
        if value is not None:
            values[key] = value
    return url_for(request.endpoint or "", **values)


class Labelled(Protocol):
    """A member of an enumeration that people see."""

    @property
    def value(self) -> str: ...

    @property
    def label(self) -> str: ...


def choices(members: Iterable[Labelled], blank: str | None = None) -> list[SelectChoice]:
    """The choices of a select or of radio buttons, after an empty one labelled ``blank``."""
    first = [] if blank is None else [SelectChoice("", blank)]
    return [*first, *(SelectChoice(member.value, member.label) for member in members)]


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form: a refusal from a use case becomes the message of a field."""

    def refuse(self, error: DomainError) -> None:
        """Show ``error`` beside the field that it names, or on top of the form; each of them
        where there are several."""
        for problem in error.problems if isinstance(error, InvalidValuesError) else [error]:
            field = self.field_named(problem.field or "")
            if field is None:
                self.form_errors.append(problem.message)
            else:
                field.errors = [*field.errors, problem.message]

    def field_named(self, name: str) -> Any:
        """The field that a use case means by ``name``; none when the page has no such field."""
        return self._fields.get(name)

    def attempt(self, use_case: Callable[[], T]) -> T | None:
        """The result of ``use_case`` if the form is valid and the use case accepts; else None,
        with the reasons in the form and what was typed still in it."""
        if not self.validate_on_submit():
            return None
        try:
            return use_case()
        except (InvalidError, ConflictError, TooLargeError) as error:
            self.refuse(error)
            return None


class RevisionField(IntegerField):  # type: ignore[misc]
    """The revision that a form was filled from, sent back with it for the optimistic lock."""

    widget = HiddenInput()
    raw_data: list[str] | None

    def process_formdata(self, values: list[str]) -> None:
        """A form of something new sends it empty; a spoilt one is nobody's revision."""
        self.data = int(values[0]) if values and values[0].isdecimal() else None

    @property
    def seen(self) -> int:
        """0, which is nobody's revision, when the field came back empty or spoilt."""
        return self.data or 0

    def renew(self, current: int) -> bool:
        """Whether what was typed stood on an older revision. The form then carries the current
        one: its next sending is made knowingly, the page having shown what changed."""
        if self.raw_data is None or self.seen == current:
            return False
        self.raw_data = None
        self.data = current
        return True


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A number that says in plain words what it wants; up to nine digits."""

    def process_formdata(self, values: list[str]) -> None:
        typed = values[0].strip() if values else ""
        digits = typed.removeprefix("-")
        if typed and not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            self.data = None
            raise ValueError("Écrivez un nombre en chiffres.")
        self.data = int(typed) if typed else None


def safe_next(target: str | None, fallback: str) -> str:
    """``target`` if it is an address of this site, otherwise ``fallback``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and "\\" not in target else fallback
