"""The screen that a meeting is run from, and how people say that they are there.

The modules of views add their pages to this blueprint; ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("meeting_day", __name__)
SCREEN = "/instances/reunions/<int:meeting_id>/seance"
ROOM = "/presence/<token>"
