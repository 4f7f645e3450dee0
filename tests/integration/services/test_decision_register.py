"""The register of decisions, on both engines."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_decision, make_minutes
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.minutes import MinutesVersion
from zna_network.queries.decision_register import DecisionFilter
from zna_network.queries.listing import PageRequest
from zna_network.services import decision_register, decisions
from zna_network.services.context import Context
from zna_network.services.decision_register import RegisterFormat
from zna_network.services.decisions import DecisionData

ALL = DecisionFilter()
LATEST = PageRequest(sort="date", descending=True)


def _found(
    ctx: Context, words: str = "", wanted: DecisionFilter = ALL, request: PageRequest = LATEST
) -> list[str]:
    page = decision_register.read(ctx, wanted, request, words)
    return [row.decision.text for row in page.items]


def test_is_searched_filtered_sorted_and_taken_away(ctx: Context) -> None:
    first = make_committee(ctx.session, name="Comité du lot 1")
    second = make_committee(ctx.session, name="COPIL")
    minutes = make_minutes(ctx.session, make_meeting(ctx.session, first))
    section = minutes.sections[0]
    data = DecisionData(
        "Le Rœulx accueille la permanence de l’été",
        date(2026, 12, 17),
        "C.C.A.S. d’Arras",
        section.id,
    )
    made = decisions.create_decision(ctx, minutes.meeting_id, data)
    elsewhere = make_meeting(ctx.session, second)
    make_decision(ctx.session, elsewhere, text="=1+1", owner="CUA", decided_on=date(2027, 1, 5))
    make_decision(
        ctx.session, elsewhere, text="Sans responsable", owner="", decided_on=date(2026, 6, 1)
    )
    assert _found(ctx) == ["=1+1", data.text, "Sans responsable"]
    for words in ("roeulx", "PERMANENCE éte", "ccas arras", "perman", "  Rœulx  "):
        assert _found(ctx, words) == [data.text], words
    for words in ("ermanence", "permanence hiver", "%", "_", "???"):
        assert _found(ctx, words) == [], words
    assert _found(ctx, wanted=DecisionFilter(committee_id=second.id)) == [
        "=1+1",
        "Sans responsable",
    ]
    assert _found(ctx, wanted=DecisionFilter(owner="cua")) == ["=1+1"]
    span = DecisionFilter(since=date(2026, 12, 17), until=date(2026, 12, 17))
    assert _found(ctx, wanted=span) == [data.text]
    assert _found(ctx, request=PageRequest(sort="owner"))[-1] == "Sans responsable"
    decisions.update_decision(
        ctx, minutes.meeting_id, made.id,
        DecisionData("Autre chose", date(2026, 12, 17)), made.revision,
    )  # fmt: skip
    assert (_found(ctx, "roeulx"), _found(ctx, "autre")) == ([], ["Autre chose"])
    file = decision_register.export(ctx, ALL, "", RegisterFormat.CSV)
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Date;Décision;Qui en répond;Instance;Réunion;")
    assert lines[1].startswith("2027-01-05;'=1+1;CUA;COPIL;")
    assert len(lines) == 4
    book = decision_register.export(ctx, DecisionFilter(owner="CUA"), "", RegisterFormat.XLSX)
    sheet = openpyxl.load_workbook(BytesIO(book.content)).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == ["Décision", "'=1+1"]


def test_a_member_finds_what_validated_minutes_hold(ctx: Context, clock: FrozenClock) -> None:
    leading, sitting = make_grantee(ctx.session), make_organisation(ctx.session)
    committee = make_committee(ctx.session, led_by=leading)
    make_membership(ctx.session, committee, make_contact(ctx.session, sitting))
    minutes = make_minutes(ctx.session, make_meeting(ctx.session, committee))
    decision = make_decision(ctx.session, minutes.meeting, text="Ouvrir le samedi")
    make_decision(ctx.session, make_meeting(ctx.session), text="Une autre instance")
    leader = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, leading))
    member = acting_as(ctx, make_user(ctx.session, Role.PARTNER, sitting))
    stranger = acting_as(ctx, make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session)))

    def seen() -> list[list[str]]:
        return [_found(reader) for reader in (leader, member, stranger)]

    assert seen() == [["Ouvrir le samedi"], [], []]
    ctx.session.add(
        MinutesVersion(minutes_id=minutes.id, number=1, values={}, document=b"", created_at=ctx.now)
    )
    ctx.session.commit()
    assert seen() == [["Ouvrir le samedi"], ["Ouvrir le samedi"], []]
    assert decision_register.read(leader, ALL, LATEST).items[0].is_final
    # What is being changed in a new draft is not for those who only sit in it.
    clock.move(timedelta(days=1))
    changed = DecisionData("Ouvrir le dimanche", decision.decided_on)
    decisions.update_decision(ctx, minutes.meeting_id, decision.id, changed, decision.revision)
    assert seen() == [["Ouvrir le dimanche"], [], []]
    assert not decision_register.read(leader, ALL, LATEST).items[0].is_final
    exported = decision_register.export(member, ALL, "", RegisterFormat.CSV).content
    assert b"dimanche" not in exported


def test_costs_the_same_for_5_and_for_50(ctx: Context) -> None:
    def add(number: int) -> None:
        for _ in range(number):
            make_decision(ctx.session, make_meeting(ctx.session))

    whole = PageRequest(sort="date", per_page=100)
    add(5)
    few = cost(ctx.session, lambda: decision_register.read(ctx, ALL, whole))
    add(45)
    assert cost(ctx.session, lambda: decision_register.read(ctx, ALL, whole)) == few
