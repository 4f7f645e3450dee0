"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.register import (
    action_views,
    decision_views,
    figures_views,
    link_views,
)
from zna_network.blueprints.register.routes import blueprint

__all__ = ["action_views", "blueprint", "decision_views", "figures_views", "link_views"]
