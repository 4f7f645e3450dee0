"""zna directory: the directory from and to files."""

from collections import Counter
from pathlib import Path

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context, refusals_as_messages, write_out
from zna_network.models.directory_work import ImportBatch, LineStatus
from zna_network.queries import imports as queries
from zna_network.services.context import Context
from zna_network.services.directory_export.exporting import (
    ExportData,
    ExportFormat,
    export_directory,
)
from zna_network.services.directory_import import batches

REASONS_SHOWN = 50


@click.group()
def directory() -> None:
    """L'annuaire des partenaires."""


@directory.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Montrer ce qui changerait, ne rien écrire")
@click.option("--skip-rejected", is_flag=True, help="Laisser de côté les lignes rejetées")
@with_appcontext
def import_file(file: Path, dry_run: bool, skip_rejected: bool) -> None:
    """Importer FILE (CSV, XLSX ou data·inclusion JSON) : tout, ou rien.

    Une ligne rejetée arrête tout, sauf avec --skip-rejected. Une ligne qui ressemble à une fiche
    existante sans être sûrement la même crée une fiche : l'aperçu de la page d'import permet d'en
    décider autrement."""
    ctx = command_context()
    with refusals_as_messages():
        batch = batches.prepare(ctx, file.name, file.read_bytes())
        click.echo(f"{file.name} : {batch.remark}.")
        _show(ctx, batch)
        rejected = batch.summary[LineStatus.REJECTED]
        if dry_run:
            batches.drop_batch(ctx, batch.id)
            return
        if not batch.summary[LineStatus.CREATED] and not batch.summary[LineStatus.CHANGED]:
            batches.drop_batch(ctx, batch.id)
            _refuse_rejected(0 if skip_rejected else rejected)
            click.echo("Rien à changer : l'annuaire dit déjà tout cela.")
            return
        if rejected and not skip_rejected:
            batches.drop_batch(ctx, batch.id)
            _refuse_rejected(rejected)
        batches.apply_batch(ctx, batch.id, batch.plan_digest, leave_rejected=skip_rejected)
    click.echo(
        f"Importé : {batch.summary['organisations_created']} organismes créés, "
        f"{batch.summary['organisations_updated']} modifiés."
    )


def _refuse_rejected(rejected: int) -> None:
    if rejected:
        raise click.ClickException(
            f"Lignes rejetées : {rejected}. Rien n'a été importé. Corrigez le fichier, ou ajoutez "
            "--skip-rejected pour les laisser de côté."
        )


def _show(ctx: Context, batch: ImportBatch) -> None:
    if batch.ignored:
        click.echo(f"Colonnes ignorées : {', '.join(batch.ignored)}.")
    counts = ", ".join(f"{batch.summary[status]} {status.plural.lower()}" for status in LineStatus)
    click.echo(f"Lignes : {counts}.")
    seen: Counter[str] = Counter()
    for line in ctx.session.scalars(queries.lines(batch.id)):
        if line.status is LineStatus.REJECTED:
            seen["rejected"] += 1
            if seen["rejected"] <= REASONS_SHOWN:
                click.echo(
                    f"  ligne {line.number} : {line.title} — {' ; '.join(line.reasons)}", err=True
                )
        if line.suggestions and line.status is LineStatus.CREATED:
            seen["alike"] += 1
    if seen["rejected"] > REASONS_SHOWN:
        click.echo(f"  … et {seen['rejected'] - REASONS_SHOWN} autres.", err=True)
    if seen["alike"]:
        click.echo(
            f"Lignes qui ressemblent à une autre fiche : {seen['alike']}. Comparez-les ensuite sur "
            "la page « Doublons »."
        )


@directory.command("export")
@click.option(
    "--format", "format_name", required=True, type=click.Choice([f.value for f in ExportFormat])
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="Le fichier à écrire (par défaut : la sortie standard)",
)  # fmt: skip
@click.option("--with-contacts", is_flag=True, help="Avec les contacts personnels")
@with_appcontext
def export(format_name: str, output: Path | None, with_contacts: bool) -> None:
    """Exporter l'annuaire ; sans les contacts personnels, sauf demande."""
    ctx = command_context()
    with refusals_as_messages():
        data = ExportData(ExportFormat(format_name), with_contacts=with_contacts)
        made = export_directory(ctx, data)
    for warning in made.warnings:
        click.echo(f"Attention : {warning}", err=True)
    told = f"{made.count} organismes écrits dans {output}."
    write_out(made.content, output, told)
