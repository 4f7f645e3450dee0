"""What a phone sends from its queue: a JSON part, and photos beside it. Anything may arrive: what
is not of the expected kind is refused, and what is wrong in it is told like on the page."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from werkzeug.datastructures import FileStorage

from zna_network.models.handover import Direction
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import from_local
from zna_network.services.van.handover_values import CheckedItem, HandoverData, PhotoData

SPOILT = "Cet envoi n’est pas lisible."
# Below, a difference between the two clocks is the time that the road takes.
_SKEW = timedelta(minutes=2)


def data_of(
    text: str, files: list[FileStorage], direction: Direction, now: datetime
) -> HandoverData:
    """Raises InvalidError."""
    sent = _read(text)
    captions = _list(sent, "captions")
    return HandoverData(
        client_id=_text(sent, "client_id"),
        direction=direction,
        at=_instant(sent, now),
        mileage=_number(sent, "mileage"),
        energy_percent=_number(sent, "energy_percent"),
        checklist=tuple(_item(item) for item in _list(sent, "checklist")),
        remarks=_text(sent, "remarks"),
        giver=_text(sent, "giver"),
        receiver=_text(sent, "receiver"),
        giver_signature=_text(sent, "giver_signature"),
        receiver_signature=_text(sent, "receiver_signature"),
        photos=tuple(
            PhotoData(file.read(), _whole(str(captions[n])) if n < len(captions) else "")
            for n, file in enumerate(files)
        ),
        driver_id=_number(sent, "driver_id") if direction is Direction.OUT else None,
        is_sure=sent.get("is_sure") is True,
    )


def _read(text: str) -> dict[str, Any]:
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidError(SPOILT) from None
    if not isinstance(sent, dict):
        raise InvalidError(SPOILT)
    return sent


def _instant(sent: dict[str, Any], now: datetime) -> datetime:
    """The one that was typed, or the phone's own, put right when its clock is not: the phone says
    too what time it has as it sends."""
    if sent.get("hour"):
        return _typed(_text(sent, "day"), _text(sent, "hour"))
    at, sent_at = _iso(_text(sent, "at")), _iso(_text(sent, "sent_at"))
    skew = now - sent_at
    try:
        return at + skew if abs(skew) > _SKEW else min(at, now)
    except OverflowError:
        raise InvalidError(SPOILT) from None


def _typed(day: str, hour: str) -> datetime:
    try:
        return from_local(date.fromisoformat(day), time.fromisoformat(hour), field="hour")
    except ValueError:
        raise InvalidError("Relisez le jour et l’heure.", field="hour") from None


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidError(SPOILT) from None


def _item(item: object) -> CheckedItem:
    if not isinstance(item, dict):
        raise InvalidError(SPOILT)
    is_fine = item.get("is_fine")
    answer = is_fine if isinstance(is_fine, bool) else None
    return CheckedItem(_text(item, "label"), answer, _text(item, "remark"))


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidError(SPOILT)
    return _whole(value or "")


def _whole(text: str) -> str:
    """JSON may hold half of an emoji that was cut in two, which nothing can write."""
    return text.encode("utf-8", "replace").decode()


def _number(sent: dict[str, Any], name: str) -> int | None:
    value = sent.get(name)
    if value is None:
        return None
    if type(value) is not int or abs(value) > 10**9:
        raise InvalidError("Écrivez un nombre en chiffres.", field=name)
    return value


def _list(sent: dict[str, Any], name: str) -> list[Any]:
    value = sent.get(name)
    if value is not None and not isinstance(value, list):
        raise InvalidError(SPOILT)
    return value or []
