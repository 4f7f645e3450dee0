"""The door app: a page, its service worker, its manifest. What it knows and does goes through the
door API with the phone's own token: nothing here depends on who asks."""

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, url_for

from zna_network.blueprints.access import public
from zna_network.blueprints.door.shell import service_worker
from zna_network.blueprints.headers import allow_camera
from zna_network.extensions import limiter

blueprint = Blueprint("door", __name__)
limiter.exempt(blueprint)
_PETROL = "#0f3d4a"


@blueprint.get("/porte")
@public
def show() -> Response:
    response = make_response(_page())
    response.headers["Cache-Control"] = "no-cache"
    allow_camera(response)
    return response


@blueprint.get("/porte/sw.js")
@public
def worker() -> Response:
    """Its version covers the page as it is rendered now: a new page is a new version."""
    documents = {
        url_for("door.show"): _page(),
        url_for("door.manifest"): _manifest().get_data(True),
    }
    static_folder = Path(current_app.static_folder or "")
    response = Response(service_worker(static_folder, documents), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = url_for("door.show")
    return response


@blueprint.get("/porte/manifest.webmanifest")
@public
def manifest() -> Response:
    return _manifest()


def _page() -> str:
    return render_template("door/show.html")


def _manifest() -> Response:
    address = url_for("door.show")
    response = jsonify(
        id=address,
        start_url=address,
        scope=address,
        name="Porte du forum d’accès aux droits",
        short_name="Porte",
        description="Lire les badges à l’entrée du forum, réseau ou non.",
        lang="fr",
        display="standalone",
        orientation="any",
        background_color=_PETROL,
        theme_color=_PETROL,
        icons=[
            _icon("door.svg", "any", "image/svg+xml", "any"),
            _icon("door-192.png", "192x192", "image/png", "any"),
            _icon("door-512.png", "512x512", "image/png", "any"),
            _icon("door-maskable-512.png", "512x512", "image/png", "maskable"),
        ],
    )
    response.mimetype = "application/manifest+json"
    return response


def _icon(name: str, sizes: str, media_type: str, purpose: str) -> dict[str, str]:
    address = url_for("static", filename=f"door/icons/{name}")
    return {"src": address, "sizes": sizes, "type": media_type, "purpose": purpose}
