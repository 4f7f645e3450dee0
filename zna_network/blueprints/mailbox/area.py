"""Every view of the area, gathered on its blueprint."""

from zna_network.blueprints.mailbox import mail_views, proposal_views, trouble_views
from zna_network.blueprints.mailbox.routes import blueprint

__all__ = ["blueprint", "mail_views", "proposal_views", "trouble_views"]
