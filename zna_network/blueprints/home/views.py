"""The home page: what awaits the person who signs in."""

from flask import Blueprint, render_template
from flask_login import current_user

from zna_network.blueprints.access import public
from zna_network.blueprints.support import context
from zna_network.services.dashboard import dashboard

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def show() -> str:
    if not current_user.is_authenticated:
        return render_template("home/welcome.html")
    return render_template("home/dashboard.html", board=dashboard(context()))
