"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.planning import (
    calendar_views,
    entry_views,
    feed_views,
    period_views,
    series_views,
    step_template_views,
    step_views,
)
from zna_network.blueprints.planning.routes import blueprint

__all__ = [
    "blueprint",
    "calendar_views",
    "entry_views",
    "feed_views",
    "period_views",
    "series_views",
    "step_template_views",
    "step_views",
]
