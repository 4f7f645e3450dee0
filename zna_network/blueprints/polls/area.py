"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.polls import answer_views, edit_views, run_views, views
from zna_network.blueprints.polls.routes import blueprint

__all__ = ["answer_views", "blueprint", "edit_views", "run_views", "views"]
