"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.reading import call_views, compare_views, public_views
from zna_network.blueprints.reading.routes import blueprint

__all__ = ["blueprint", "call_views", "compare_views", "public_views"]
