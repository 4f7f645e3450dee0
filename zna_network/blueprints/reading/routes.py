"""Drafts of minutes read and commented by participants, versions compared and restored.

The modules of views add their pages to this blueprint; ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("reading", __name__)
MINUTES = "/instances/reunions/<int:meeting_id>/compte-rendu"
