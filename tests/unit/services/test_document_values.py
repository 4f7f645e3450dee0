"""From what a document must say to the placeholders of its template."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from zna_network.models.document import DocumentKind
from zna_network.models.invitation import Answer
from zna_network.models.minutes import ActionState, Presence
from zna_network.services.documents.common import agenda_values, hours
from zna_network.services.documents.mappings import (
    agenda_document_values,
    attendance_sheet_values,
    convocation_values,
    minutes_values,
)
from zna_network.services.documents.samples import (
    AGENDA,
    ATTENDANCE_SHEET,
    CONVOCATION,
    MINUTES,
    SAMPLES,
)
from zna_network.services.documents.typed_text import duration, opening, paragraphs
from zna_network.services.documents.values import (
    ActionFacts,
    Addressee,
    AgendaPoint,
    ExpectedAttendee,
    Topic,
)

NBSP = "\u00a0"
TWO_PM = datetime(2026, 12, 17, 13, 0, tzinfo=UTC)


def shape(value: Any) -> Any:
    """The keys of the values, whatever they hold."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return type(value).__name__ if not isinstance(value, list) else "list"


def test_lines_become_paragraphs_and_dashes_become_bullets() -> None:
    typed = "Un mot.\n\nTrois points :\n- premier\n  suite\n• deuxième\r\n– troisième\nFin - enfin."

    assert paragraphs(typed) == [
        {"texte": "Un mot.", "puce": False},
        {"texte": "Trois points :", "puce": False},
        {"texte": "premier\nsuite", "puce": True},
        {"texte": "deuxième", "puce": True},
        {"texte": "troisième", "puce": True},
        {"texte": "Fin - enfin.", "puce": False},
    ]


@pytest.mark.parametrize("typed", ["", "   \n\n\t"])
def test_text_that_says_nothing_has_no_paragraph(typed: str) -> None:
    assert paragraphs(typed) == []


@pytest.mark.parametrize(
    ("salutation", "civility", "expected"),
    [
        ("Madame la Vice-Présidente", "Mme", "Madame la Vice-Présidente"),
        ("Monsieur le Maire, ", "M.", "Monsieur le Maire"),
        ("", "Mme", "Madame"),
        ("", "M.", "Monsieur"),
        ("", "", "Madame, Monsieur"),
    ],
)
def test_letter_opens_with_the_title_or_the_civility(
    salutation: str, civility: str, expected: str
) -> None:
    assert opening(salutation, civility) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (None, ""),
        (0, ""),
        (20, f"20{NBSP}min"),
        (60, f"1{NBSP}h"),
        (95, f"1{NBSP}h{NBSP}35"),
        (125, f"2{NBSP}h{NBSP}05"),
    ],
)
def test_lengths_are_written_in_hours_and_minutes(minutes: int | None, expected: str) -> None:
    assert duration(minutes) == expected


def test_hours_are_those_of_arras_and_name_the_days_when_there_are_several() -> None:
    half_past_four = datetime(2026, 12, 17, 15, 30, tzinfo=UTC)
    next_day = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)

    assert hours(TWO_PM, half_past_four) == f"de 14{NBSP}h à 16{NBSP}h{NBSP}30"
    assert hours(TWO_PM, None) == f"à 14{NBSP}h"
    assert hours(TWO_PM, next_day) == (
        f"du jeudi 17 décembre 2026 à 14{NBSP}h au vendredi 18 décembre 2026 à 10{NBSP}h"
    )


def test_agenda_points_start_one_after_the_other_until_a_length_is_missing() -> None:
    points = (
        AgendaPoint("Un", minutes_allotted=20),
        AgendaPoint("Deux"),
        AgendaPoint("Trois", minutes_allotted=10),
    )

    rows = agenda_values(points, TWO_PM)
    assert [row["heure"] for row in rows] == [f"14{NBSP}h", f"14{NBSP}h{NBSP}20", ""]
    assert [row["numero"] for row in rows] == [1, 2, 3]


def test_attendees_are_sorted_by_presence() -> None:
    values = minutes_values(MINUTES)

    assert [person["nom"] for person in values["presents"]] == [
        "Mme Jeanne Exemple",
        "M. Paul Modèle",
    ]
    assert [person["represente_par"] for person in values["representes"]] == ["Mme Inès Essai"]
    listed = ("presents", "a_distance", "representes", "excuses", "absents")
    assert sum(len(values[name]) for name in listed) == len(MINUTES.attendees)
    assert len(listed) == len(Presence)


def test_minutes_are_a_draft_until_validated() -> None:
    draft = minutes_values(replace(MINUTES, validated_at=None))["compte_rendu"]
    validated = minutes_values(MINUTES)["compte_rendu"]

    assert draft["est_projet"]
    assert not draft["est_valide"]
    assert draft["mention"] == f"PROJET, version 2{NBSP}: document de travail non validé"
    assert validated["est_valide"]
    assert not validated["est_projet"]
    assert validated["mention"] == "Validé le 18 décembre 2026 par Mme Jeanne Exemple"
    unsigned = minutes_values(replace(MINUTES, validated_by=""))["compte_rendu"]
    assert unsigned["mention"] == "Validé le 18 décembre 2026"


@pytest.mark.parametrize(
    ("due_on", "state", "late"),
    [
        (date(2026, 12, 16), ActionState.OPEN, True),
        (date(2026, 12, 17), ActionState.OPEN, False),
        (date(2026, 12, 16), ActionState.DONE, False),
        (None, ActionState.OPEN, False),
    ],
)
def test_action_is_late_once_its_date_has_passed(
    due_on: date | None, state: ActionState, late: bool
) -> None:
    action = ActionFacts("Relancer", "CAF", due_on, state)
    values = minutes_values(replace(MINUTES, carried_over=(action,)))

    assert values["actions_reportees"][0]["en_retard"] is late


@pytest.mark.parametrize(
    ("answer", "represented_by", "mode"),
    [
        (Answer.ON_SITE, "", "Sur place"),
        (Answer.REMOTE, "", "Visio"),
        (Answer.REPRESENTED, "Mme Inès Essai", "Représenté par Mme Inès Essai"),
        (Answer.REPRESENTED, "", "Représenté"),
        (Answer.DECLINED, "", "Excusé"),
        (Answer.TENTATIVE, "", "À confirmer"),
        (None, "", ""),
    ],
)
def test_attendance_sheet_says_the_mode(
    answer: Answer | None, represented_by: str, mode: str
) -> None:
    person = ExpectedAttendee("M. Paul Modèle", answer=answer, represented_by=represented_by)
    values = attendance_sheet_values(replace(ATTENDANCE_SHEET, attendees=(person,)))

    assert values["participants"][0]["mode"] == mode


def test_blank_rows_are_numbered_after_the_participants() -> None:
    values = attendance_sheet_values(replace(ATTENDANCE_SHEET, blank_rows=2))

    assert [row["numero"] for row in values["lignes_vides"]] == [5, 6]


def test_letter_writes_the_civility_in_full() -> None:
    values = convocation_values(CONVOCATION)

    assert values["destinataire"]["civilite"] == "Madame"
    assert values["destinataire"]["appel"] == "Madame la Vice-Présidente"
    unknown = convocation_values(replace(CONVOCATION, addressee=Addressee("Camille Exemple")))
    assert unknown["destinataire"]["civilite"] == ""
    assert unknown["destinataire"]["appel"] == "Madame, Monsieur"


def test_letters_are_dated_without_the_day_of_the_week() -> None:
    assert convocation_values(CONVOCATION)["document"]["date"] == "18 décembre 2026"


def test_keys_are_the_same_when_nothing_is_known() -> None:
    bare = replace(MINUTES, attendees=(), topics=(Topic(""),), next_meeting=None)

    assert shape(minutes_values(bare)) == shape(minutes_values(MINUTES))
    assert shape(agenda_document_values(replace(AGENDA, points=()))) == shape(
        agenda_document_values(AGENDA)
    )


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_samples_can_be_kept_as_json_and_leave_no_list_empty(kind: DocumentKind) -> None:
    def empty_lists(value: Any, path: str = "") -> list[str]:
        if isinstance(value, dict):
            return [found for key in value for found in empty_lists(value[key], f"{path}.{key}")]
        if isinstance(value, list):
            return empty_lists(value[0], path) if value else [path]
        return []

    assert json.loads(json.dumps(SAMPLES[kind])) == SAMPLES[kind]
    assert empty_lists(SAMPLES[kind]) == []
