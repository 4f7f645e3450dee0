"""The blueprint with all of its views."""

from zna_network.blueprints.preparation import shift_views
from zna_network.blueprints.preparation.task_views import blueprint

__all__ = ["blueprint", "shift_views"]
