"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.grants import grant_views, line_views
from zna_network.blueprints.grants.routes import blueprint

__all__ = ["blueprint", "grant_views", "line_views"]
