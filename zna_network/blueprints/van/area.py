"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.van import (
    calendar_views,
    coverage_views,
    decision_views,
    document_views,
    driver_views,
    feed_views,
    guest_views,
    handover_app_views,
    handover_views,
    maintenance_views,
    public_views,
    report_views,
    request_views,
    series_views,
    show_views,
    vehicle_views,
)
from zna_network.blueprints.van.routes import blueprint

__all__ = [
    "blueprint",
    "calendar_views",
    "coverage_views",
    "decision_views",
    "document_views",
    "driver_views",
    "feed_views",
    "guest_views",
    "handover_app_views",
    "handover_views",
    "maintenance_views",
    "public_views",
    "report_views",
    "request_views",
    "series_views",
    "show_views",
    "vehicle_views",
]
