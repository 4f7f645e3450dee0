"""What a phone set up at a stand keeps, so as to refer people without network: the rights, whom to
refer to, the notice in every language, and the key to seal with. Nothing of anybody."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from zna_network.models.attendee import AgeBand
from zna_network.models.person import Purpose
from zna_network.models.referral import Callback, NonTakeUpCause, Urgency
from zna_network.models.stand import Stand
from zna_network.models.territory import TargetGroup
from zna_network.queries import coverage
from zna_network.queries import door_referrals as queries
from zna_network.services import territory
from zna_network.services.context import Context
from zna_network.services.devices import authenticate
from zna_network.services.door_state import Asker
from zna_network.services.errors import ForbiddenError
from zna_network.services.languages import language_of
from zna_network.services.referrals import consent_notice
from zna_network.services.referrals.consent_notice import NOTICE_VERSION, Notice
from zna_network.services.registration_values import ELSEWHERE
from zna_network.services.stand_seal import public_key
from zna_network.services.territory import Territory

NOT_AT_A_STAND = (
    "Ce téléphone n’est pas réglé sur ce stand : un agent le règle depuis la page « Porte » du "
    "forum."
)
FORMAT = 1  # another one makes every kept kit old


@dataclass(frozen=True)
class Kit:
    """``body`` is JSON in UTF-8, none when the device's own is still good."""

    etag: str
    body: bytes | None


@dataclass(frozen=True)
class HeldStand:
    """A stand that an organisation holds; ``point`` is its code at the door."""

    stand: Stand
    organisation_id: int
    point: str

    @property
    def name(self) -> str:
        return f"Stand {self.stand.number} · {self.stand.short_name}"


def kit(ctx: Context, token: str, known_etags: set[str]) -> Kit:
    """Raises DeviceRefusedError; ForbiddenError for a phone that is not set up at a stand."""
    held = stand_of(ctx, authenticate(ctx, token))
    body = json.dumps(_values(ctx, held), ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Kit(etag, None if etag in known_etags else body)


def stand_of(ctx: Context, asker: Asker) -> HeldStand:
    """The stand that this phone is set up at. Raises ForbiddenError."""
    point_id = asker.place.point_id
    if point_id is None:
        raise ForbiddenError(NOT_AT_A_STAND)
    found = ctx.session.execute(queries.stand_at(point_id)).one_or_none()
    if found is None:
        raise ForbiddenError(NOT_AT_A_STAND)
    stand, code = found
    if stand.organisation_id is None:
        raise ForbiddenError(NOT_AT_A_STAND)
    return HeldStand(stand, stand.organisation_id, code)


def _values(ctx: Context, held: HeldStand) -> dict[str, Any]:
    stand = held.stand
    lands = territory.load(ctx)
    key = public_key(ctx.settings)
    places = _places(lands)
    return {
        "format": FORMAT,
        "point": held.point,
        "stand": {"name": held.name, "organisation_id": held.organisation_id},
        "seal": {"key_id": key.key_id, "public": key.public},
        "rights": [[r.code, r.short_label, r.label] for r in lands.active_rights],
        "stand_rights": [right.code for right in stand.rights if right.is_active],
        "causes": [[cause.value, cause.label, cause.hint] for cause in NonTakeUpCause],
        "urgencies": [[urgency.value, urgency.label] for urgency in Urgency],
        "callbacks": [[callback.value, callback.label] for callback in Callback],
        "age_bands": [[band.value, band.label] for band in AgeBand],
        "target_groups": [[group.value, group.label] for group in TargetGroup],
        "places": [[value, label] for value, label, _ in places],
        "receivers": [
            [organisation.id, organisation.name, organisation.place_name, bool(has_address)]
            for organisation, has_address in ctx.session.execute(queries.receivers())
        ],
        "offers": _offers(ctx, places),
        "notice_version": NOTICE_VERSION,
        "purposes": [[purpose.value, purpose.label] for purpose in Purpose],
        "notices": [_notice(notice) for notice in consent_notice.notices(ctx)],
    }


def _places(lands: Territory) -> list[tuple[str, str, coverage.Place | None]]:
    """Each commune followed by its neighbourhoods, as ``RegistrationData.place`` writes them, and
    what is served there."""
    places: list[tuple[str, str, coverage.Place | None]] = []
    for commune in lands.communes:
        served = coverage.commune(commune.insee, lands.lots_in(commune))
        places.append((commune.insee, commune.name, served))
        places += [
            (
                f"{commune.insee}:{qpv.id}",
                f"{commune.name} — QPV {qpv.name}",
                coverage.neighbourhood(qpv.id),
            )
            for qpv in lands.qpvs
            if commune in qpv.communes
        ]
    return [*places, (ELSEWHERE, "Ailleurs", None)]


def _offers(
    ctx: Context, places: list[tuple[str, str, coverage.Place | None]]
) -> list[list[object]]:
    """[organisation, rights, publics (none: everybody), ranks of the places whose people it
    reaches (null: all of them), ranks of those that it is near to]"""
    known = {rank: place for rank, (_, _, place) in enumerate(places) if place is not None}
    reached: dict[int, list[int]] = {}
    near: dict[int, list[int]] = {}
    if known:
        for rank, offer_id, is_near in ctx.session.execute(queries.reaching(known)):
            reached.setdefault(offer_id, []).append(rank)
            if is_near:
                near.setdefault(offer_id, []).append(rank)
    return [
        [
            offer.organisation_id,
            [right.code for right in offer.rights],
            sorted(group.target_group.value for group in offer.target_groups),
            _some(reached.get(offer.id, []), len(known)),
            sorted(near.get(offer.id, [])),
        ]
        for offer in ctx.session.scalars(queries.offers())
    ]


def _some(ranks: list[int], all_of_them: int) -> list[int] | None:
    return None if len(ranks) == all_of_them else sorted(ranks)


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "language": notice.language,
        "name": language_of(notice.language).name,
        "tag": notice.tag,
        "direction": notice.direction,
        "title": notice.title,
        "paragraphs": list(notice.paragraphs),
        "questions": [[q.purpose.value, q.question, q.explanation] for q in notice.questions],
        "yes": notice.yes,
        "no": notice.no,
    }
