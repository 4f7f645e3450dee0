"""The whole area: every module that hangs views on its blueprint."""

from zna_network.blueprints.workshops import room_views, seat_views, session_views
from zna_network.blueprints.workshops.views import blueprint

__all__ = ["blueprint", "room_views", "seat_views", "session_views"]
