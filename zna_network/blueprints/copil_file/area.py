"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.copil_file import file_views
from zna_network.blueprints.copil_file.routes import blueprint

__all__ = ["blueprint", "file_views"]
