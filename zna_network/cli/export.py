"""zna export: what leaves for the national evaluation."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context, refusals_as_messages, write_out
from zna_network.services.context import Context
from zna_network.services.referrals.bilan import BilanPeriod
from zna_network.services.referrals.evaluation_export import (
    EvaluationFormat,
    LeftOut,
    dry_run,
    export_evaluation,
)

_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.group()
def export() -> None:
    """Ce qui part du réseau."""


@export.command()
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="Le fichier à écrire, .csv ou .xlsx (par défaut : du CSV sur la sortie standard)",
)  # fmt: skip
@click.option("--dry-run", "is_dry", is_flag=True, help="Montrer ce qui partirait, ne rien écrire")
@click.option("--since", type=_DAY, help="Orientations faites depuis ce jour")
@click.option("--until", type=_DAY, help="Orientations faites jusqu'à ce jour compris")
@with_appcontext
def dgcs(output: Path | None, is_dry: bool, since: datetime | None, until: datetime | None) -> None:
    """L'évaluation nationale (DGCS) : seules partent les personnes qui l'ont accepté."""
    ctx = command_context()
    with refusals_as_messages():
        period = BilanPeriod(since.date() if since else None, until.date() if until else None)
        if is_dry:
            _show(ctx, period)
            return
        is_workbook = output is not None and output.suffix.lower() == ".xlsx"
        wanted = EvaluationFormat.XLSX if is_workbook else EvaluationFormat.CSV
        made = export_evaluation(ctx, wanted, period)
    told = f"Lignes écrites dans {output} : {made.log.rows} (SHA-256 {made.log.fingerprint})."
    write_out(made.content, output, told)


def _show(ctx: Context, period: BilanPeriod) -> None:
    found = dry_run(ctx, period, shown=0)
    click.echo(
        f"Lignes qui partiraient : {found.rows} ; personnes : {found.people} ; "
        f"colonnes : version {found.mapping.version}."
    )
    if found.left_out:
        click.echo("Personnes qui resteraient, et pourquoi :")
    for left in found.left_out:
        click.echo(f"  {_told(left)}")
    if not found.left_out:
        click.echo("Personne n'est laissé de côté.")


def _told(left: LeftOut) -> str:
    return f"{left.label} : {left.people} (orientations : {left.referrals})"
