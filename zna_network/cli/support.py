"""What the commands share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from zna_network.extensions import db
from zna_network.services.context import Context
from zna_network.services.errors import DomainError


def command_context() -> Context:
    """The context of a command: whoever can run it may do everything."""
    return Context(
        session=db.session(),
        ports=current_app.extensions["zna_ports"],
        settings=current_app.extensions["zna_settings"],
        origin="commande",
        is_system=True,
    )


@contextmanager
def refusals_as_messages() -> Iterator[None]:
    """A refusal of a use case ends the command with its message and status 1."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(error.message) from None


def write_out(content: bytes, output: Path | None, told: str) -> None:
    """To the file, and then ``told`` is said; without one, to the standard output alone."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output} : {error.strerror}") from None
    click.echo(told)
