"""What a handover is made of, as it is typed or sent by a phone, checked as one: all that is wrong,
at once, before anything is written."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from zna_network.models.handover import Direction
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.errors import InvalidError
from zna_network.services.organisation_values import Checks
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.van import signatures

HIGHEST_MILEAGE = 2_000_000
MOST_ITEMS = 60
LONGEST_REMARK, LONGEST_TEXT = 300, 2000
# A phone's clock is not exactly the server's.
CLOCK_SLACK = timedelta(minutes=5)
MILEAGE_WANTED = "Écrivez le kilométrage lu au compteur, en chiffres."
ENERGY_WANTED = "Dites ce qui reste d’énergie, de 0 à 100 %."
GIVER_WANTED = "Écrivez le nom de qui remet le véhicule."
RECEIVER_WANTED = "Écrivez le nom de qui le reçoit."
ANSWER_WANTED = "Dites si c’est en ordre."
REMARK_WANTED = "Dites ce qui ne va pas."


@dataclass(frozen=True)
class CheckedItem:
    """One line of the checklist; ``is_fine`` is none while nobody has looked."""

    label: str
    is_fine: bool | None
    remark: str = ""


@dataclass(frozen=True)
class PhotoData:
    """A file as it was sent, of any kind."""

    content: bytes
    caption: str = ""


@dataclass(frozen=True)
class HandoverData:
    """``client_id`` is made where the form is filled in. ``at`` is the instant of the handover;
    ``driver_id`` who takes the wheel, where it is said at the departure; ``is_sure``: somebody
    read again a mileage that is far from the last. Signatures are strokes (``signatures``)."""

    client_id: str
    direction: Direction
    at: datetime
    mileage: int | None
    energy_percent: int | None
    checklist: tuple[CheckedItem, ...] = ()
    remarks: str = ""
    giver: str = ""
    receiver: str = ""
    giver_signature: str = ""
    receiver_signature: str = ""
    photos: tuple[PhotoData, ...] = ()
    driver_id: int | None = None
    is_sure: bool = False


def cleaned(data: HandoverData, now: datetime) -> HandoverData:
    """The same in the form that is kept. Raises InvalidValuesError with all that is wrong; the
    photos and what depends on the booking are judged by others."""
    checks = Checks()
    clean = replace(
        data,
        client_id=checks.take(lambda: _client_id(data.client_id), ""),
        at=checks.take(lambda: _instant(data.at, now), now),
        checklist=tuple(_item(checks, n, item) for n, item in enumerate(data.checklist)),
        remarks=checks.take(lambda: _text(data.remarks), ""),
        giver=checks.take(lambda: _name(data.giver, "giver", GIVER_WANTED), ""),
        receiver=checks.take(lambda: _name(data.receiver, "receiver", RECEIVER_WANTED), ""),
        giver_signature=checks.take(
            lambda: signatures.cleaned(data.giver_signature, field="giver_signature"), ""
        ),
        receiver_signature=checks.take(
            lambda: signatures.cleaned(data.receiver_signature, field="receiver_signature"), ""
        ),
    )
    _check_mileage(checks, data.mileage)
    _check_energy(checks, data.energy_percent)
    if len(data.checklist) > MOST_ITEMS:
        checks.refuse(f"La liste a plus de {MOST_ITEMS} points.", "checklist")
    checks.finish()
    return clean


def mileage_of(data: HandoverData) -> int:
    """Of a cleaned handover."""
    if data.mileage is None:
        raise InvalidError(MILEAGE_WANTED, field="mileage")
    return data.mileage


def check_range(mileage: int | None) -> int:
    """A mileage that a vehicle can have. Raises InvalidError."""
    if mileage is None or mileage < 0:
        raise InvalidError(MILEAGE_WANTED, field="mileage")
    if mileage > HIGHEST_MILEAGE:
        raise InvalidError(
            "Aucun véhicule n’a ce kilométrage : relisez le compteur, sans les mètres.",
            field="mileage",
        )
    return mileage


def _check_mileage(checks: Checks, mileage: int | None) -> None:
    checks.take(lambda: check_range(mileage), 0)


def _check_energy(checks: Checks, percent: int | None) -> None:
    if percent is None or not 0 <= percent <= 100:
        checks.refuse(ENERGY_WANTED, "energy_percent")


def known_as(client_id: str) -> str:
    """The identifier in the form that is kept; empty for what is none."""
    try:
        return str(UUID(client_id))
    except ValueError:
        return ""


def _client_id(typed: str) -> str:
    client_id = known_as(typed)
    if not client_id:
        raise InvalidError("Cet envoi n’a pas d’identifiant : rechargez la page, puis recommencez.")
    return client_id


def _instant(at: datetime, now: datetime) -> datetime:
    if at > now + CLOCK_SLACK:
        raise InvalidError("Cette heure n’est pas encore venue : relisez-la.", field="hour")
    return min(at, now)


def _item(checks: Checks, n: int, item: CheckedItem) -> CheckedItem:
    field = f"checklist-{n}"
    label = clean_line(item.label, field=field, limit=10_000)[:160]
    remark = checks.take(lambda: _remark(item.remark, f"{field}-remark"), "")
    if item.is_fine is None:
        checks.refuse(f"{label} : {ANSWER_WANTED.lower()}", f"{field}-is_fine")
    elif not item.is_fine and not item.remark.strip():
        checks.refuse(f"{label} : {REMARK_WANTED.lower()}", f"{field}-remark")
    return CheckedItem(label, item.is_fine, remark)


def _remark(typed: str, field: str) -> str:
    return refuse_sensitive(clean_line(typed, field=field, limit=LONGEST_REMARK), field=field)


def _text(typed: str) -> str:
    text = clean_text(typed, field="remarks", limit=LONGEST_TEXT)
    return refuse_sensitive(text, field="remarks")


def _name(typed: str, field: str, required: str) -> str:
    return refuse_sensitive(
        clean_line(typed, field=field, limit=160, required=required), field=field
    )
