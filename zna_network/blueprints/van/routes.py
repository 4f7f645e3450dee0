"""The area's blueprint; the modules of views add their pages to it, ``area`` gathers them."""

from flask import Blueprint

blueprint = Blueprint("van", __name__)
