"""zna retention: what is erased when its time has come."""

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context
from zna_network.services import retention as rules


@click.group()
def retention() -> None:
    """La durée de conservation : ce qui s'efface tout seul."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Compter seulement, ne rien effacer")
@with_appcontext
def run(dry_run: bool) -> None:
    """Effacer ce dont la durée est passée ; le worker le fait aussi, chaque heure."""
    verb = "à effacer" if dry_run else "effacés"
    for line in rules.run(command_context(), dry_run=dry_run):
        click.echo(f"{line.rule} : {line.count} {verb}")
