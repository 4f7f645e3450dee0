"""zna serve: the production server."""

import gc
from collections.abc import Callable

import click
from flask import Flask
from flask.cli import ScriptInfo
from gunicorn.app.base import BaseApplication
from sqlalchemy.orm import configure_mappers

from zna_network.extensions import db

# No access log: it would keep the links that are somebody's key in clear, and cost a tenth of the
# door's throughput. « --access-logfile - » in GUNICORN_CMD_ARGS brings it.
OPTIONS = {
    "worker_class": "gthread",
    # One for each request that waits for the database while another computes, one for a slow
    # page. More would only take turns at the interpreter: with 4, the door answers a tenth fewer.
    "threads": 3,
    "graceful_timeout": 30,
    # The application is put together once, and its memory shared by the workers.
    "preload_app": True,
    # It would live in the home folder, shared by every site of the same user.
    "control_socket_disable": True,
}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--workers", default=2, show_default=True)
@click.pass_obj
def serve(site: ScriptInfo, host: str, port: int, workers: int) -> None:
    """Servir le site (gunicorn, plusieurs processus)."""
    Server(site.load_app, host, port, workers).run()


class Server(BaseApplication):  # type: ignore[misc]
    """This very process becomes the one to supervise and to stop; its workers are its children."""

    def __init__(self, create: Callable[[], Flask], host: str, port: int, workers: int) -> None:
        self._create = create
        self._options = {**OPTIONS, "bind": f"{host}:{port}", "workers": workers}
        super().__init__()

    def load_config(self) -> None:
        """Ours, then what GUNICORN_CMD_ARGS says."""
        asked = self.cfg.parser().parse_args(self.cfg.get_cmd_args_from_env())
        given = {name: value for name, value in vars(asked).items() if value is not None}
        given.pop("args", None)
        for name, value in {**self._options, **given}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The site as every worker begins with it: whole, and without a connection that two of
        them would both speak on."""
        app = self._create()
        configure_mappers()
        with app.app_context():
            db.engine.dispose()
        # A worker that looked for what to forget among all this would soon own a copy of it.
        gc.freeze()
        return app
