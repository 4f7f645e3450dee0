"""zna init: the schema and the reference data."""

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import ProgrammingError

from zna_network.cli import schema
from zna_network.cli.support import command_context
from zna_network.services import reference_data

NOT_ALLOWED = "42501"
EXTENSION = "btree_gist"
ASK = (
    f"PostgreSQL ne laisse pas ce compte installer l’extension {EXTENSION}, qui empêche les "
    f"doubles réservations. Un administrateur lance une fois « CREATE EXTENSION {EXTENSION}; » "
    "dans cette base, puis relancez « zna init ». Rien n’a été changé."
)


@click.command()
@with_appcontext
def init() -> None:
    """Créer ou mettre à niveau la base, charger les données de référence (répétable)."""
    ctx = command_context()
    ctx.settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        schema.upgrade()
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == NOT_ALLOWED and EXTENSION in str(error.orig):
            raise click.ClickException(ASK) from None
        raise
    counts = reference_data.load(ctx)
    click.echo(
        f"Base prête : {counts.communes} communes, {counts.qpvs} QPV, {counts.rights} droits, "
        f"{counts.dates} dates de l’appel à projets, {counts.school_holidays} vacances scolaires."
    )
