"""Photos sent with a handover: heavier than what other pages may send."""

from flask import current_app, request

from zna_network.extensions import csrf
from zna_network.services.van.photos import LARGEST_MB, MOST

_REST_MB = 2


def accept_photos() -> None:
    """Let this request be as heavy as its photos may be, then do what the extension has not done
    for a view exempted so that nothing was read before: the check against forged requests."""
    request.max_content_length = (MOST * LARGEST_MB + _REST_MB) * 1024 * 1024
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
