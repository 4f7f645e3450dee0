"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.register.routes import blueprint

__all__ = ["blueprint"]
