"""zna demo-data: a site that has lived."""

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context, refusals_as_messages
from zna_network.services import demo_data
from zna_network.services.demo.accounts import ACCOUNTS, PASSWORD


@click.command("demo-data")
@click.option("--accounts", is_flag=True, help="Rappeler seulement les comptes")
@with_appcontext
def demo_data_command(accounts: bool) -> None:
    """Données de démonstration : vrai territoire, personnes inventées (répétable)."""
    if accounts:
        for account in ACCOUNTS:
            click.echo(f"  {account.email:<28} {account.role.label}")
        click.echo(f"  mot de passe de tous : {PASSWORD}")
        return
    with refusals_as_messages():
        summary = demo_data.build(command_context())
    click.echo(
        f"Démonstration : {summary.organisations} organismes, {summary.committees} instances, "
        f"{summary.meetings} réunions."
    )
