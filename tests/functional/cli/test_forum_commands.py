"""The door from the command line."""

from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from tests.door import open_door
from zna_network.cli.forum import forum
from zna_network.services import badges
from zna_network.services.context import Context


def _run(app: Flask, *arguments: str) -> Result:
    return CliRunner().invoke(forum, arguments, obj=ScriptInfo(create_app=lambda: app))


def test_a_token_and_the_tickets_of_the_current_forum(app: Flask, ctx: Context) -> None:
    for arguments in (("device-token", "--name", "Porte A"), ("tickets",)):
        none = _run(app, *arguments)
        assert (none.exit_code, none.stdout) == (1, "")
        assert "Aucun forum n'est publié." in none.stderr
    door = open_door(ctx)
    tickets = door.tickets(3)
    door.tickets(1, is_rehearsal=True)
    badges.revoke(ctx, badges.locked(ctx, 2).id)
    token = _run(app, "device-token", "--name", "Porte A").stdout.split()
    assert len(token) == 1
    assert _run(app, "device-token", "--name", " ").exit_code == 1
    assert _run(app, "tickets").stdout.splitlines() == [tickets[0], tickets[2]]
    phone = door.phone()
    phone.token = token[0]
    assert phone.verdict(tickets[0]) == "admitted"
