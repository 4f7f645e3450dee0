"""What puts one request before another, criterion by criterion, in words."""

from datetime import UTC, datetime

import pytest

from zna_network.models.booking import Booking
from zna_network.models.organisation import Organisation
from zna_network.models.territory import TargetGroup
from zna_network.services.van import choosing
from zna_network.services.van.choosing import Candidate
from zna_network.services.van.fair_share import Share
from zna_network.services.van.occupancy import Taken

NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)
TAKEN = (Taken(NOW, NOW, NOW, "CCAS", 9),)
YOUTH, SENIORS = TargetGroup.YOUTH, TargetGroup.SENIORS


def _candidate(
    number: int, *, used: int = 0, remaining: int | None = None, **values: object
) -> Candidate:
    asked = values.pop("asked", NOW)
    booking = Booking(
        id=number, requested_at=asked, organisation=Organisation(name=f"Association {number}")
    )
    return Candidate(booking, Share(used, 0, 1, remaining), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("better", "worse", "words"),
    [
        ({"used": 9}, {"in_the_way": TAKEN}, "pour Association 1, le véhicule n’est pas libre"),
        ({"remaining": 0}, {"remaining": -1}, "Association 1 dépasserait sa part"),
        (
            {"first_visits": ("Achicourt", "Dainville"), "used": 9},
            {"first_visits": ("Beaurains",), "quarters": ("Ouest",)},
            "première visite à Achicourt et Dainville",
        ),
        (
            {"quarters": ("Ouest",), "new_quarters": ("Ouest",)},
            {"quarters": ("Ouest", "Nord")},
            "quartier prioritaire jamais desservi\u00a0: Ouest",
        ),
        ({"quarters": ("Ouest",)}, {}, "quartier prioritaire\u00a0: Ouest"),
        (
            {"quarters": ("Ouest", "Nord"), "new_quarters": ("Nord",)},
            {"quarters": ("Est",), "new_quarters": ("Est",)},
            "quartier prioritaire\u00a0: Ouest et Nord",
        ),
        (
            {"new_groups": (YOUTH,), "unreached_groups": (YOUTH,)},
            {"new_groups": (YOUTH, SENIORS)},
            "public pas encore rencontré\u00a0: Jeunes",
        ),
        (
            {"new_groups": (SENIORS,), "used": 5},
            {},
            "public nouveau pour l’association\u00a0: Seniors",
        ),
        ({"used": 2}, {"used": 9}, "moins de jours utilisés (2, contre 9 pour Association 1)"),
        ({}, {"asked": NOW.replace(hour=11)}, "demandée la première"),
    ],
)
def test_the_first_difference_decides_and_is_told(
    better: dict[str, object], worse: dict[str, object], words: str
) -> None:
    # The one that loses has the lower number, and is given first.
    pair = [_candidate(1, **worse), _candidate(2, **better)]  # type: ignore[arg-type]
    ranked = sorted(pair, key=choosing.rank)
    assert ranked[0] is pair[1]
    assert choosing.suggestion(ranked) == f"Priorité\u00a0: {words}"


def test_where_there_is_no_choice_nothing_is_suggested() -> None:
    same = [_candidate(1), _candidate(2)]
    assert choosing.suggestion(same[:1]) == choosing.suggestion(same) == ""
    everything = _candidate(
        3,
        first_visits=("Achicourt",),
        quarters=("Ouest",),
        new_groups=(YOUTH, SENIORS),
        unreached_groups=(SENIORS,),
    )
    assert everything.reasons == (
        "première visite à Achicourt",
        "quartier prioritaire\u00a0: Ouest",
        "public pas encore rencontré\u00a0: Seniors",
        "public nouveau pour l’association\u00a0: Jeunes",
    )
