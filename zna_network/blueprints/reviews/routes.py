"""The area's blueprint with all of its views."""

from zna_network.blueprints.reviews import public
from zna_network.blueprints.reviews.views import blueprint

__all__ = ["blueprint", "public"]
