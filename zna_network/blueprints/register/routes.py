"""The register of decisions, actions closed by their owners, attendance by organisation.

The modules of views add their pages to this blueprint; ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("register", __name__)
