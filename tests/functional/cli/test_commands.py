"""The ``zna`` commands. Those that begin the life of a site run in processes, as they are used."""

import sqlite3
from importlib import import_module
from pathlib import Path

import click
import pytest

from tests.functional.cli.conftest import Command
from tests.postgres import Server
from zna_network.cli import BASE, COMMANDS, SITE
from zna_network.config import ConfigurationError

NOBODY = "imap://u:p@127.0.0.1:1"  # nothing listens there
PASSWORD = "Une phrase de passe pour 2026 !"


def test_the_help_says_what_each_command_says_of_itself(process: Command) -> None:
    """It is printed without loading them."""
    shown = " ".join(process("--help").stdout.split())
    for name, entry in COMMANDS.items():
        module, _, attribute = entry.where.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        assert command.name == name
        assert (command.help or "").splitlines()[0] == entry.summary
        assert f" {name} {entry.summary}" in shown
        assert entry.application in {BASE, SITE}
    unknown = process("serf")
    assert unknown.returncode == 2
    assert "serf" in unknown.stderr


def test_the_doctor_says_what_to_do_without_a_database(run: Command) -> None:
    done = run("doctor")
    assert done.returncode == 1
    assert "zna init" in done.stdout


def test_wrong_settings_are_one_clear_line_each(run: Command, process: Command) -> None:
    for wrong in (
        {"ZNA_SECRET_KEY": "court"},
        {"ZNA_MAIL_URL": "gopher://x"},
        {"ZNA_IMAP_URL": "imap://x"},
    ):
        with pytest.raises(ConfigurationError) as refusal:
            run("doctor", **wrong)
        assert next(iter(wrong)) in str(refusal.value)
    several = {"ZNA_BASE_URL": "nulle part", "ZNA_MAIL_FROM": "personne"}
    for command in ("doctor", "serve"):
        done = process(command, **several)
        assert done.returncode == 1
        assert [name for name in several if name not in done.stderr] == []
        assert "Traceback" not in done.stderr


def test_a_site_is_made_and_made_again_with_its_accounts_and_its_demonstration(
    run: Command, process: Command, tmp_path: Path
) -> None:
    for zna in (process, run):
        done = zna("init")
        assert done.returncode == 0, done.stderr
        assert "46 communes, 6 QPV, 20 droits" in done.stdout
    assert (tmp_path / "zna.sqlite3").exists()
    assert process("doctor").returncode == 0
    assert "✗ Réponses par courriel : Le serveur" in run("doctor", ZNA_IMAP_URL=NOBODY).stdout
    _nothing_starts_without_its_guards(run, process, tmp_path / "zna.sqlite3")
    _accounts_are_created_once(run, process)
    _demonstration_can_be_repeated(run)


def _nothing_starts_without_its_guards(run: Command, process: Command, base: Path) -> None:
    with sqlite3.connect(base) as connection:
        connection.execute("DROP TRIGGER guard_vehicle_overlap_update")
    connection.close()
    for command in (("serve", "--port", "0"), ("worker", "--once")):
        done = process(*command)
        assert done.returncode != 0
        assert "garde-fous (guard_vehicle_overlap_update) : lancez « zna init »" in done.stderr
        assert "Traceback" not in done.stderr
    assert "✗ Garde-fous" in run("doctor").stdout
    assert run("init").returncode == 0
    assert "✓ Garde-fous" in run("doctor").stdout


def _accounts_are_created_once(run: Command, process: Command) -> None:
    command = ("user", "create", "agent@cua.example", "--role", "agent", "--password-stdin")
    assert process(*command, stdin=PASSWORD + "\n").returncode == 0
    again = run(*command, stdin=PASSWORD + "\n")
    assert again.returncode == 1
    assert "Un compte existe déjà" in again.stderr
    other = ("user", "create", "b@cua.example", "--role", "agent", "--password-stdin")
    weak = run(*other, stdin="x\n")
    assert weak.returncode == 1
    assert "12 caractères" in weak.stderr


def _demonstration_can_be_repeated(run: Command) -> None:
    public = {"ZNA_BASE_URL": "https://znr.example", "ZNA_SECRET_KEY": "0123456789abcdef" * 4}
    done = run("demo-data", **public)
    assert done.returncode == 1
    assert "refusé sur un site public" in done.stderr
    first = run("demo-data")
    assert first.returncode == 0, first.stderr
    second = run("demo-data")
    assert second.stdout == first.stdout
    assert "260 inscriptions" in run("demo-data", "--attendees", "260").stdout
    _what_is_due_is_erased(run)


def _what_is_due_is_erased(run: Command) -> None:
    """The demonstration has last year's forum: its visitors are no longer anybody."""
    due = run("retention", "run", "--dry-run").stdout
    assert "plus de 90 jours" in due
    assert run("retention", "run").stdout == due.replace("à effacer", "effacés")
    assert ": 0 effacés" in run("retention", "run").stdout
    with pytest.raises(ConfigurationError, match="ZNA_FORUM_RETENTION_DAYS"):
        run("doctor", ZNA_FORUM_RETENTION_DAYS="jamais")
    assert "laureat1@laureats.example" in run("demo-data", "--accounts").stdout
    _the_key_is_changed(run)


def _the_key_is_changed(run: Command) -> None:
    key = run("keys", "new").stdout.strip()
    assert "clé changée : lancez" in run("doctor", ZNA_DATA_KEYS=key).stdout
    assert "peuvent être retirées" in run("keys", "rotate", ZNA_DATA_KEYS=key).stdout
    assert "clé en vigueur" in run("doctor", ZNA_DATA_KEYS=key).stdout
    lost = run("keys", "rotate")
    assert (lost.returncode, "remettez leur clé" in lost.stderr) == (1, True)
    assert "remettez l’ancienne clé" in run("doctor").stdout


def test_the_extension_is_asked_for_where_the_account_may_not_install_it(
    run: Command, postgres_server: Server
) -> None:
    url = postgres_server.create_database("zna_poor")
    with postgres_server.connect("zna_poor") as connection:
        connection.execute("CREATE ROLE poor LOGIN")
        connection.execute("GRANT ALL ON SCHEMA public TO poor")
    theirs = {"ZNA_DATABASE_URL": url.replace("//zna@", "//poor@")}
    refused = run("init", **theirs)
    assert refused.returncode == 1
    assert "CREATE EXTENSION btree_gist;" in refused.stderr
    with postgres_server.connect("zna_poor") as connection:
        connection.execute("CREATE EXTENSION btree_gist")
    assert "Base prête" in run("init", **theirs).stdout
