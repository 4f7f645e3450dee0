"""The blueprint with all its views."""

from zna_network.blueprints.registrations import badge_views
from zna_network.blueprints.registrations.views import blueprint

__all__ = ["badge_views", "blueprint"]
