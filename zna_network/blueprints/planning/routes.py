"""The governance calendar, series of meetings, retro-planning, personal feeds.

The modules of views add their pages to this blueprint; ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("planning", __name__)
