"""What the commands share."""

from collections.abc import Iterator
from contextlib import contextmanager

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
