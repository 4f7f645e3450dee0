"""The area's blueprint with all its pages."""

from zna_network.blueprints.stands import inviting_views, plan_views, public, state_views
from zna_network.blueprints.stands.views import blueprint

__all__ = ["blueprint", "inviting_views", "plan_views", "public", "state_views"]
