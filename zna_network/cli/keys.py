"""zna keys: the key of the encrypted columns."""

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context
from zna_network.services import key_rotation


@click.group()
def keys() -> None:
    """La clé qui chiffre les noms et les coordonnées."""


@keys.command("new")
def new() -> None:
    """Écrire une clé nouvelle, à mettre en tête de ZNA_DATA_KEYS."""
    click.echo(key_rotation.new_key())


@keys.command()
@with_appcontext
def rotate() -> None:
    """Tout rechiffrer avec la première clé de ZNA_DATA_KEYS (répétable, site en marche)."""
    report = key_rotation.rotate(command_context())
    click.echo(
        f"{report.renewed} valeurs rechiffrées, {report.current} déjà à jour, "
        f"{report.indexed} personnes et visiteurs réindexés"
    )
    if report.unreadable:
        raise click.ClickException(
            f"{report.unreadable} valeurs illisibles : remettez leur clé dans ZNA_DATA_KEYS, puis "
            "recommencez"
        )
    click.echo("Les anciennes clés peuvent être retirées de ZNA_DATA_KEYS.")
