"""Who comes to the demonstration forum: first names and pseudonyms in several languages, all
invented, with what some of them chose to say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from zna_network.models.attendee import AgeBand, Need, RegistrationChannel
from zna_network.models.attendee import VisitReason as Reason
from zna_network.models.territory import Commune, Qpv, TargetGroup
from zna_network.services.folding import fold

_FRENCH = (
    "Camille", "Inès", "Théo", "Mamie Lulu", "Yanis", "Brigitte", "Jean-Luc", "Maëlle", "Gégé",
    "Fatou", "Mehdi", "Solène", "Papi Roger", "Océane", "Kévin", "Aïssatou", "Lucas", "Nono",
    "Ginette", "Moussa", "Clara", "Le voisin du 4", "Samira", "Enzo", "Mado", "Romane", "Titi",
    "Aminata", "Hugo", "Josiane", "Rachid", "Lila", "Fred", "Maman de Zoé", "Antonin", "Zohra",
    "Bob l’éponge", "Colette", "Ibrahim", "Noémie", "Dédé", "Sabrina", "Une passante", "Kadiatou",
)  # fmt: skip
_OTHERS = {
    "ar": ("ليلى", "يوسف", "أمينة", "كريم", "فاطمة", "سامي", "نور", "هدى"),
    "uk": ("Оксана", "Тарас", "Леся", "Богдан", "Ірина", "Софія", "Андрій"),
    "en": ("Grace", "Samuel", "Blessing", "João", "Ayşe", "Linh", "Precious", "Daniel", "Elira"),
}
_LANGUAGES = ("fr",) * 15 + ("falc", "ar", "ar", "uk", "en", "en")
_REASONS = {
    TargetGroup.YOUTH: (Reason.WORK, Reason.TRANSPORT, Reason.HEALTH, Reason.HOUSING),
    TargetGroup.SINGLE_PARENTS: (Reason.FAMILY, Reason.INCOME, Reason.HOUSING),
    TargetGroup.LOW_INCOME: (Reason.INCOME, Reason.WORK, Reason.ENERGY, Reason.FOOD, Reason.HEALTH),
    TargetGroup.SENIORS: (Reason.RETIREMENT, Reason.AUTONOMY, Reason.HEALTH, Reason.ENERGY),
    None: (Reason.HEALTH, Reason.ENERGY, Reason.LOCAL, Reason.OTHER),
}
_NEEDS = (Need.INTERPRETER, Need.INTERPRETER, Need.STEP_FREE, Need.SEAT, Need.READING, Need.HEARING)
_AGES = {
    TargetGroup.YOUTH: (AgeBand.FROM_18, AgeBand.FROM_18, AgeBand.UNDER_18),
    TargetGroup.SINGLE_PARENTS: (AgeBand.FROM_26, AgeBand.FROM_40, AgeBand.FROM_18),
    TargetGroup.LOW_INCOME: (AgeBand.FROM_26, AgeBand.FROM_40, AgeBand.FROM_40, AgeBand.FROM_60),
    TargetGroup.SENIORS: (AgeBand.FROM_60, AgeBand.FROM_60, AgeBand.FROM_75),
    None: tuple(AgeBand),
}
_GROUPS = (
    (TargetGroup.LOW_INCOME,) * 8
    + (TargetGroup.SENIORS,) * 5
    + (TargetGroup.SINGLE_PARENTS,) * 4
    + (TargetGroup.YOUTH,) * 4
    + (None,) * 3
)
_FAR = 300  # a village's weight never falls under this many inhabitants: they come too


@dataclass(frozen=True)
class Territory:
    communes: Sequence[Commune]
    qpvs: Sequence[Qpv]
    weights: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, communes: Sequence[Commune], qpvs: Sequence[Qpv]) -> "Territory":
        return cls(communes, qpvs, [max(_FAR, c.population) for c in communes])

    def qpvs_of(self, commune: Commune) -> list[Qpv]:
        return [qpv for qpv in self.qpvs if commune in qpv.communes]


@dataclass(frozen=True)
class Visitor:
    """What one person said of themselves. ``rank`` is their number in the demonstration."""

    rank: int
    name: str
    language: str
    email: str = ""
    phone: str = ""
    commune_insee: str | None = None
    qpv_id: int | None = None
    is_from_elsewhere: bool = False
    age_band: AgeBand | None = None
    target_group: TargetGroup | None = None
    reasons: tuple[Reason, ...] = ()
    needs: tuple[Need, ...] = ()
    companions: int = 0
    channel: RegistrationChannel = RegistrationChannel.ONLINE
    note: str = ""


def visitor(key: str, rank: int, territory: Territory) -> Visitor:
    """The same person for the same ``key`` and ``rank``, whatever else is made."""
    chance = Random(f"{key}:{rank}")  # noqa: S311 - invented people, not secrets
    language = chance.choice(_LANGUAGES)
    name = _name(chance, language)
    group = chance.choice(_GROUPS)
    reached = chance.random()
    return Visitor(
        rank=rank,
        name=name,
        language=language,
        email=f"{_mailbox(name)}.{rank + 1}@exemple.example" if reached < 0.5 else "",
        phone=f"06 39 98 {rank // 100 % 100:02d} {rank % 100:02d}" if 0.4 < reached < 0.65 else "",
        **_home(chance, territory),
        age_band=chance.choice(_AGES[group]) if chance.random() < 0.85 else None,
        target_group=group if chance.random() < 0.9 else None,
        reasons=tuple(chance.sample(_REASONS[group], k=chance.choice((1, 1, 2, 3)))),
        needs=(chance.choice(_NEEDS),) if chance.random() < 0.09 else (),
        companions=chance.choice((0, 0, 0, 0, 0, 0, 1, 1, 2, 3)),
        channel=RegistrationChannel.DESK if chance.random() < 0.2 else RegistrationChannel.ONLINE,
        note=_note(chance),
    )


def walk_in(key: str, rank: int, territory: Territory) -> Visitor:
    """Somebody who came with nothing and took a blank badge: two taps at most were said."""
    chance = Random(f"{key}:door:{rank}")  # noqa: S311
    group = chance.choice(_GROUPS)
    return Visitor(
        rank=rank,
        name="",
        language="fr",
        **(_home(chance, territory) if chance.random() < 0.7 else {}),
        age_band=chance.choice(_AGES[group]) if chance.random() < 0.6 else None,
        target_group=group if chance.random() < 0.5 else None,
        companions=chance.choice((0, 0, 0, 1, 2)),
        channel=RegistrationChannel.DOOR,
    )


def _name(chance: Random, language: str) -> str:
    if language in _OTHERS:
        return chance.choice(_OTHERS[language])
    name = chance.choice(_FRENCH)
    # Two Camilles tell themselves apart by a letter; a pseudonym needs none.
    return f"{name} {chance.choice('ABCDFGLMPRT')}." if chance.random() < 0.4 else name


def _mailbox(name: str) -> str:
    return fold(name).replace(" ", "-") or "personne"


def _home(chance: Random, territory: Territory) -> dict[str, Any]:
    where = chance.random()
    if where < 0.1:
        return {}
    if where < 0.16:
        return {"is_from_elsewhere": True}
    (commune,) = chance.choices(territory.communes, territory.weights)
    qpvs = territory.qpvs_of(commune)
    in_qpv = qpvs and chance.random() < 0.45
    return {
        "commune_insee": commune.insee,
        "qpv_id": chance.choice(qpvs).id if in_qpv else None,
    }


def _note(chance: Random) -> str:
    drawn = chance.random()
    if drawn < 0.03:
        return "Vient avec sa fille, qui traduit."
    return "Préfère être rappelé l’après-midi." if drawn < 0.05 else ""
