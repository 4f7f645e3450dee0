"""The people of the demonstration's referrals: all invented, and their files say so."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from zna_network.models.attendee import AgeBand
from zna_network.models.person import ConsentAnswer, ConsentChannel
from zna_network.models.territory import Commune, Lot, Qpv, TargetGroup
from zna_network.services.folding import fold

PEOPLE = 300
INVENTED = "Personne inventée pour la démonstration."
_FIRST_NAMES = (
    "Camille", "Inès", "Théo", "Lucette", "Yanis", "Brigitte", "Jean-Luc", "Maëlle", "Gérard",
    "Fatou", "Mehdi", "Solène", "Roger", "Océane", "Kévin", "Aïssatou", "Lucas", "Norbert",
    "Ginette", "Moussa", "Clara", "Samira", "Enzo", "Madeleine", "Romane", "Aminata", "Hugo",
    "Josiane", "Rachid", "Lila", "Frédéric", "Zohra", "Antonin", "Colette", "Ibrahim", "Noémie",
    "Désiré", "Sabrina", "Kadiatou", "Oksana", "Taras",
)  # fmt: skip
# Plants, as for everybody who is invented here: 41 first names by 37 of them make 1,517 people.
_SURNAMES = (
    "Aubépine", "Bruyère", "Campanule", "Églantine", "Fougère", "Genêt", "Houblon", "Iris",
    "Jonquille", "Lavande", "Mélisse", "Noisetier", "Orpin", "Pervenche", "Romarin", "Sureau",
    "Tilleul", "Absinthe", "Bleuet", "Coquelicot", "Digitale", "Érable", "Fenouil", "Giroflée",
    "Hortensia", "Jasmin", "Liseron", "Marjolaine", "Nigelle", "Ortie", "Pivoine", "Renoncule",
    "Saule", "Thym", "Verveine", "Violette", "Yèble",
)  # fmt: skip
_LANGUAGES = ("fr",) * 22 + ("falc", "ar", "ar", "uk", "en")
_AGES = {
    AgeBand.UNDER_18: (16, 17),
    AgeBand.FROM_18: (18, 25),
    AgeBand.FROM_26: (26, 39),
    AgeBand.FROM_40: (40, 59),
    AgeBand.FROM_60: (60, 74),
    AgeBand.FROM_75: (75, 90),
}
_BANDS = {
    TargetGroup.YOUTH: (AgeBand.FROM_18, AgeBand.FROM_18, AgeBand.UNDER_18),
    TargetGroup.SINGLE_PARENTS: (AgeBand.FROM_26, AgeBand.FROM_26, AgeBand.FROM_40),
    TargetGroup.LOW_INCOME: (AgeBand.FROM_26, AgeBand.FROM_40, AgeBand.FROM_40),
    TargetGroup.SENIORS: (AgeBand.FROM_60, AgeBand.FROM_60, AgeBand.FROM_75),
    None: (AgeBand.FROM_26, AgeBand.FROM_40),
}
_G = TargetGroup
# Whom each of those who refer meets: the rural lot its seniors, the town its single parents.
_GROUPS: tuple[tuple[TargetGroup | None, ...], ...] = (
    (_G.SENIORS,) * 5 + (_G.LOW_INCOME,) * 5 + (_G.SINGLE_PARENTS,) * 2 + (_G.YOUTH, None),
    (_G.SINGLE_PARENTS,) * 4 + (_G.LOW_INCOME,) * 4 + (_G.YOUTH,) * 3 + (_G.SENIORS, None),
    (_G.LOW_INCOME,) * 5 + (_G.YOUTH,) * 3 + (_G.SINGLE_PARENTS,) * 3 + (_G.SENIORS,) * 2,
    (_G.LOW_INCOME,) * 4 + (_G.SENIORS,) * 2 + (_G.YOUTH,) * 2 + (None,),
)
OWNERS = len(_GROUPS)  # the three grantees, then the CUA's desk
_SHARES = (30, 26, 36, 8)
_A = ConsentAnswer
_CONTACT = (_A.GIVEN,) * 15 + (_A.REFUSED,) * 3 + (_A.NOT_ASKED,) * 2
_EVALUATION = (_A.GIVEN,) * 12 + (_A.REFUSED,) * 5 + (_A.NOT_ASKED,) * 3
_C = ConsentChannel
_CHANNELS = (_C.ORAL,) * 5 + (_C.PAPER,) * 4 + (_C.PHONE,)
_FAR = 300  # a village's weight never falls under this many inhabitants
# (the copy, the first file, what they share): what the page of duplicates shows.
_ALIKE = (
    (240, 12, ("name", "birth_year")),
    (251, 33, ("phone",)),
    (262, 47, ("name", "phone", "birth_year")),
    (273, 58, ("email",)),
    (284, 71, ("name",)),
)


@dataclass(frozen=True)
class Places:
    """Where people live, by lot."""

    communes: Sequence[Commune]
    qpvs: Sequence[Qpv]
    weights: dict[int, list[int]] = field(default_factory=dict)

    def home(self, chance: Random, owner: int) -> tuple[Commune | None, Qpv | None]:
        lot = chance.choice((1, 2, 3)) if owner + 1 not in set(Lot) else owner + 1
        if lot == Lot.PRIORITY_NEIGHBOURHOODS:
            (qpv,) = chance.choices(self.qpvs, [q.population for q in self.qpvs])
            return chance.choice(qpv.communes), qpv
        communes = [c for c in self.communes if c.lot == lot]
        (commune,) = chance.choices(communes, [max(_FAR, c.population) for c in communes])
        return commune, None


@dataclass(frozen=True)
class Invented:
    """``owner`` is the rank of who follows the person: the three grantees, then the CUA."""

    rank: int
    owner: int
    name: str
    email: str
    phone: str
    birth_year: int | None
    commune: Commune | None
    qpv: Qpv | None
    is_from_elsewhere: bool
    age_band: AgeBand | None
    target_group: TargetGroup | None
    language: str
    contact: ConsentAnswer
    evaluation: ConsentAnswer
    channel: ConsentChannel


def everybody(places: Places, today: date) -> list[Invented]:
    """Always the same people; some of their files look alike."""
    people = [_invent(rank, places, today) for rank in range(PEOPLE)]
    for copy, first, shared in _ALIKE:
        like = people[first]
        values = {name: getattr(like, name) for name in shared}
        if "phone" in shared and not like.phone:
            values["phone"] = people[first].phone or _phone(first)
            people[first] = replace(like, phone=values["phone"])
        if "email" in shared and not like.email:
            values["email"] = f"famille.{first}@exemple.example"
            people[first] = replace(like, email=values["email"])
        if "name" in shared:
            values["name"] = like.name or "Camille Exemple"
            people[first] = replace(people[first], name=values["name"])
        people[copy] = replace(people[copy], owner=like.owner, **values)
    return people


def _invent(rank: int, places: Places, today: date) -> Invented:
    chance = Random(f"referrals:{rank}")  # noqa: S311 - invented people, not secrets
    (owner,) = chance.choices(range(OWNERS), _SHARES)
    group = chance.choice(_GROUPS[owner])
    band = chance.choice(_BANDS[group])
    commune, qpv = places.home(chance, owner)
    home = chance.random()
    is_from_elsewhere = home < 0.02
    if home < 0.06:
        commune = qpv = None
    is_named = chance.random() < 0.86
    first, last = _FIRST_NAMES[rank % len(_FIRST_NAMES)], _SURNAMES[rank % len(_SURNAMES)]
    reached = chance.random() if is_named else 1
    return Invented(
        rank=rank,
        owner=owner,
        name=f"{first} {last}" if is_named else "",
        email=f"{_box(first)}.{_box(last)}{rank}@exemple.example" if 0.62 < reached < 0.9 else "",
        phone=_phone(rank) if reached < 0.74 else "",
        birth_year=today.year - chance.randint(*_AGES[band]) if chance.random() < 0.55 else None,
        commune=commune,
        qpv=qpv,
        is_from_elsewhere=is_from_elsewhere,
        age_band=band if chance.random() < 0.93 else None,
        target_group=group,
        language=chance.choice(_LANGUAGES),
        contact=chance.choice(_CONTACT),
        evaluation=chance.choice(_EVALUATION),
        channel=chance.choice(_CHANNELS),
    )


def _phone(rank: int) -> str:
    """Of the range that ARCEP keeps for fiction."""
    return f"06 39 98 {rank // 100 % 100 + 40:02d} {rank % 100:02d}"


def _box(word: str) -> str:
    return fold(word).replace(" ", "-")
