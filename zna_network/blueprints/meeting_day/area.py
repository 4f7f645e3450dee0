"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.meeting_day import (
    people_views,
    public_views,
    screen_views,
    typing_views,
)
from zna_network.blueprints.meeting_day.routes import blueprint

__all__ = ["blueprint", "people_views", "public_views", "screen_views", "typing_views"]
