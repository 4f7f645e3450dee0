"""Grants: sums, payments, papers due, and the call's rules as checks.

The modules of views add their pages to this blueprint; ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("grants", __name__)
