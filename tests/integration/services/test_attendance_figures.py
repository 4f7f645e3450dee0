"""How much each organisation comes, on both engines."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_attendance
from tests.factories.organisations import make_organisation
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.models.committee import Committee
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.minutes import Presence
from zna_network.models.organisation import Organisation
from zna_network.services import attendance_figures
from zna_network.services.attendance_figures import UNKNOWN, OrganisationFigures, Span
from zna_network.services.attendance_figures_export import FiguresFormat, export
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError


def _held(ctx: Context, committee: Committee, days_ago: int = 10, **values: object) -> Meeting:
    start = ctx.now - timedelta(days=days_ago)
    return make_meeting(
        ctx.session, committee, starts_at=start, ends_at=start + timedelta(hours=2), **values
    )


def _invited(
    ctx: Context, meeting: Meeting, organisation: Organisation, **values: object
) -> Invitation:
    return make_invitation(ctx.session, meeting, organisation=organisation, convened=True, **values)


def _lines(ctx: Context, **wanted: object) -> dict[str, OrganisationFigures]:
    found = attendance_figures.read(ctx, **wanted).lines  # type: ignore[arg-type]
    return {line.name: line for line in found}


def _counts(line: OrganisationFigures) -> tuple[int, ...]:
    """On site, at a distance, represented, excused, absent."""
    return tuple(line.counts[presence] for presence in Presence)


def test_an_organisation_counts_once_a_meeting_by_the_best_that_happened(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    caf = make_organisation(ctx.session, name="Caisse d’exemple", acronym="CDX")
    ccas = make_organisation(ctx.session, name="CCAS d’exemple")
    away = make_organisation(ctx.session, name="Association absente")
    recent, older = _held(ctx, committee), _held(ctx, committee, 40)
    # Two people of one organisation: one excused, the other ticked on site.
    _invited(ctx, recent, caf, answer=Answer.DECLINED)
    make_attendance(
        ctx.session, recent, invitation=_invited(ctx, recent, caf, answer=Answer.DECLINED)
    )
    _invited(ctx, older, caf, answer=Answer.REMOTE)
    # Represented: it came; where who represents was ticked as missing, nobody did.
    for meeting, presence in ((recent, Presence.PRESENT), (older, Presence.ABSENT)):
        principal = _invited(ctx, meeting, ccas, answer=Answer.REPRESENTED)
        stand_in = _invited(ctx, meeting, ccas, represents_id=principal.id)
        make_attendance(ctx.session, meeting, invitation=stand_in, presence=presence)
    # No answer, and an answer that commits to nothing; withdrawn, it counts where it was ticked.
    _invited(ctx, recent, away)
    _invited(ctx, older, away, answer=Answer.TENTATIVE)
    gone = _invited(ctx, older, make_organisation(ctx.session, name="Retirée"), removed_at=ctx.now)
    ticked = _invited(ctx, older, make_organisation(ctx.session, name="Venue"), removed_at=ctx.now)
    make_attendance(ctx.session, older, invitation=ticked)
    # Not in the directory, or nowhere; and who came unannounced for an organisation convened.
    make_invitation(ctx.session, recent, organisation_name="Collectif du Rœulx", convened=True)
    make_invitation(ctx.session, older, organisation_name="cdx", convened=True)
    make_invitation(ctx.session, older, convened=True)
    make_attendance(
        ctx.session, recent, organisation_name="collectif du roeulx", presence=Presence.REMOTE
    )
    make_attendance(ctx.session, recent, organisation_name="Jamais convoqué")
    # Neither to come nor called off.
    _invited(ctx, _held(ctx, committee, -5), away)
    _invited(ctx, _held(ctx, committee, state=MeetingState.CANCELLED), away)
    found = attendance_figures.read(ctx)
    assert (found.meetings, found.unticked, found.never) == (2, 0, 2)
    assert [line.name for line in found.lines[:3]] == [
        "Association absente",
        UNKNOWN,
        "CCAS d’exemple",
    ]
    assert found.rate == 56  # 5 of 9
    lines = _lines(ctx)
    assert _counts(lines["Caisse d’exemple"]) == (1, 1, 0, 0, 0)
    assert _counts(lines["CCAS d’exemple"]) == (0, 0, 1, 0, 1)
    assert _counts(lines["Association absente"]) == (0, 0, 0, 0, 2)
    assert _counts(lines["Collectif du Rœulx"]) == (0, 1, 0, 0, 0)
    assert _counts(lines["Venue"]) == (1, 0, 0, 0, 0)
    assert lines["Association absente"].never_came
    assert lines["CCAS d’exemple"].rate == 50
    assert lines["CCAS d’exemple"].last_on == date(2026, 11, 23)
    assert (lines["Caisse d’exemple"].slug, lines["Collectif du Rœulx"].slug) == (caf.slug, "")
    assert gone.name not in str(found)
    assert {"Retirée", "Jamais convoqué"} & set(lines) == set()


def test_narrows_by_committee_and_by_days_of_arras(ctx: Context) -> None:
    first, second = make_committee(ctx.session), make_committee(ctx.session)
    one, two = (make_organisation(ctx.session, name=name) for name in ("Une", "Deux"))
    _invited(ctx, _held(ctx, first), one)  # 23 November 2026
    _invited(ctx, _held(ctx, second, 40), two)  # 24 October 2026
    assert set(_lines(ctx, committee_id=first.id)) == {"Une"}
    day = date(2026, 11, 23)
    assert set(_lines(ctx, span=Span(since=day, until=day))) == {"Une"}
    assert set(_lines(ctx, span=Span(until=day - timedelta(days=1)))) == {"Deux"}
    assert _lines(ctx, committee_id=0) == {}
    assert attendance_figures.read(ctx, 0).rate is None
    assert attendance_figures.read(ctx).unticked == 2
    book = export(ctx, first.id, Span(), FiguresFormat.XLSX)
    sheet = openpyxl.load_workbook(BytesIO(book.content)).active
    assert sheet is not None
    [_, row] = sheet.iter_rows(values_only=True)
    assert row[:8] == ("Une", 1, 0, 0, 0, 0, 1, 0)
    assert "Une;1;0;0;0;0;1;0;oui;" in export(ctx, None, Span(), FiguresFormat.CSV).content.decode()
    for role in (Role.GRANTEE, Role.PARTNER):
        with pytest.raises(ForbiddenError):
            attendance_figures.read(acting_as(ctx, make_user(ctx.session, role, one)))


def test_costs_the_same_for_5_and_for_50(ctx: Context) -> None:
    committee = make_committee(ctx.session)

    def add(number: int) -> None:
        for rank in range(number):
            meeting = _held(ctx, committee, 10 + rank)
            _invited(ctx, meeting, make_organisation(ctx.session))

    add(5)
    few = cost(ctx.session, lambda: attendance_figures.read(ctx))
    add(45)
    assert cost(ctx.session, lambda: attendance_figures.read(ctx)) == few
