"""zna forum: the door, from the command line."""

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context, refusals_as_messages
from zna_network.models.forum import Forum
from zna_network.queries import door_figures
from zna_network.services import badges, devices, forum_choice
from zna_network.services.context import Context


@click.group()
def forum() -> None:
    """Le forum en cours : celui d'aujourd'hui, sinon le prochain."""


@forum.command("device-token")
@click.option("--name", required=True, help="Le nom sous lequel l'appareil est montré")
@with_appcontext
def device_token(name: str) -> None:
    """Donner le jeton d'un nouvel appareil de la porte ; il n'est montré que cette fois."""
    ctx = command_context()
    chosen = _current(ctx)
    with refusals_as_messages():
        click.echo(devices.issue_token(ctx, chosen.id, name).token)


@forum.command()
@with_appcontext
def tickets() -> None:
    """Le contenu des QR codes valables du forum, un par ligne, dans l'ordre des badges."""
    ctx = command_context()
    for badge in ctx.session.scalars(door_figures.scannable(_current(ctx).id)):
        click.echo(badges.ticket_of(ctx.settings, badge))


def _current(ctx: Context) -> Forum:
    chosen = forum_choice.current(ctx)
    if chosen is None:
        raise click.ClickException("Aucun forum n'est publié.")
    return chosen
