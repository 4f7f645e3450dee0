"""The ``zna`` commands, each in a process of its own, as they are used."""

from pathlib import Path

from tests.functional.cli.conftest import Command

PASSWORD = "Une phrase de passe pour 2026 !"


def test_the_doctor_says_what_to_do_without_a_database(run: Command) -> None:
    done = run("doctor")
    assert done.returncode == 1
    assert "zna init" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_wrong_settings_are_one_clear_line_each(run: Command) -> None:
    for wrong in (
        {"ZNA_SECRET_KEY": "court"},
        {"ZNA_BASE_URL": "nulle part", "ZNA_MAIL_FROM": "personne"},
        {"ZNA_MAIL_URL": "gopher://x"},
    ):
        done = run("doctor", **wrong)
        assert done.returncode != 0
        assert [name for name in wrong if name not in done.stderr] == []
        assert "Traceback" not in done.stderr


def test_a_site_is_made_and_made_again_with_its_accounts_and_its_demonstration(
    run: Command, tmp_path: Path
) -> None:
    for _ in range(2):
        done = run("init")
        assert done.returncode == 0, done.stderr
        assert "46 communes, 6 QPV, 20 droits" in done.stdout
    assert (tmp_path / "zna.sqlite3").exists()
    assert run("doctor").returncode == 0
    _accounts_are_created_once(run)
    _demonstration_can_be_repeated(run)


def _accounts_are_created_once(run: Command) -> None:
    command = ("user", "create", "agent@cua.example", "--role", "agent", "--password-stdin")
    assert run(*command, stdin=PASSWORD + "\n").returncode == 0
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
    assert run("doctor", ZNA_FORUM_RETENTION_DAYS="jamais").returncode != 0
    assert "laureat1@laureats.example" in run("demo-data", "--accounts").stdout
