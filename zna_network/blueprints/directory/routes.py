"""Every view of the directory, gathered on its blueprint."""

from zna_network.blueprints.directory import (
    contact_views,
    offer_views,
    organisation_views,
    right_views,
    suggestion_views,
)
from zna_network.blueprints.directory.views import blueprint

for part in (contact_views, offer_views, right_views):
    blueprint.register_blueprint(part.blueprint)

__all__ = ["blueprint", "organisation_views", "suggestion_views"]
