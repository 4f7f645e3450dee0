"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.meeting_day.routes import blueprint

__all__ = ["blueprint"]
