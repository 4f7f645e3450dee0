"""``zna``, also ``python -m zna_network``."""

import gc
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo

from zna_network.cli import COMMANDS
from zna_network.config import ConfigurationError, NotReadyError


class Commands(click.Group):
    """The commands of ``zna_network.cli``, each loaded with the application that it works on."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        ctx.obj = ScriptInfo(create_app=lambda: _made(entry.application), set_debug_flag=False)
        command: click.Command = _named(entry.where)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commandes"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in self.list_commands(ctx)])


def _named(where: str) -> Any:
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def _made(where: str) -> Flask:
    """What loading leaves lives as long as the process: the collector does not look at it, now or
    later, which a command feels, and the processes of a server share it undisturbed."""
    create: Callable[[], Flask] = _named(where)
    app = create()
    gc.collect()
    gc.freeze()
    gc.enable()
    return app


@click.command(cls=Commands)
def zna() -> None:
    """Réseau Territoire Zéro Non-Recours : administration du site."""


def main() -> None:
    """A wrong setting is one clear line, not a traceback."""
    gc.disable()
    try:
        zna(prog_name="zna")
    except ConfigurationError as error:
        raise SystemExit(f"zna : réglages incorrects\n{error}") from None
    except NotReadyError as error:
        raise SystemExit(f"zna : {error}") from None


if __name__ == "__main__":
    main()
