"""The territory as the pages offer it: read once a request, asked many times."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from zna_network.models.organisation import Offer
from zna_network.models.territory import Commune, Lot, Qpv, Right, lot_of
from zna_network.queries import territory as queries
from zna_network.services.context import Context
from zna_network.services.folding import search_text

Item = TypeVar("Item")
WHOLE_EPCI = "Toute la Communauté urbaine"
_TELLING = 4


@dataclass(frozen=True)
class Territory:
    """The 46 communes, the six QPV and the rights, inactive ones included."""

    communes: list[Commune]
    qpvs: list[Qpv]
    rights: list[Right]

    @property
    def active_rights(self) -> list[Right]:
        return [right for right in self.rights if right.is_active]

    def commune(self, insee: str) -> Commune | None:
        return next((commune for commune in self.communes if commune.insee == insee), None)

    def qpv(self, qpv_id: str) -> Qpv | None:
        return next((qpv for qpv in self.qpvs if str(qpv.id) == qpv_id), None)

    def right(self, code: str) -> Right | None:
        return next((right for right in self.rights if right.code == code), None)

    def lots_in(self, commune: Commune) -> tuple[int, ...]:
        """The lots that have a part of this commune: its own, and lot 3 if a QPV lies in it."""
        places = [None, *(qpv for qpv in self.qpvs if commune in qpv.communes)]
        return tuple(sorted({int(lot_of(commune, qpv)) for qpv in places}))

    def communes_named(self, words: list[str], limit: int = 4) -> list[Commune]:
        """The communes that the words mean, by any of their spellings: those that have them all,
        or else those that have a telling one, if they are few."""
        return _named(words, ((c, c.search_text) for c in self.communes), limit)

    def rights_named(self, words: list[str], limit: int = 4) -> list[Right]:
        texts = ((right, search_text(right.label, right.acronym)) for right in self.active_rights)
        return _named(words, texts, limit)


def load(ctx: Context) -> Territory:
    """Four statements, whatever the territory."""
    return Territory(
        communes=list(ctx.session.scalars(queries.communes())),
        qpvs=list(ctx.session.scalars(queries.qpvs())),
        rights=list(ctx.session.scalars(queries.rights())),
    )


def _named(words: list[str], texts: Iterable[tuple[Item, str]], limit: int) -> list[Item]:
    if not words:
        return []
    known = [(item, f"{text} ") for item, text in texts]
    found = [item for item, text in known if all(f" {word}" in text for word in words)]
    if not found:
        telling = [word for word in words if len(word) >= _TELLING]
        found = [item for item, text in known if any(f" {word}" in text for word in telling)]
    return found if len(found) <= limit else []


def territory_labels(offer: Offer) -> list[str]:
    """Where an offer holds, in words: lots, QPV, communes, or the whole EPCI."""
    if offer.covers_whole_epci:
        return [WHOLE_EPCI]
    lots = [Lot(number).label for number in sorted(offer.lots)]
    qpvs = [f"QPV {qpv.name}" for qpv in offer.qpvs]
    return [*lots, *qpvs, *(commune.name for commune in offer.communes)]


def lots_served(offers: Iterable[Offer]) -> list[Lot]:
    """The lots that these offers have a part of, each place's from commune and QPV together."""
    lots: set[Lot] = set()
    for offer in offers:
        if offer.covers_whole_epci:
            return list(Lot)
        lots |= {Lot(number) for number in offer.lots}
        lots |= {lot_of(commune, None) for commune in offer.communes}
        if offer.qpvs:
            lots.add(Lot.PRIORITY_NEIGHBOURHOODS)
    return sorted(lots)
