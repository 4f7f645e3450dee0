"""Date polls: asked by staff and grantees, answered from a link without an account.

The modules of views add their pages to this blueprint; ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("polls", __name__)
