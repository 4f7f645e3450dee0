"""The headers that every answer carries: what the browser may load, and from where."""

from flask import Flask
from werkzeug.wrappers import Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


# The reader of QR codes is WebAssembly, for the phones whose browser reads none by itself.
_WITH_CAMERA = f"{CONTENT_SECURITY_POLICY}; script-src 'self' 'wasm-unsafe-eval'"
_CAMERA_ONLY = "camera=(self), microphone=(), geolocation=()"


def install(app: Flask) -> None:
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response


def keep_private(response: Response) -> None:
    """For the page behind a link that is a secret: no Referer to the sites it links to, nothing
    kept by caches, search engines asked to leave it alone."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store, private"


def allow_camera(response: Response) -> None:
    """For the door app, and no other page: its camera, and the compiled code that reads badges."""
    response.headers["Content-Security-Policy"] = _WITH_CAMERA
    response.headers["Permissions-Policy"] = _CAMERA_ONLY


def lend_camera(response: Response) -> None:
    """For a page that reads a badge where the browser knows how: its camera, and nothing more."""
    response.headers["Permissions-Policy"] = _CAMERA_ONLY
