"""What a phone sealed about a referral, once opened: its shape checked, its words not yet."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from zna_network.models.person import ConsentAnswer
from zna_network.models.referral import Callback, NonTakeUpCause, Urgency
from zna_network.services.errors import InvalidError

_STORABLE = r"^[^\x00]*$"  # a NUL is no letter, and no database keeps it
Word = Annotated[str, StringConstraints(max_length=60, pattern=_STORABLE)]
Line = Annotated[str, StringConstraints(max_length=300, pattern=_STORABLE)]
Paragraph = Annotated[str, StringConstraints(max_length=4000, pattern=_STORABLE)]


class _Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SealedPerson(_Sealed):
    name: Line = ""
    email: Line = ""
    phone: Line = ""
    birth_year: Annotated[int, Field(ge=0, le=9999)] | None = None
    place: Word = ""
    age_band: Word = ""
    target_group: Word = ""


class SealedConsents(_Sealed):
    contact: ConsentAnswer = ConsentAnswer.NOT_ASKED
    evaluation: ConsentAnswer = ConsentAnswer.NOT_ASKED
    language: Word = "fr"
    notice_version: Word = ""


class SealedReferral(_Sealed):
    """``ticket`` is the badge's code as it was read; ``badge_number`` that of a badge chosen in a
    list; neither: somebody without a badge. ``declines``: informed, does not wish to go on."""

    ticket: Line | None = None
    badge_number: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    receiver: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    rights: Annotated[list[Word], Field(min_length=1, max_length=40)]
    need: Paragraph = ""
    cause: NonTakeUpCause | None = None
    urgency: Urgency = Urgency.NORMAL
    callback: Callback = Callback.THROUGH_SENDER
    callback_when: Line = ""
    referrer: Line = ""
    declines: bool = False
    person: SealedPerson = SealedPerson()
    consents: SealedConsents = SealedConsents()


def read(opened: bytes) -> SealedReferral:
    """Raises InvalidError, whose ``field`` is below ``sealed``."""
    try:
        return SealedReferral.model_validate_json(opened)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise InvalidError(
            "Le contenu scellé de cette orientation n’a pas la forme attendue.",
            field=f"sealed.{place}" if place else "sealed",
        ) from None
