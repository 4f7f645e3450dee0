"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.referrals import (
    act_views,
    create_views,
    diagnostic_views,
    link_views,
    list_views,
    show_views,
)
from zna_network.blueprints.referrals.routes import blueprint

__all__ = [
    "act_views",
    "blueprint",
    "create_views",
    "diagnostic_views",
    "link_views",
    "list_views",
    "show_views",
]
