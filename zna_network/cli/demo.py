"""zna demo-data: a site that has lived."""

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context, refusals_as_messages
from zna_network.services import demo_data
from zna_network.services.demo.accounts import ACCOUNTS, PASSWORD
from zna_network.services.french_time import short_time


@click.command("demo-data")
@click.option("--accounts", is_flag=True, help="Rappeler seulement les comptes")
@click.option(
    "--attendees",
    type=click.IntRange(0, 20_000),
    help="Amener le forum du jour à ce nombre d’inscriptions (jamais en retirer)",
)
@with_appcontext
def demo_data_command(accounts: bool, attendees: int | None) -> None:
    """Données de démonstration : vrai territoire, personnes inventées (répétable)."""
    if accounts:
        for account in ACCOUNTS:
            click.echo(f"  {account.email:<28} {account.role.label}")
        click.echo(f"  mot de passe de tous : {PASSWORD}")
        return
    with refusals_as_messages():
        summary = demo_data.build(command_context(), attendees)
    click.echo(
        f"Démonstration : {summary.organisations} organismes, {summary.committees} instances, "
        f"{summary.meetings} réunions."
    )
    today = summary.forum
    click.echo(
        f"Forum du jour : ouvert de {short_time(today.forum.opens_at)} à "
        f"{short_time(today.forum.closes_at)}, {today.stands} stands, {today.sessions} séances, "
        f"{today.attendees} inscriptions, {today.entered} badges entrés."
    )
    story = summary.referrals
    click.echo(
        f"Orientations : {story.people} dossiers, {story.referrals} orientations, {story.opened} "
        "droits ouverts ; personnes et classes du baromètre inventées."
    )
    trips = summary.van
    click.echo(
        f"CUA Mobile : {trips.trips} sorties, {trips.to_come} accordées à venir, "
        f"{trips.to_decide} à décider."
    )
    year = summary.governance
    click.echo(
        f"Gouvernance : {year.grants} conventions, {year.steps} étapes de rétroplanning, "
        f"{year.polls} sondage de dates."
    )
