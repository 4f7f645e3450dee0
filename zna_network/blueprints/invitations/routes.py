"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.invitations import adding_views, person_views, public
from zna_network.blueprints.invitations.views import blueprint

__all__ = ["adding_views", "blueprint", "person_views", "public"]
