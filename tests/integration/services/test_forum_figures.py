"""The figures of a forum: exact for the team, without small cells for the others and in files."""

import csv
import io
from datetime import UTC, datetime, timedelta

import docx
import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee, make_badge
from tests.factories.door import make_device, make_entry, make_head_count, make_point, make_visit
from tests.factories.forums import make_forum
from tests.factories.organisations import make_organisation
from tests.factories.workshops import make_seat, make_session, make_workshop
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.attendee import AgeBand, Attendee, Need, RegistrationChannel, VisitReason
from zna_network.models.audit import AuditEvent
from zna_network.models.door import PointKind, SurveyAnswer
from zna_network.models.forum import Forum
from zna_network.models.territory import Qpv, TargetGroup
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError
from zna_network.services.forum_figure_values import Figures
from zna_network.services.forum_figures import figures_for_reader
from zna_network.services.forum_figures_export import FiguresFormat, export_figures
from zna_network.services.forum_report import forum_report

ARRAS, ACHICOURT = "62041", "62004"
OPENS = datetime(2026, 12, 16, 8, 30, tzinfo=UTC)
CLOSED = OPENS + timedelta(hours=8)


@pytest.fixture
def forum(ctx: Context, clock: FrozenClock) -> Forum:
    clock.set(CLOSED)
    return make_forum(ctx.session)


def come(session: Session, forum: Forum, number: int, **values: object) -> list[Attendee]:
    device = make_device(session, forum)
    people = [make_attendee(session, forum, **values) for _ in range(number)]
    for attendee in people:
        make_entry(session, device, make_badge(session, forum, attendee))
    return people


def counts(figures: Figures, key: str) -> dict[str, int | None]:
    """What is told and not zero."""
    return {row.label: row.count for row in figures.figure(key).rows if row.count != 0}


def grantee_of(ctx: Context) -> Context:
    return acting_as(ctx, make_user(ctx.session, Role.GRANTEE, make_organisation(ctx.session)))


def test_figures_count_places_groups_and_what_people_said(ctx: Context, forum: Forum) -> None:
    session = ctx.session
    qpv = session.scalars(select(Qpv)).first()
    assert qpv
    come(session, forum, 3, commune_insee=ARRAS, age_band=AgeBand.FROM_26)
    come(session, forum, 2, commune_insee=ARRAS, qpv_id=qpv.id, target_group=TargetGroup.YOUTH)
    come(session, forum, 1, qpv_id=qpv.id)
    come(session, forum, 2, commune_insee=ACHICOURT, channel=RegistrationChannel.DOOR)
    come(
        session, forum, 1, is_from_elsewhere=True, needs=[Need.SEAT, Need.CALM],
        reasons=["RSA", VisitReason.INCOME, VisitReason.HEALTH],
    )  # fmt: skip
    device = make_device(session, forum)
    make_entry(session, device, people=4)
    make_entry(session, device, make_badge(session, forum, is_rehearsal=True))
    make_head_count(session, device, 6)
    make_attendee(session, forum)

    figures = figures_for_reader(ctx, forum.slug)

    assert counts(figures, "communes") == {
        "Arras": 5, "Achicourt": 2, "Hors de la Communauté urbaine": 1, "Non renseigné": 2,
    }  # fmt: skip
    assert counts(figures, "qpvs") == {
        qpv.name: 3, "Hors quartier prioritaire": 5, "Hors de la Communauté urbaine": 1,
        "Non renseigné": 1,
    }  # fmt: skip
    lots = list(counts(figures, "lots").values())
    assert lots == [2, 3, 3, 1, 1]
    assert counts(figures, "groups") == {"Jeunes": 2, "Non renseigné": 8}
    assert counts(figures, "ages") == {"26 à 39 ans": 3, "Non renseigné": 7}
    assert counts(figures, "channels") == {
        "Inscrit en ligne": 7, "Inscrit à l’entrée": 2, "Badge vierge, sans fiche": 1,
    }  # fmt: skip
    assert counts(figures, "needs") == {"S’asseoir": 1, "Endroit calme": 1}
    assert counts(figures, "reasons") == {"Revenu, RSA, prime d’activité": 1, "Santé, mutuelle": 1}
    assert counts(figures, "hours") == {"9\u00a0h à 10\u00a0h": 10}
    head = figures.headline
    assert (head.people, head.badges, head.companions, head.by_hand) == (19, 10, 3, 6)
    assert (head.registered, head.registered_came, head.peak) == (8, 7, 19)


def test_figures_count_visits_seats_and_the_survey(ctx: Context, forum: Forum) -> None:
    session = ctx.session
    sitting = make_session(session, make_workshop(session, forum, title="CV"))
    point = make_point(session, forum, kind=PointKind.SESSION, session_id=sitting.id)
    (attendee,) = come(session, forum, 1)
    make_seat(session, sitting, attendee)
    make_visit(session, point, attendee.badges[0])
    make_visit(session, point, make_badge(session, forum))
    make_visit(session, point, make_badge(session, forum, is_rehearsal=True))
    for note in (5, 4, 4):
        answer(session, forum, satisfaction=note, words="Merci à Jeanne" if note == 5 else "")

    figures = figures_for_reader(ctx, forum.slug)

    assert list(counts(figures, "workshops").values()) == [2]
    assert list(counts(figures, "seats").values()) == [1]
    assert figures.figure("seats").total is None
    survey = figures.survey
    assert (survey.answers, survey.average) == (3, 4.3)
    assert [row.count for row in survey.satisfaction.rows] == [1, 2, 0, 0, 0]
    assert [words.text for words in survey.words] == ["Merci à Jeanne"]


def test_small_cells_are_for_the_team_only(ctx: Context, forum: Forum) -> None:
    session = ctx.session
    come(session, forum, 20, commune_insee=ARRAS, target_group=TargetGroup.SENIORS)
    come(session, forum, 7, commune_insee=ACHICOURT, target_group=TargetGroup.LOW_INCOME)
    come(session, forum, 2, target_group=TargetGroup.YOUTH)
    for note in [5] * 6 + [1]:
        answer(session, forum, satisfaction=note, words="Rien")

    exact = figures_for_reader(ctx, forum.slug)
    seen = figures_for_reader(grantee_of(ctx), forum.slug)

    assert counts(exact, "groups")["Jeunes"] == 2
    assert {row.label for row in exact.figure("groups").rows if row.is_hidden} == {
        "Jeunes", "Allocataires RSA, prime d’activité, demandeurs d’emploi",
    }  # fmt: skip
    assert counts(seen, "groups") == {
        "Jeunes": None, "Seniors": 20,
        "Allocataires RSA, prime d’activité, demandeurs d’emploi": None,
    }  # fmt: skip
    assert counts(seen, "communes") == {"Arras": 20, "Achicourt": None, "Non renseigné": None}
    assert seen.figure("communes").total == 29
    assert not seen.arrivals
    assert {inside % 5 for _, inside in seen.presence if inside is not None} == {0}
    assert (seen.survey.answers, seen.survey.average, seen.survey.words) == (7, 4.4, ())
    assert {row.count for row in seen.survey.satisfaction.rows} == {None}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_tables_wait_for_the_doors_to_close_but_for_the_staff(
    ctx: Context, forum: Forum, clock: FrozenClock
) -> None:
    """The difference of two tables taken as somebody walks in would be that person."""
    come(ctx.session, forum, 9, target_group=TargetGroup.SENIORS)
    grantee = grantee_of(ctx)
    clock.set(OPENS + timedelta(hours=7))
    assert not figures_for_reader(grantee, forum.slug).figures
    with pytest.raises(ConflictError):
        export_figures(grantee, forum.slug, FiguresFormat.CSV)
    with pytest.raises(ConflictError):
        forum_report(grantee, forum.slug)
    assert export_figures(ctx, forum.slug, FiguresFormat.CSV).content
    clock.set(CLOSED)
    assert counts(figures_for_reader(grantee, forum.slug), "groups") == {"Seniors": 9}
    assert export_figures(grantee, forum.slug, FiguresFormat.CSV).content


def test_hardly_anybody_came(ctx: Context, forum: Forum) -> None:
    come(ctx.session, forum, 4, commune_insee=ARRAS)
    seen = figures_for_reader(grantee_of(ctx), forum.slug)
    assert (seen.headline.people, seen.headline.badges, seen.presence) == (None, None, [])
    assert {row.count for figure in seen.figures for row in figure.rows} == {None}
    assert {figure.total for figure in seen.figures} == {None}


def test_files_leave_without_small_cells_whoever_takes_them(ctx: Context, forum: Forum) -> None:
    session = ctx.session
    come(session, forum, 20, commune_insee=ARRAS, target_group=TargetGroup.SENIORS)
    come(session, forum, 6, commune_insee=ACHICOURT)
    come(session, forum, 3, target_group=TargetGroup.YOUTH)
    make_head_count(session, make_device(session, forum), 12)
    for note in (5, 5, 4, 4, 5, 5):
        answer(session, forum, satisfaction=note, words="Bravo à Jeanne")

    made = export_figures(ctx, forum.slug, FiguresFormat.CSV)
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig")), delimiter=";"))
    sheet = export_figures(ctx, forum.slug, FiguresFormat.XLSX)
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    word = forum_report(ctx, forum.slug)
    document = docx.Document(io.BytesIO(word.content))

    assert ["Par commune", "Arras", "20", "badges"] in rows
    assert ["Par commune", "Achicourt", "n.c.", "badges"] in rows
    assert ["Par public cible", "Jeunes", "n.c.", "badges"] in rows
    assert ["Ensemble", "Personnes venues", "41", "personnes"] in rows
    read = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert [[cell or "" for cell in row] for row in read] == rows
    text = "\n".join(
        [p.text for p in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    assert "Bilan du forum" in text
    assert forum.title in text
    assert "41" in text
    assert "Jeanne" not in text + made.content.decode()
    assert "{" not in text
    groups = next(t for t in document.tables if any("Jeunes" in c.text for c in t.columns[0].cells))
    assert [c.text for c in groups.columns[1].cells if c.text] == [
        "Badges",
        "n.c.",
        "0",
        "0",
        "20",
        "n.c.",
        "29",
    ]
    pictures = document.element.body.xpath(".//pic:pic")
    described = document.element.body.xpath(".//wp:docPr/@descr")
    assert len(pictures) == len(described) > 4
    assert any(words.startswith("Courbe des présents") for words in described)
    assert (
        len({rel.target_ref for rel in document.part.rels.values() if "image" in rel.reltype}) == 3
    )
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "figures.exported"))
    assert {event.detail["format"] for event in events} == {"csv", "xlsx", "docx"}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_report_of_a_forum_that_nobody_came_to_can_be_made(ctx: Context) -> None:
    forum = make_forum(ctx.session, held_on=None)
    word = forum_report(ctx, forum.slug)
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(word.content)).paragraphs)
    assert "Bilan du forum" in text
    assert "questionnaire" not in text.lower()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_partners_have_no_figures(ctx: Context, forum: Forum) -> None:
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session)))
    for ask in (
        lambda: figures_for_reader(partner, forum.slug),
        lambda: export_figures(partner, forum.slug, FiguresFormat.CSV),
        lambda: forum_report(partner, forum.slug),
    ):
        with pytest.raises(ForbiddenError):
            ask()


def test_figures_cost_the_same_whatever_the_crowd(ctx: Context, clock: FrozenClock) -> None:
    slug, costs = make_forum(ctx.session).slug, []
    for number in (1, 15):
        forum = ctx.session.scalars(select(Forum).where(Forum.slug == slug)).one()
        come(ctx.session, forum, number, commune_insee=ARRAS)
        answer(ctx.session, forum)
        costs.append(cost(ctx.session, lambda: figures_for_reader(ctx, slug)))
    assert costs[0] == costs[1] <= 14


def answer(session: Session, forum: Forum, **values: object) -> SurveyAnswer:
    made = SurveyAnswer(
        **{
            "forum_id": forum.id,
            "satisfaction": 5,
            "found": "yes",
            "recommends": True,
            "answered_on": OPENS,
            **values,
        }
    )
    session.add(made)
    session.commit()
    return made
