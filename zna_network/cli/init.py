"""zna init: the schema and the reference data."""

import click
from flask.cli import with_appcontext

from zna_network.cli import schema
from zna_network.cli.support import command_context
from zna_network.services import reference_data


@click.command()
@with_appcontext
def init() -> None:
    """Créer ou mettre à niveau la base, charger les données de référence (répétable)."""
    ctx = command_context()
    ctx.settings.data_dir.mkdir(parents=True, exist_ok=True)
    schema.upgrade()
    counts = reference_data.load(ctx)
    click.echo(
        f"Base prête : {counts.communes} communes, {counts.qpvs} QPV, {counts.rights} droits."
    )
