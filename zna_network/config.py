"""The settings: the only reader of the environment, typed, and stopping on a wrong value."""

import base64
import os
import secrets
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
MINIMUM_SECRET_LENGTH = 32
MINIMUM_DISTINCT_CHARACTERS = 10
LONGEST_LETTERHEAD_LINE = 300
DATA_KEY_LENGTH = 32


class NotReadyError(Exception):
    """The site is not to be opened as it is; the message, in French, says what to do."""


class ConfigurationError(Exception):
    """A setting is missing or wrong; the message says which, in French."""


class Settings(BaseSettings):
    """Environment variables prefixed with ``ZNA_``; the README's table describes each."""

    model_config = SettingsConfigDict(env_prefix="ZNA_", extra="ignore")

    data_dir: Path = CHECKOUT / "var"
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    base_url: str = "http://127.0.0.1:8000"
    mail_url: SecretStr = SecretStr("")
    mail_from: str = "Réseau ZNR <reunions@zna.example>"
    imap_url: SecretStr = SecretStr("")
    mail_authserv_id: str = ""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    redis_url: SecretStr = SecretStr("")
    upload_limit_mb: int = Field(default=10, ge=1, le=100)
    data_keys: SecretStr = SecretStr("")
    forum_retention_days: int = Field(default=90, ge=1, le=3650)
    people_retention_days: int = Field(default=730, ge=30, le=3650)
    referral_reminder_days: int = Field(default=10, ge=1, le=365)
    referral_escalation_days: int = Field(default=20, ge=1, le=365)
    referral_expiry_days: int = Field(default=30, ge=1, le=365)
    organiser_name: str = "Communauté urbaine d’Arras"
    organiser_service: str = "Service Cohésion sociale"
    organiser_address: str = ""
    organiser_city: str = "Arras"
    organiser_phone: str = ""
    signatory_name: str = ""
    signatory_function: str = ""

    @field_validator("base_url")
    @classmethod
    def _absolute_base_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(
                "une adresse complète est attendue, par exemple https://znr.example.fr"
            )
        return value.rstrip("/")

    @field_validator("data_keys")
    @classmethod
    def _usable_keys(cls, value: SecretStr) -> SecretStr:
        if not all(_is_fernet_key(key) for key in _split_keys(value.get_secret_value())):
            raise ValueError(
                "des clés Fernet sont attendues, séparées par des virgules (« zna keys new » en "
                "donne une)"
            )
        return value

    @field_validator("mail_from")
    @classmethod
    def _usable_sender(cls, value: str) -> str:
        if "@" not in parseaddr(value)[1]:
            raise ValueError("une adresse est attendue, par exemple Réseau ZNR <reunions@…>")
        return value

    @field_validator(
        "organiser_name",
        "organiser_service",
        "organiser_address",
        "organiser_city",
        "organiser_phone",
        "signatory_name",
        "signatory_function",
    )
    @classmethod
    def _printable_words(cls, value: str, info: ValidationInfo) -> str:
        """What the letterhead and the letters print: clean words, their spaces folded."""
        words = " ".join(value.split())
        if not words.isprintable() or len(words) > LONGEST_LETTERHEAD_LINE:
            raise ValueError(f"{LONGEST_LETTERHEAD_LINE} caractères imprimables au plus")
        if not words and info.field_name == "organiser_name":
            raise ValueError("un nom est attendu, par exemple Communauté urbaine d’Arras")
        return words

    @model_validator(mode="after")
    def _settled(self) -> "Settings":
        if not self.database_url:
            self.database_url = f"sqlite:///{(self.data_dir / 'zna.sqlite3').resolve()}"
        self.database_url = _with_driver(self.database_url)
        self.secret_key = SecretStr(_settled_secret(self))
        return self

    @property
    def is_public(self) -> bool:
        """Whether people reach this site from elsewhere; the strict rules then apply."""
        return urlsplit(self.base_url).hostname not in LOOPBACK_HOSTS

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    def derived_key(self, purpose: str) -> bytes:
        """32 bytes for one purpose, so that no key serves twice (HKDF, RFC 5869)."""
        return _derived(self.secret_key.get_secret_value().encode(), purpose.encode())

    @property
    def data_keyring(self) -> list[bytes]:
        """The keys of the encrypted columns, as Fernet takes them: the first encrypts, each
        decrypts. Without ``ZNA_DATA_KEYS`` there is one, derived from the secret; with it, that
        one comes last, and serves until « zna keys rotate » has been run."""
        given = [key.encode() for key in _split_keys(self.data_keys.get_secret_value())]
        derived = base64.urlsafe_b64encode(self.derived_key("columns"))
        return [*given, derived]

    @property
    def keeps_mail_in_files(self) -> bool:
        return not self.mail_url.get_secret_value()

    @property
    def mail_folder(self) -> Path:
        return self.data_dir / "courriels"

    @property
    def sender_address(self) -> str:
        """The address of ``mail_from`` alone, as answers come back to it."""
        return parseaddr(self.mail_from)[1]

    @property
    def received_mail_folder(self) -> Path:
        """The maildir that is read where no ``imap_url`` is set."""
        return self.data_dir / "courriels-recus"


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: bytes) -> bytes:
    """Asked for at each link, hundreds of times in a request that convenes a large meeting."""
    return HKDF(hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _split_keys(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",") if key.strip()]


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key.encode("ascii"))) == DATA_KEY_LENGTH
    except ValueError:
        return False


def _with_driver(url: str) -> str:
    """Both spellings that PostgreSQL's own tools accept, with the driver named."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _settled_secret(settings: Settings) -> str:
    given = settings.secret_key.get_secret_value()
    if given:
        if len(given) < MINIMUM_SECRET_LENGTH or len(set(given)) < MINIMUM_DISTINCT_CHARACTERS:
            raise ValueError(
                f"ZNA_SECRET_KEY est trop faible : {MINIMUM_SECRET_LENGTH} caractères au hasard "
                "au moins (par exemple le résultat de : openssl rand -hex 32)"
            )
        return given
    if settings.is_public:
        raise ValueError(
            "ZNA_SECRET_KEY est obligatoire dès que ZNA_BASE_URL n'est plus l'adresse locale"
        )
    return _kept_secret(settings.data_dir / "secret_key")


def _kept_secret(path: Path) -> str:
    """A local site makes its own secret once, so that no setting is needed to try it.

    Written under another name then linked, so that two processes that start at once agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def load_settings(**overrides: object) -> Settings:
    """The settings of the environment. Raises ConfigurationError with one line per mistake."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            f"{_variable(item['loc'])}{item['msg'].removeprefix('Value error, ')}"
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigurationError("\n".join(lines)) from None


def _variable(location: tuple[int | str, ...]) -> str:
    return f"ZNA_{str(location[0]).upper()} : " if location else ""
