"""Every route is closed unless it says otherwise."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from zna_network.blueprints.support import context, wants_json
from zna_network.services.errors import ForbiddenError
from zna_network.services.permissions import Permission, scope_of

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
OPEN_ENDPOINTS = frozenset({"static"})


def public(view: View) -> View:
    """Anybody may open this page; it must not show anything that needs an account."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Only an account that has this permission, on something at least, may open this page. The
    use case checks that it reaches the thing asked for."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def access_of(endpoint: str) -> Permission | str | None:
    """What an endpoint asks for; none means closed."""
    if endpoint in OPEN_ENDPOINTS:
        return PUBLIC
    return getattr(current_app.view_functions.get(endpoint), "access", None)


def install(app: Flask) -> None:
    app.before_request(_guard)
    app.jinja_env.globals.update(may=may, may_open=may_open)


def may(permission: str, organisation_id: int | None = None) -> bool:
    """Whether a page should offer this to its reader: a link that would be refused is not shown."""
    return context().may(Permission(permission), organisation_id)


def may_open(endpoint: str) -> bool:
    """Whether there is such a page and its reader may open it, on something at least."""
    access = access_of(endpoint)
    if isinstance(access, Permission):
        return scope_of(context().actor, access) is not None
    return access == PUBLIC


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # No such address: Flask answers 404 by itself.
    access = access_of(request.endpoint)
    if access == PUBLIC:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET" and not wants_json():
            return redirect(url_for("accounts.sign_in", suite=_wanted()))
        raise ForbiddenError("Votre session est terminée : connectez-vous de nouveau.")
    if not isinstance(access, Permission) or scope_of(current_user, access) is None:
        raise ForbiddenError
    return None


def _wanted() -> str:
    """The page that was asked for, to come back to; the home page needs no reminder."""
    return request.full_path.rstrip("?") if request.path != "/" else ""
