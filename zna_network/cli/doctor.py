"""zna doctor: what is wrong, in plain French."""

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context
from zna_network.services import health


@click.command()
@with_appcontext
def doctor() -> None:
    """Vérifier réglages, base, courriels et horloge ; code de sortie 1 si quelque chose cloche."""
    findings = health.examine(command_context())
    for finding in findings:
        click.echo(f"{'✓' if finding.is_fine else '✗'} {finding.subject} : {finding.message}")
    if not all(finding.is_fine for finding in findings):
        raise SystemExit(1)
