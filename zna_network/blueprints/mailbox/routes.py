"""What comes back by mail: answers held for a person, proposed times, addresses that fail.

The modules of views add their pages to this blueprint; ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("mailbox", __name__)
