"""Requests and answers of the door API: bounded bodies, bearer tokens, problem+json, no cookie."""

import json
from typing import Any

from flask import Response, current_app, request

from zna_network.extensions import db
from zna_network.services import errors
from zna_network.services.context import Context
from zna_network.services.door_state import DeviceRefusedError
from zna_network.services.errors import DomainError, InvalidError, TooLargeError

LARGEST_BODY = 1024 * 1024
_DRAINED = 64 * 1024 * 1024  # read and thrown away, so that the client hears the refusal
_SLICE = 256 * 1024
_STATUS: dict[type[DomainError], int] = {
    errors.InvalidError: 400,
    DeviceRefusedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.LinkGoneError: 410,
    errors.TooLargeError: 413,
}
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    410: "Gone",
    413: "Content Too Large",
}


def device_context() -> Context:
    """No account and no session: the token says who asks."""
    return Context(
        session=db.session(),
        ports=current_app.extensions["zna_ports"],
        settings=current_app.extensions["zna_settings"],
        origin=request.remote_addr or "",
    )


def bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > 200 or not token.isascii():
        raise DeviceRefusedError
    return token


def json_body() -> dict[str, Any]:
    """The JSON object that was sent. Raises InvalidError, TooLargeError."""
    try:
        values = json.loads(_bounded_body())
    except (ValueError, RecursionError):
        raise InvalidError("Le corps de la requête n’est pas du JSON en UTF-8.") from None
    if not isinstance(values, dict):
        raise InvalidError("Un objet JSON est attendu.")
    return values


def _bounded_body() -> bytes:
    length = request.content_length
    if length is not None and length <= LARGEST_BODY:
        return request.get_data(cache=False)
    stream = request.environ["wsgi.input"]
    if length is None and not request.environ.get("wsgi.input_terminated"):
        return b""
    left = _DRAINED if length is None else min(length, _DRAINED)
    body = bytearray()
    while left and (piece := stream.read(min(_SLICE, left))):
        left -= len(piece)
        if len(body) <= LARGEST_BODY:
            body += piece
    if len(body) > LARGEST_BODY:
        raise TooLargeError("Un mégaoctet au plus par envoi.")
    return bytes(body)


def json_text(text: str | bytes, status: int = 200) -> Response:
    return current_app.response_class(text, status=status, mimetype="application/json")


def keep_out_of_caches(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def json_values(values: Any) -> Response:
    return json_text(json.dumps(values, ensure_ascii=False, separators=(",", ":")))


def problem(error: DomainError) -> dict[str, Any]:
    """RFC 9457, with the ``field`` at fault."""
    status = _STATUS.get(type(error), 400)
    values = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": error.message,
    }
    return {**values, "field": error.field} if error.field else values


def problem_response(error: DomainError) -> Response:
    values = problem(error)
    response = json_text(json.dumps(values, ensure_ascii=False), values["status"])
    response.mimetype = "application/problem+json"
    if values["status"] == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="porte"'
    return response
