"""The floor that a check-in is compared with: one row updated by its key, and committed, in an
application put together like the site's and served by the same command. Only benches serve it."""

import random
from dataclasses import replace

from flask import Flask, Response, jsonify
from sqlalchemy import bindparam, update

from zna_network.__main__ import main
from zna_network.app import create_app
from zna_network.blueprints.access import public
from zna_network.blueprints.door_api.wire import device_context
from zna_network.cli import COMMANDS
from zna_network.extensions import csrf
from zna_network.models.attendee import Badge

ROWS = 2000
_UPDATE = update(Badge).where(Badge.id == bindparam("row")).values(changed_at=bindparam("now"))


def create_floor() -> Flask:
    app = create_app()

    @app.post("/bare-update")
    @csrf.exempt
    @public
    def bare_update() -> Response:
        ctx = device_context()
        with ctx.unit_of_work():
            row = random.randint(1, ROWS)
            ctx.session.connection().execute(_UPDATE, {"row": row, "now": ctx.now})
        return jsonify(status="ok")

    return app


if __name__ == "__main__":
    COMMANDS["serve"] = replace(COMMANDS["serve"], application=f"{__name__}:create_floor")
    main()
