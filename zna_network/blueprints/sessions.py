"""Whose requests come with a session: everybody's but those of the door's API, whose devices show a
token. Reading and writing a cookie that nobody has would be done hundreds of times a second."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

WITHOUT_SESSION = "/api/v1/"


class PageSessions(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None at all below the API, which Flask reads as an empty one that cannot be written."""
        if request.path.startswith(WITHOUT_SESSION):
            return None
        return super().open_session(app, request)
