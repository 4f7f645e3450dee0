"""The one place where a refusal becomes an HTTP status."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from zna_network.blueprints.languages import page_language, told
from zna_network.blueprints.support import wants_json
from zna_network.extensions import db
from zna_network.services import errors
from zna_network.services.languages import FRENCH
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

STATUS: dict[type[errors.DomainError], int] = {
    errors.InvalidError: 422,
    errors.NotFoundError: 404,
    errors.ForbiddenError: 403,
    errors.ConflictError: 409,
    errors.LinkGoneError: 410,
    errors.TooManyAttemptsError: 429,
    errors.TooLargeError: 413,
}
_log = logging.getLogger(__name__)


def error_page(status: int, message: str = "") -> Response:
    """The page of errors/error.html, or problem+json (RFC 9457) for a program. Without a message
    of its own the page gives general advice, never what the exception says."""
    if wants_json():
        title = HTTP_STATUS_CODES.get(status, "Error")
        response = jsonify(type="about:blank", title=title, status=status, detail=message or title)
        response.status_code = status
        response.mimetype = "application/problem+json"
        return response
    page = render_template("errors/error.html", code=status, message=_in_page_language(message))
    return make_response(page, status)


def _in_page_language(message: str) -> str | None:
    """What the refusal says, if its reader's language can say it; otherwise the page's general
    advice, which is in all of them."""
    if page_language() == FRENCH:
        return message or None
    said = told(message)
    return said if said != message else None


def install(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, _on_domain_error)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(StaleDataError, _on_conflict)
    app.register_error_handler(IntegrityError, _on_conflict)
    app.register_error_handler(DataError, _on_impossible_value)
    app.register_error_handler(OverflowError, _on_impossible_value)
    app.register_error_handler(OperationalError, _on_database_trouble)
    app.register_error_handler(Exception, _on_unexpected)


def _on_domain_error(error: errors.DomainError) -> Response:
    return error_page(STATUS.get(type(error), 422), error.message)


def _on_csrf_error(error: CSRFError) -> Response:
    return error_page(400)


def _on_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    return error_page(error.code)


def _on_conflict(error: Exception) -> Response:
    db.session.rollback()
    _log.warning("a write was refused by the database: %s", type(error).__name__)
    return error_page(409, CHANGED_MEANWHILE)


def _on_impossible_value(error: Exception) -> Response:
    """An address with a number or a character that no column can hold names nothing."""
    db.session.rollback()
    return error_page(404)


def _on_database_trouble(error: OperationalError) -> Response:
    db.session.rollback()
    _log.error("the database does not answer: %s", error.orig)
    return error_page(503)


def _on_unexpected(error: Exception) -> Response:
    db.session.rollback()
    _log.exception("unexpected error on %s %s", request.method, request.endpoint)
    return error_page(500)
