"""The settings stop on what is wrong, and say which."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from zna_network.config import ConfigurationError, load_settings

STRONG = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "BASE_URL", "DATABASE_URL", "DATA_DIR", "MAIL_URL"):
        monkeypatch.delenv(f"ZNA_{name}", raising=False)


def test_a_local_site_needs_no_setting(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'zna.sqlite3'}"
    assert not settings.is_public
    kept = tmp_path / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    again = load_settings(data_dir=tmp_path)
    assert again.secret_key == settings.secret_key


def test_a_public_site_refuses_to_start_without_a_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="ZNA_SECRET_KEY est obligatoire"):
        load_settings(data_dir=tmp_path, base_url="https://znr.exemple.example")
    assert list(tmp_path.iterdir()) == []


def test_the_keys_of_the_columns_come_before_the_one_that_the_secret_gives(tmp_path: Path) -> None:
    first, second = Fernet.generate_key(), Fernet.generate_key()
    derived = load_settings(data_dir=tmp_path, secret_key=STRONG).data_keyring
    ring = load_settings(
        data_dir=tmp_path, secret_key=STRONG, data_keys=f"{first.decode()} , {second.decode()},"
    ).data_keyring
    assert ring == [first, second, *derived]
    for wrong in ("court", f"{first.decode()},{'a' * 44}é", "a" * 64):
        with pytest.raises(ConfigurationError, match="ZNA_DATA_KEYS : des clés Fernet"):
            load_settings(data_dir=tmp_path, secret_key=STRONG, data_keys=wrong)


@pytest.mark.parametrize("secret", ["court", "a" * 64, "ab" * 30])
def test_a_weak_secret_is_refused(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ConfigurationError, match="trop faible"):
        load_settings(data_dir=tmp_path, secret_key=secret)


def test_the_secret_never_shows(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, secret_key=STRONG)
    assert STRONG not in repr(settings)
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(data_dir=tmp_path, secret_key=STRONG, base_url="nulle part")
    assert STRONG not in str(refusal.value)


def test_keys_for_two_purposes_differ(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, secret_key=STRONG)
    assert settings.derived_key("one") == settings.derived_key("one")
    assert settings.derived_key("one") != settings.derived_key("two")


def test_the_letterhead_is_words_to_print(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, organiser_address="  1 rue\n d’Exemple |  Arras ")
    assert settings.organiser_name == "Communauté urbaine d’Arras"
    assert settings.organiser_address == "1 rue d’Exemple | Arras"
    for wrong, words in (
        ({"organiser_name": " "}, "ZNA_ORGANISER_NAME : un nom est attendu"),
        ({"signatory_name": "\x00"}, "ZNA_SIGNATORY_NAME : 300 caractères imprimables"),
        ({"organiser_phone": "0" * 301}, "ZNA_ORGANISER_PHONE : 300 caractères imprimables"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            load_settings(data_dir=tmp_path, **wrong)


@pytest.mark.parametrize("url", ["postgres://u@h/db", "postgresql://u@h/db"])
def test_postgresql_addresses_name_the_driver(tmp_path: Path, url: str) -> None:
    settings = load_settings(data_dir=tmp_path, database_url=url)
    assert settings.database_url == "postgresql+psycopg://u@h/db"


@pytest.mark.parametrize("url", ["", "znr.exemple.example", "ftp://znr.exemple.example"])
def test_a_base_url_is_complete(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="ZNA_BASE_URL"):
        load_settings(data_dir=tmp_path, base_url=url)
