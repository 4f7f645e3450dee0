"""The grants: written by the CUA, read by their grantee, reminded of, and never by two at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.grants import DEADLINE, make_grant, make_step
from tests.factories.organisations import make_grantee, make_organisation
from tests.mail_reading import html_of, mails, text_of
from tests.races import race, results_at_once
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.grant import Grant, GrantDocument, GrantFunding, GrantPayment
from zna_network.queries import grants as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.grants import export, grants, overview, reminders, settling
from zna_network.services.grants.grant_values import (
    DocumentLine,
    FundingLine,
    GrantData,
    PaymentLine,
)
from zna_network.services.merging import MergeData, merge_organisations
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.planning.home_lines import plan_lines

DATA = GrantData(lots=[3, 1], subsidy="40 000,01", total_cost="50 000", ancillary="5000")


def _nine(year: int, month: int, day: int, hour: int = 7) -> datetime:
    """Nine o’clock in Arras, in summer."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_a_grant_comes_with_what_the_call_foresees_and_its_halves_follow_the_subsidy(
    ctx: Context,
) -> None:
    grantee = make_grantee(ctx.session, name="Passerelles")
    grant = grants.create_grant(ctx, grantee.id, "2026-2027", DATA)
    assert (grant.lots, grant.subsidy_cents) == ([1, 3], 4_000_001)
    assert [(p.amount_cents, p.due_on) for p in grant.payments] == [
        (2_000_001, date(2026, 6, 1)), (2_000_000, date(2027, 6, 1)),
    ]  # fmt: skip
    assert {paper.due_on for paper in grant.documents} == {DEADLINE}
    assert {paper.section for paper in grant.documents} == {
        "1.4 Durée ; 1.5 Cadrage budgétaire", "2.2 Calendrier prévisionnel",
    }  # fmt: skip
    with pytest.raises(ConflictError, match="Passerelles a déjà une convention"):
        grants.create_grant(ctx, grantee.id, "2026-2027", DATA)
    with pytest.raises(InvalidError, match="lauréat de la liste"):
        grants.create_grant(ctx, make_organisation(ctx.session).id, "2026-2027", DATA)

    grants.update_grant(ctx, grant.id, replace(DATA, subsidy="30 000"), grant.revision)
    assert [p.amount_cents for p in grant.payments] == [1_500_000, 1_500_000]
    settling.mark_paid(ctx, grant.payments[0].id, date(2026, 7, 1))
    grants.update_grant(ctx, grant.id, replace(DATA, subsidy="20 000"), grant.revision)
    assert [p.amount_cents for p in grant.payments] == [1_500_000, 1_500_000]  # One was made.
    wrong = GrantData(lots=[4], subsidy="", total_cost="10", ancillary="11", note="FR76 3000 6000 0112 3456 7890 189")  # fmt: skip
    with pytest.raises(InvalidValuesError) as refusal:
        grants.update_grant(ctx, grant.id, wrong, grant.revision)
    fields = {problem.field for problem in refusal.value.problems}
    assert fields == {"lots", "subsidy", "ancillary", "note"}
    assert ctx.session.get_one(Grant, grant.id).subsidy_cents == 2_000_000
    with pytest.raises(ConflictError, match="ne se supprime pas"):
        grants.remove_grant(ctx, grant.id, grant.revision)
    other = make_grant(ctx.session)
    grants.remove_grant(ctx, other.id, other.revision)
    assert (
        ctx.session.scalars(select(GrantPayment.id).where(GrantPayment.grant_id == other.id)).all()
        == []
    )


def test_lines_are_changed_added_and_taken_off_together_or_not_at_all(ctx: Context) -> None:
    grant = make_grant(ctx.session)
    stranger = make_grant(ctx.session)
    kept, theirs = grant.fundings[0].id, stranger.fundings[0].id
    lines = [
        FundingLine(kept, "Département du Pas-de-Calais", "8 000", True),
        FundingLine(None, "", ""),
        FundingLine(theirs, "Fonds propres", "2000"),
    ]
    grants.replace_fundings(ctx, grant.id, lines, grant.revision)
    assert [(f.funder, f.amount_cents) for f in grant.fundings] == [
        ("Département du Pas-de-Calais", 800_000), ("Fonds propres", 200_000),
    ]  # fmt: skip
    assert grant.fundings[0].id == kept
    assert ctx.session.get_one(GrantFunding, theirs).funder == "Département"  # Nobody took it.
    with pytest.raises(InvalidValuesError) as refusal:
        grants.replace_fundings(
            ctx, grant.id, [FundingLine(kept, "", "12"), FundingLine(None, "CAF", "beaucoup")],
            grant.revision,
        )  # fmt: skip
    assert {p.field for p in refusal.value.problems} == {"lines-0-funder", "lines-1-amount"}
    assert len(ctx.session.get_one(Grant, grant.id).fundings) == 2
    grants.replace_fundings(ctx, grant.id, [], grant.revision)
    assert grant.fundings == []

    tomorrow = date(2026, 12, 4)
    with pytest.raises(InvalidValuesError) as refusal:
        grants.replace_payments(
            ctx, grant.id, [PaymentLine(None, "Solde", "5", None, tomorrow)], grant.revision
        )
    assert {p.field for p in refusal.value.problems} == {"lines-0-due_on", "lines-0-paid_on"}
    paper = DocumentLine(None, "Comptes", DEADLINE, "1.5", date(2026, 12, 3))
    grants.replace_documents(ctx, grant.id, [paper], grant.revision)
    assert [(d.label, d.received_on) for d in grant.documents] == [("Comptes", date(2026, 12, 3))]


def test_two_agents_at_once_lose_nothing_of_each_other(app: Flask, ctx: Context) -> None:
    grantee_id = make_grantee(ctx.session).id
    assert race(app, [lambda c: grants.create_grant(c, grantee_id, "2026-2027", DATA)] * 2) == [
        "ConflictError",
        "won",
    ]
    grant = make_grant(ctx.session)
    seen, grant_id = grant.revision, grant.id
    first, second = grant.payments[0].id, grant.documents[0].id
    assert race(
        app,
        [
            lambda c: grants.replace_fundings(c, grant_id, [FundingLine(None, "CAF", "1")], seen),
            lambda c: grants.replace_payments(c, grant_id, [], seen),
            lambda c: grants.update_grant(c, grant_id, DATA, seen),
        ],
    ) == ["ConflictError", "ConflictError", "won"]
    grant = make_grant(ctx.session)
    first, second = grant.payments[0].id, grant.documents[0].id
    assert race(
        app,
        [lambda c: settling.mark_paid(c, first)] * 2
        + [lambda c: settling.receive_document(c, second)] * 2,
    ) == ["ConflictError", "ConflictError", "won", "won"]
    assert ctx.session.get_one(GrantPayment, first).paid_on == date(2026, 12, 3)
    with pytest.raises(InvalidError, match="dans l’avenir"):
        settling.mark_paid(ctx, grant.payments[1].id, date(2026, 12, 4))
    with pytest.raises(NotFoundError):
        settling.receive_document(ctx, 999_999)


def test_a_grantee_reads_its_own_and_writes_nothing(ctx: Context) -> None:
    mine, theirs = make_grant(ctx.session), make_grant(ctx.session)
    user = make_user(ctx.session, Role.GRANTEE, mine.organisation)
    grantee = acting_as(ctx, user)
    page = overview.read_season(grantee)
    assert [line.grant.id for line in page.lines] == [mine.id]
    assert page.envelope is None
    assert "envelope" not in {c.name for c in overview.read_grant(grantee, mine.id).line.checks}
    assert overview.read_season(ctx).envelope is not None
    sheet = load_workbook(BytesIO(export.export_season(grantee, "").content)).active
    assert sheet is not None
    assert [row[0] for row in sheet.values] == ["Lauréat", mine.organisation.name]
    for refused in (
        lambda: overview.read_grant(grantee, theirs.id),
        lambda: grants.create_grant(grantee, mine.organisation_id, "2027-2028", DATA),
        lambda: grants.update_grant(grantee, mine.id, DATA, 1),
        lambda: settling.mark_paid(grantee, mine.payments[0].id),
        lambda: reminders.remind(grantee, mine.id),
        lambda: overview.read_season(acting_as(ctx, make_user(ctx.session, Role.PARTNER, mine.organisation))),
    ):  # fmt: skip
        with pytest.raises(ForbiddenError):
            refused()
    dated = ctx.session.execute(
        queries.dated(date(2027, 6, 1), DEADLINE, mine.organisation_id)
    ).all()
    assert [(row.kind, row.due_on, row.settled_on) for row in dated] == [
        ("payment", date(2027, 6, 1), None), ("document", DEADLINE, None),
    ]  # fmt: skip
    assert len(ctx.session.execute(queries.dated(DEADLINE, DEADLINE, None)).all()) == 2


def test_papers_are_reminded_of_before_and_after_once_whatever_the_workers(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    grant = make_grant(ctx.session, documents=[
        GrantDocument(label="Bilan des actions", due_on=DEADLINE, section="2.2"),
        GrantDocument(label="Comptes", due_on=DEADLINE),
        GrantDocument(label="Plus tard", due_on=DEADLINE + timedelta(days=60)),
    ])  # fmt: skip
    user = make_user(ctx.session, Role.GRANTEE, grant.organisation)
    clock.set(_nine(2027, 5, 31) - timedelta(seconds=1))
    assert reminders.run(ctx) == 0
    clock.set(_nine(2027, 5, 31))
    assert sum(results_at_once(app, [reminders.run] * 3)) == 1
    [mail] = mails(ctx.session, "grant_papers")
    assert mail.recipient == user.email
    assert mail.subject.startswith("Pièces attendues")
    for said in (
        "Bilan des actions",
        "Comptes",
        "mercredi 30 juin 2027",
        f"/conventions/{grant.id}",
    ):
        assert said in text_of(mail), said
        assert said in html_of(mail), said
    assert "Plus tard" not in text_of(mail)
    assert reminders.run(ctx) == 0

    # By hand the day before the next one: nobody is written to twice in a row.
    clock.set(_nine(2027, 6, 22, 8))
    assert reminders.remind(ctx, grant.id) == 1
    with pytest.raises(ConflictError, match="déjà été relancé"):
        reminders.remind(ctx, grant.id)
    clock.set(_nine(2027, 6, 23))
    assert reminders.run(ctx) == 0
    settling.receive_document(ctx, grant.documents[0].id)
    clock.set(_nine(2027, 7, 1))
    assert sum(results_at_once(app, [reminders.run] * 2)) == 1
    last = mails(ctx.session, "grant_papers")[-1]
    assert last.subject.startswith("Pièces en retard")
    assert "Bilan des actions" not in text_of(last)
    settling.receive_document(ctx, grant.documents[1].id)
    clock.set(_nine(2027, 7, 15))
    assert reminders.run(ctx) == 0

    # Without an account, to the address of the directory; without either, the page says so.
    user.is_active = False
    ctx.session.commit()
    with pytest.raises(ConflictError, match="ni compte actif"):
        reminders.remind(ctx, grant.id)
    grant.organisation.email = "contact@lilas.example"
    ctx.session.commit()
    assert reminders.remind(ctx, grant.id) == 1
    assert mails(ctx.session, "grant_papers")[-1].recipient == "contact@lilas.example"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_page_costs_the_same_for_five_grants_and_for_fifty(
    ctx: Context, clock: FrozenClock
) -> None:
    def work() -> None:
        overview.read_season(ctx)
        plan_lines(ctx)

    clock.set(_nine(2027, 7, 2))
    costs = []
    for number in (5, 45):
        for _ in range(number):
            make_step(ctx.session, make_grant(ctx.session).organisation)
        costs.append(cost(ctx.session, work))
    assert costs[0] == costs[1]
    lines = plan_lines(ctx)
    assert lines is not None
    assert (lines.late_steps, lines.late_papers, lines.organisation_id) == (50, 50, None)
    assert costs[0] < 12


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_workbook_adds_up_and_two_records_with_a_grant_each_are_not_merged(
    ctx: Context,
) -> None:
    first, second = make_grant(ctx.session), make_grant(ctx.session, subsidy_cents=4_500_050)
    made = export.export_season(ctx, "2026-2027")
    assert made.filename == "conventions-2026-2027-2026-12-03.xlsx"
    sheet = load_workbook(BytesIO(made.content)).active
    assert sheet is not None
    rows = [dict(zip(next(sheet.values), row, strict=True)) for row in list(sheet.values)[1:]]
    assert sum(row["Subvention (€)"] for row in rows) == 85_000.5
    assert (
        "Non respectée\u00a0: La subvention ne dépasse pas 80"
        in rows[1]["Règles de l’appel à projets"]
    )
    kept, other = first.organisation, second.organisation
    data = MergeData(kept.id, other.id, kept.revision, other.revision)
    with pytest.raises(ConflictError, match="une convention pour 2026-2027"):
        merge_organisations(ctx, data)
    assert ctx.session.scalar(select(func.count(Grant.id))) == 2
