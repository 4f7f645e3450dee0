"""What is said when somebody is referred, checked before anything is written."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zna_network.models.referral import (
    Callback,
    NonTakeUpCause,
    ReferralOrigin,
    Step,
    Urgency,
)
from zna_network.queries import territory as territory_queries
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.people import PersonData
from zna_network.services.registration_values import member_of
from zna_network.services.sensitive_text import refuse_sensitive

LONGEST_NEED, LONGEST_WHEN, LONGEST_REFERRER, MOST_RIGHTS = 2000, 200, 160, 12
NO_RIGHT = "Cochez au moins un droit."
TOO_MANY_RIGHTS = f"{MOST_RIGHTS} droits au plus pour une orientation : faites-en une autre."
GONE_RIGHT = "Un des droits n’est plus dans la liste. Rechargez la page."
NO_CLIENT_ID = "Cet envoi n’a pas son numéro. Rechargez la page, puis recommencez."
_CLIENT_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,35}")


@dataclass(frozen=True)
class Sender:
    """On whose behalf somebody is referred. A device has its stand's organisation and no account:
    what it sends was typed without network, perhaps, and nobody can be asked again."""

    organisation_id: int
    author: Author
    stand_id: int | None = None
    device_id: int | None = None


@dataclass(frozen=True)
class ReferralData:
    """As typed. ``client_id`` is drawn by the form or the device, so that what is sent twice counts
    once. The person is an existing file (``person_id``, whose empty parts ``person`` completes) or
    a new one. ``step`` is empty, or ``declined``: informed, the person wants nothing sent; the
    receiver may then be none. Errors name these fields; the receiver's is ``receiver``."""

    client_id: str
    receiver_id: int | None
    rights: tuple[str, ...]
    origin: str
    callback: str
    need: str = ""
    cause: str = ""
    urgency: str = Urgency.NORMAL.value
    callback_when: str = ""
    person_id: int | None = None
    person: PersonData | None = None
    badge_id: int | None = None
    consents: ConsentData | None = None
    referrer: str = ""
    made_at: datetime | None = None
    diagnostic_id: int | None = None
    step: str = ""

    @property
    def is_declined(self) -> bool:
        return self.step == Step.DECLINED.value


def checked(ctx: Context, data: ReferralData) -> dict[str, Any]:
    """The columns of a referral that come from what was typed. Raises InvalidError with the field
    at fault."""
    if data.step not in {"", Step.DECLINED.value}:
        raise InvalidError("Cette suite n’existe pas.", field="step")
    return {
        "client_id": clean_client_id(data.client_id),
        "origin": _required(ReferralOrigin, data.origin, "origin", "Dites où vous l’avez reçue."),
        "callback": _required(Callback, data.callback, "callback", "Choisissez comment rappeler."),
        "urgency": member_of(Urgency, data.urgency, "urgency") or Urgency.NORMAL,
        "cause": member_of(NonTakeUpCause, data.cause, "cause"),
        "need": _words(clean_text, data.need, "need", LONGEST_NEED),
        "callback_when": _words(clean_line, data.callback_when, "callback_when", LONGEST_WHEN),
        "referrer": _words(clean_line, data.referrer, "referrer", LONGEST_REFERRER),
        "made_at": min(data.made_at or ctx.now, ctx.now),
        "received_at": ctx.now,
    }


def clean_client_id(given: str) -> str:
    if not _CLIENT_ID.fullmatch(given):
        raise InvalidError(NO_CLIENT_ID, field="client_id")
    return given


def checked_rights(ctx: Context, codes: Sequence[str]) -> list[str]:
    """Each once, in the list's order. A right that has left the list since a form was filled in is
    still the one that was spoken of."""
    wanted = set(codes)
    if not wanted:
        raise InvalidError(NO_RIGHT, field="rights")
    if len(wanted) > MOST_RIGHTS:
        raise InvalidError(TOO_MANY_RIGHTS, field="rights")
    known = [right.code for right in ctx.session.scalars(territory_queries.rights_among(wanted))]
    if len(known) != len(wanted):
        raise InvalidError(GONE_RIGHT, field="rights")
    return known


def _required(kind: Any, value: str, field: str, missing: str) -> Any:
    if not value:
        raise InvalidError(missing, field=field)
    return member_of(kind, value, field)


def _words(clean: Callable[..., str], typed: str, field: str, limit: int) -> str:
    return refuse_sensitive(clean(typed, field=field, limit=limit), field=field)
