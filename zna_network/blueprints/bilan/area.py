"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.bilan import evaluation_views, views
from zna_network.blueprints.bilan.routes import blueprint

__all__ = ["blueprint", "evaluation_views", "views"]
