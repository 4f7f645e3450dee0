"""The file handed out for a COPIL.

The modules of views add their pages to this blueprint; ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("copil_file", __name__)
