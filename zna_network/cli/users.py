"""zna user: accounts from the command line."""

import sys

import click
from flask.cli import with_appcontext

from zna_network.cli.support import command_context, refusals_as_messages
from zna_network.models.account import Role
from zna_network.queries import organisations as organisation_queries
from zna_network.services import accounts


@click.group()
def user() -> None:
    """Les comptes."""


@user.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--organisation", "slug", help="L'organisme (identifiant dans l'adresse de sa fiche)")
@click.option("--name", default="", help="Le nom affiché (par défaut : l'adresse)")
@click.option("--password-stdin", is_flag=True, help="Lire le mot de passe sur l'entrée standard")
@with_appcontext
def create(email: str, role: str, slug: str | None, name: str, password_stdin: bool) -> None:
    """Créer un compte ; sans mot de passe, un lien pour en choisir un part par courriel."""
    ctx = command_context()
    organisation_id = None
    if slug:
        organisation = ctx.session.scalar(organisation_queries.by_slug(slug))
        if organisation is None:
            raise click.ClickException(f"Aucun organisme « {slug} » dans l'annuaire.")
        organisation_id = organisation.id
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with refusals_as_messages():
        created = accounts.create_user(
            ctx,
            accounts.AccountData(
                email=email, name=name, role=Role(role), organisation_id=organisation_id
            ),
            password,
        )
    click.echo(f"Compte créé : {created.email} ({created.role_label}).")
