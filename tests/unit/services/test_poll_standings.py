"""The dates of a poll compared: what people said, in ranks and in words. No database."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.polls import LETTERS
from zna_network.models.poll import PollInvitee, PollOption, PollVote
from zna_network.services.polls.standings import Standing, standings

FIRST = datetime(2027, 1, 14, 13, 0, tzinfo=UTC)


def _ranked(*said: str, remarks: dict[int, list[str]] | None = None) -> list[Standing]:
    """One word a person, a letter a date; a star before it makes them indispensable."""
    dates = len(said[0].lstrip("*"))
    options = [
        PollOption(id=n, starts_at=FIRST + timedelta(weeks=n), ends_at=FIRST + timedelta(weeks=n))
        for n in range(dates)
    ]
    people = []
    for number, word in enumerate(said):
        person = PollInvitee(
            id=number, name=f"Alix Modèle{number}", is_essential=word.startswith("*")
        )
        person.votes = [
            PollVote(option_id=n, choice=LETTERS[letter])
            for n, letter in enumerate(word.lstrip("*"))
            if letter in LETTERS
        ]
        people.append(person)
    return standings(options, people, remarks or {})


def _order(found: list[Standing]) -> list[int]:
    return [standing.option.id for standing in found]


@pytest.mark.parametrize(
    ("said", "order"),
    [
        # The first date pleases most, and an indispensable person refuses it.
        (("*ny", "yn", "yn", "yn"), [1, 0]),
        # A « oui » is worth two « si besoin » but not three.
        (("yi", "ni", "ni"), [1, 0]),
        # An indispensable person's « si besoin » weighs as another's « oui ».
        (("*yi", "ny", "ny"), [1, 0]),
        # Fewer indispensable refusals, whatever the rest.
        (("*nn", "*ny", "yn", "yn"), [1, 0]),
        # Nobody has said anything: in their order in time.
        (("--", "--"), [0, 1]),
    ],
)
def test_the_best_date_comes_first(said: tuple[str, ...], order: list[int]) -> None:
    assert _order(_ranked(*said)) == order


def test_equals_share_a_rank_unless_the_calendar_parts_them() -> None:
    tied = _ranked("yyn", "yyn")
    assert [(one.rank, one.is_tied, one.is_first) for one in tied] == [
        (1, True, True), (1, True, True), (3, False, False),
    ]  # fmt: skip
    parted = _ranked("yyn", "yyn", remarks={0: ["Vacances d’hiver."]})
    assert _order(parted) == [1, 0, 2]
    assert [one.is_tied for one in parted] == [False, False, False]
    assert not any(one.is_first for one in _ranked("--"))


@pytest.mark.parametrize(
    ("said", "reasons", "warnings"),
    [
        (
            ["*y", "*y", *["y"] * 10, "i", "i", "n"],
            "Convient à 12 sur 15, dont toutes les personnes indispensables\u00a0; 2 si besoin",
            [],
        ),
        (["*y", "-"], "Convient à 1 sur 2, dont la personne indispensable\u00a0; 1 sans réponse", []),
        (
            ["*y", "*n", "y"],
            "Convient à 2 sur 3, dont 1 des 2 personnes indispensables",
            ["Alix Modèle1, indispensable, ne peut pas venir."],
        ),
        (
            ["*n", "*n", "y"],
            "Convient à 1 sur 3, mais à aucune personne indispensable",
            ["Aucune des personnes indispensables ne peut venir."],
        ),
        (
            ["*n", "*n", "*i", "y"],
            "Convient à 1 sur 4, mais à aucune personne indispensable\u00a0; 1 si besoin",
            ["Alix Modèle0 et Alix Modèle1, indispensables, ne peuvent pas venir."],
        ),
        (["*n", "y"], "Convient à 1 sur 2, sans l’indispensable",
         ["Alix Modèle0, indispensable, ne peut pas venir."]),
        (["*i", "y"], "Convient à 1 sur 2, les indispensables si besoin seulement\u00a0; 1 si besoin", []),
        (["n", "n"], "Ne convient à personne", ["Personne ne peut venir à cette date."]),
        (["-", "-"], "Ne convient encore à personne\u00a0; 2 sans réponse", []),
    ],
)  # fmt: skip
def test_a_date_gives_its_reasons(said: list[str], reasons: str, warnings: list[str]) -> None:
    [standing] = _ranked(*said)
    assert (standing.reasons, standing.warnings) == (reasons, warnings)
