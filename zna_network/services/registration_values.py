"""What people say of themselves when they register, checked. Only the name is asked for; whatever
is left out stays unknown, and refuses nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from zna_network.config import Settings
from zna_network.models.attendee import AgeBand, Need, VisitReason
from zna_network.models.territory import Commune, Qpv, TargetGroup
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_phone, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.languages import language_of, to_translate
from zna_network.services.links import keyed_hash
from zna_network.services.sensitive_text import refuse_sensitive

LONGEST_NAME, LONGEST_NOTE, MOST_COMPANIONS = 60, 500, 20
ELSEWHERE = "ailleurs"
CONTACTS = "attendee-contact"
NO_NAME = to_translate("Écrivez un prénom ou un surnom. Un nom inventé convient aussi.")
LONG_NAME = to_translate("Ce nom est trop long\u00a0: 60 caractères au plus.")
LONG_NOTE = to_translate("Ce texte est trop long\u00a0: 500 caractères au plus.")
SENSITIVE = to_translate(
    "Retirez de ce texte le numéro de sécurité sociale ou de compte bancaire\u00a0: nous ne devons "
    "pas le garder."
)
BAD_EMAIL = to_translate(
    "Cette adresse e-mail n’est pas valable. Corrigez-la, ou laissez cette case vide."
)
BAD_PHONE = to_translate(
    "Ce numéro de téléphone n’est pas valable. Corrigez-le, ou laissez cette case vide."
)
BAD_COMPANIONS = to_translate("Écrivez un nombre entre 0 et 20.")
BAD_CHOICE = to_translate("Ce choix n’existe pas. Choisissez dans la liste, ou laissez vide.")
Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True)
class RegistrationData:
    """As typed. ``place`` is a commune's INSEE code, « code:id » for one of its QPV, or
    ``ELSEWHERE``; ``reasons`` and ``needs`` are values of ``VisitReason`` and ``Need``."""

    name: str
    email: str = ""
    phone: str = ""
    place: str = ""
    age_band: str = ""
    target_group: str = ""
    reasons: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    companions: int | None = 0
    note: str = ""
    language: str = "fr"


def checked(ctx: Context, data: RegistrationData) -> dict[str, Any]:
    """The columns of an attendee. Raises InvalidError with the field at fault."""
    email = _or_say(BAD_EMAIL, lambda: clean_email(data.email)) if data.email.strip() else ""
    phone = _or_say(BAD_PHONE, lambda: clean_phone(data.phone))
    companions = data.companions or 0
    if not 0 <= companions <= MOST_COMPANIONS:
        raise InvalidError(BAD_COMPANIONS, field="companions")
    for field, typed in (("name", data.name), ("note", data.note)):
        _or_say(SENSITIVE, partial(refuse_sensitive, typed, field=field))
    return {
        "name": _name(data.name),
        "email": email,
        "phone": phone,
        "contact_key": contact_key(ctx.settings, email or phone),
        "note": _or_say(LONG_NOTE, lambda: clean_text(data.note, field="note", limit=LONGEST_NOTE)),
        **home_columns(ctx, data.place),
        "age_band": member_of(AgeBand, data.age_band, "age_band"),
        "target_group": member_of(TargetGroup, data.target_group, "target_group"),
        "reasons": _members(VisitReason, data.reasons, "reasons"),
        "needs": _members(Need, data.needs, "needs"),
        "companions": companions,
        "language": language_of(data.language).code,
    }


def contact_key(settings: Settings, contact: str) -> str:
    """What an e-mail address or a telephone number, cleaned, is found by; empty for none."""
    return keyed_hash(settings, CONTACTS, contact) if contact else ""


def place_of(insee: str | None, qpv_id: int | None, is_from_elsewhere: bool) -> str:
    """The value of ``place`` for what is stored."""
    if is_from_elsewhere:
        return ELSEWHERE
    return f"{insee}:{qpv_id}" if insee and qpv_id else insee or ""


def _name(typed: str) -> str:
    name = " ".join("".join(c for c in typed if c.isprintable() or c.isspace()).split())
    if not name:
        raise InvalidError(NO_NAME, field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidError(LONG_NAME, field="name")
    return name


def home_columns(ctx: Context, place: str) -> dict[str, Any]:
    insee, _, qpv_id = place.partition(":")
    home: dict[str, Any] = {"commune_insee": None, "qpv_id": None, "is_from_elsewhere": False}
    if place == ELSEWHERE:
        return {**home, "is_from_elsewhere": True}
    if not place:
        return home
    commune = ctx.session.get(Commune, insee) if len(insee) == 5 else None
    if commune is None:
        raise InvalidError(BAD_CHOICE, field="place")
    if not qpv_id:
        return {**home, "commune_insee": commune.insee}
    is_number = qpv_id.isascii() and qpv_id.isdecimal() and len(qpv_id) < 9
    qpv = ctx.session.get(Qpv, int(qpv_id)) if is_number else None
    if qpv is None or commune not in qpv.communes:
        raise InvalidError(BAD_CHOICE, field="place")
    return {**home, "commune_insee": commune.insee, "qpv_id": qpv.id}


def member_of(kind: type[Member], value: str, field: str) -> Member | None:
    try:
        return kind(value) if value else None
    except ValueError:
        raise InvalidError(BAD_CHOICE, field=field) from None


def _members(kind: type[Member], values: Iterable[str], field: str) -> list[str]:
    """In the order of the list, each once."""
    chosen = {member_of(kind, value, field) for value in values}
    return [member.value for member in kind if member in chosen]


def _or_say(message: str, clean: Any) -> str:
    """A refusal in the words made for the public, which are in the catalogues."""
    try:
        return str(clean())
    except InvalidError as error:
        raise InvalidError(message, field=error.field) from None
