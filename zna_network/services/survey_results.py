"""What the three questions of the survey gave."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

from zna_network.models.door import SurveyAnswer
from zna_network.services.disclosure import Cell, hidden_in_table, small_cells
from zna_network.services.forum_figure_tables import figure_of
from zna_network.services.forum_figure_values import Figure, SurveyResults, Words

Key = TypeVar("Key", str, bool)
NOTES = {
    5: "Très satisfait",
    4: "Satisfait",
    3: "Ni l’un ni l’autre",
    2: "Peu satisfait",
    1: "Pas satisfait du tout",
}
FOUND = {"yes": "Oui", "partly": "En partie", "no": "Non"}
RECOMMENDS = {True: "Oui", False: "Non"}


def results_of(answers: Sequence[SurveyAnswer]) -> SurveyResults:
    notes = Counter(answer.satisfaction for answer in answers)
    total = len(answers)
    return SurveyResults(
        answers=total,
        average=round(sum(n * c for n, c in notes.items()) / total, 1) if total else None,
        satisfaction=_satisfaction(notes, total),
        found=_figure(
            "found",
            "Avez-vous trouvé ce que vous cherchiez\u00a0?",
            _cells(FOUND, Counter(answer.found for answer in answers)),
            total,
        ),
        recommends=_figure(
            "recommends",
            "Parleriez-vous de ce forum à quelqu’un\u00a0?",
            _cells(RECOMMENDS, Counter(answer.recommends for answer in answers)),
            total,
        ),
        words=[
            Words(answer.id, answer.words, answer.satisfaction, answer.language)
            for answer in answers
            if answer.words
        ],
    )


def _satisfaction(notes: Counter[int], total: int) -> Figure:
    """The average leaves the team, so the notes that it is made of do so all or not at all: with
    two of them hidden, the average would give them back."""
    cells = [Cell(f"{note} : {label}", notes[note]) for note, label in NOTES.items()]
    hidden = set(range(len(cells))) if small_cells(cells) else set()
    title = "Êtes-vous satisfait de votre visite\u00a0?"
    return figure_of("satisfaction", title, "réponses", cells, hidden, total=total)


def _cells(labels: Mapping[Key, str], counts: Counter[Key]) -> list[Cell]:
    return [Cell(label, counts[key]) for key, label in labels.items()]


def _figure(key: str, title: str, cells: Sequence[Cell], total: int) -> Figure:
    return figure_of(key, title, "réponses", cells, hidden_in_table(cells), total=total)
