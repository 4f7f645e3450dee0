"""From JSON to what the use cases take; each refusal names the field at fault."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from zna_network.models.attendee import AgeBand
from zna_network.models.door import Verdict
from zna_network.models.territory import TargetGroup
from zna_network.services.door_referrals import SealedSending
from zna_network.services.errors import InvalidError
from zna_network.services.head_counts import CountData
from zna_network.services.scan_data import ELSEWHERE, ScanData, WalkIn
from zna_network.services.stand_seal import LONGEST as LONGEST_SEALED

LONGEST_TICKET = 5000  # a QR code holds 4,296 letters at most
LONGEST_CODE = 40
LONGEST_INSTANT = 40
MOST_COMPANIONS = 20
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}", re.ASCII)
Values = Mapping[str, Any]
E = TypeVar("E", bound=StrEnum)


def scan(values: object) -> ScanData:
    """``ticket``, or ``badge_number`` for a badge that was chosen in a list."""
    values = mapping(values, "scans")
    scan_id = uuid(values, "scan_id")
    number = (
        integer(values, "badge_number", 1, 1_000_000_000)
        if _given(values, "badge_number")
        else None
    )
    has_ticket = number is None or _given(values, "ticket")
    return ScanData(
        scan_id=scan_id,
        ticket=text(values, "ticket", LONGEST_TICKET) if has_ticket else None,
        badge_number=None if has_ticket else number,
        scanned_at=instant(values, "scanned_at"),
        point=text(values, "point", LONGEST_CODE) if _given(values, "point") else None,
        sent_at=instant(values, "sent_at") if _given(values, "sent_at") else None,
        decided=member(values, "decided", Verdict),
        walk_in=_walk_in(values["walk_in"]) if _given(values, "walk_in") else None,
    )


def sealed_referral(values: Values) -> SealedSending:
    client_id = uuid(values, "client_id")
    made_at = text(values, "made_at", LONGEST_INSTANT)
    point = text(values, "point", LONGEST_CODE)
    return SealedSending(
        client_id=client_id.lower(),
        made_at=instant(values, "made_at"),
        point=point,
        bound_to=f"{client_id}\n{made_at}\n{point}",
        sealed=text(values, "sealed", LONGEST_SEALED),
        sent_at=instant(values, "sent_at") if _given(values, "sent_at") else None,
    )


def head_count(values: Values) -> CountData:
    return CountData(
        count_id=uuid(values, "count_id"),
        people=integer(values, "people", -500, 500),
        counted_at=instant(values, "counted_at"),
        point=text(values, "point", LONGEST_CODE) if _given(values, "point") else None,
        sent_at=instant(values, "sent_at") if _given(values, "sent_at") else None,
    )


def _walk_in(values: object) -> WalkIn:
    values = mapping(values, "walk_in")
    commune = text(values, "commune", 5) if _given(values, "commune") else None
    if commune is not None and commune != ELSEWHERE and not _INSEE.fullmatch(commune):
        raise InvalidError(f"Un code INSEE, ou « {ELSEWHERE} ».", field="walk_in.commune")
    has_companions = _given(values, "companions")
    try:
        return WalkIn(
            commune=commune,
            age_band=member(values, "age_band", AgeBand),
            target_group=member(values, "target_group", TargetGroup),
            companions=integer(values, "companions", 0, MOST_COMPANIONS) if has_companions else 0,
        )
    except InvalidError as error:
        raise InvalidError(error.message, field=f"walk_in.{error.field}") from None


def mapping(value: object, field: str | None) -> Values:
    if not isinstance(value, dict):
        raise InvalidError("Un objet JSON est attendu.", field=field)
    return value


def _given(values: Values, name: str) -> bool:
    return values.get(name) is not None


def uuid(values: Values, name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise InvalidError("Un UUID est attendu.", field=name)
    return value


def text(values: Values, name: str, longest: int) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise InvalidError(f"Un texte de 1 à {longest} caractères est attendu.", field=name)
    if not _is_unicode(value):
        raise InvalidError("Ce texte contient des caractères impossibles.", field=name)
    return value


def _is_unicode(value: str) -> bool:
    """JSON can spell half a surrogate pair, and a NUL, which no database keeps."""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def instant(values: Values, name: str) -> datetime:
    value = values.get(name)
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper().replace(" ", "T")).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise InvalidError(
        "Une date et heure RFC 3339 avec son fuseau est attendue, "
        "par exemple 2026-12-10T09:30:00+01:00.",
        field=name,
    )


def integer(values: Values, name: str, least: int, most: int) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidError(f"Un entier de {least} à {most} est attendu.", field=name)
    return value


def member(values: Values, name: str, kind: type[E]) -> E | None:
    value = values.get(name)
    if value is None:
        return None
    try:
        return kind(value) if isinstance(value, str) else _refuse()
    except ValueError:
        accepted = ", ".join(kind)
        raise InvalidError(f"L’une de ces valeurs est attendue : {accepted}.", field=name) from None


def _refuse() -> Any:
    raise ValueError
