"""The rules of the call, judged at their very limits: to the cent."""

from dataclasses import replace
from datetime import date

import pytest

from zna_network.models.grant import Grant, GrantDocument, GrantFunding, GrantPayment
from zna_network.services.errors import InvalidError
from zna_network.services.grants import call_rules, checks
from zna_network.services.grants.money import euros, percent, read_cents, typed_euros
from zna_network.services.grants.verdicts import Facts, Verdict, worst

JUNE_26, JUNE_27, LAST = date(2026, 6, 1), date(2027, 6, 1), date(2027, 6, 30)
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


def _facts(today: date = date(2026, 12, 3), **values: object) -> Facts:
    grant = {
        "season": "2026-2027",
        "subsidy_cents": 4_000_000,
        "total_cost_cents": 5_000_000,
        "ancillary_cents": 500_000,
        "fundings": [_funding(1_000_000)],
        "payments": [_payment(2_000_000, JUNE_26), _payment(2_000_000, JUNE_27)],
        "documents": [_paper()],
    }
    return Facts(Grant(**{**grant, **values}), today)


def _funding(cents: int, is_obtained: bool = True) -> GrantFunding:
    return GrantFunding(funder="Département", amount_cents=cents, is_obtained=is_obtained)


def _payment(cents: int, due_on: date) -> GrantPayment:
    return GrantPayment(label="Versement", amount_cents=cents, due_on=due_on)


def _paper(due_on: date = LAST, received_on: date | None = None) -> GrantDocument:
    return GrantDocument(label="Bilan", due_on=due_on, received_on=received_on)


def test_a_grant_that_keeps_every_rule_says_so_with_its_figures_and_sources() -> None:
    found = {check.name: check for check in checks.judged(_facts())}
    assert {name: check.verdict for name, check in found.items()} == {
        "subsidy_share": MET, "cofinancing_share": MET, "ancillary_share": MET,
        "balanced_plan": MET, "payment_halves": MET, "accounts_in_time": UNKNOWN,
    }  # fmt: skip
    assert all(check.source.startswith("1.") for check in found.values())
    share = found["subsidy_share"]
    assert (share.figure, share.limit) == (
        "80\u00a0% (40\u202f000\u00a0€ sur 50\u202f000\u00a0€)",
        "80\u00a0% au plus, soit 40\u202f000\u00a0€",
    )
    accounts = found["accounts_in_time"]
    assert accounts.limit == "le mercredi 30 juin 2027 au plus tard"
    assert accounts.source == "1.4 Durée ; 1.5 Cadrage budgétaire"
    assert (accounts.figure, accounts.words) == (
        "0 pièce reçue sur 1", "L’échéance est dans 209 jours.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("judge", "values", "verdict", "words"),
    [
        # One cent beyond, which the rounded percentage does not show.
        (checks.subsidy_share, {"subsidy_cents": 4_000_001}, NOT_MET, "dépasse la limite de 0,01"),
        (checks.subsidy_share, {"total_cost_cents": 0}, UNKNOWN, "coût total"),
        (checks.subsidy_share, {"total_cost_cents": 33, "subsidy_cents": 26}, MET, ""),
        (checks.subsidy_share, {"total_cost_cents": 33, "subsidy_cents": 27}, NOT_MET, "0,01"),
        (checks.cofinancing_share, {"fundings": [_funding(999_999)]}, NOT_MET, "Il manque 0,01"),
        (checks.cofinancing_share, {"fundings": []}, NOT_MET, "10\u202f000"),
        (checks.cofinancing_share, {"total_cost_cents": 33, "fundings": [_funding(7)]}, MET, ""),
        (checks.cofinancing_share, {"fundings": [_funding(1_000_000, is_obtained=False)]}, MET, "10\u202f000\u00a0€ restent à obtenir"),
        (checks.ancillary_share, {"ancillary_cents": 500_001}, NOT_MET, "0,01"),
        (checks.balanced_plan, {"fundings": [_funding(900_000)]}, NOT_MET, "manque 1\u202f000\u00a0€"),
        (checks.balanced_plan, {"subsidy_cents": 4_000_050}, NOT_MET, "dépassent les dépenses de 0,50"),
        (checks.balanced_plan, {"total_cost_cents": 0}, UNKNOWN, "coût total"),
        (checks.payment_halves, {"payments": []}, UNKNOWN, "Aucun versement"),
        (checks.payment_halves, {"payments": [_payment(4_000_000, JUNE_26)]}, NOT_MET, "il y en a 1"),
        (checks.payment_halves, {"payments": [_payment(1_000_000, JUNE_26), _payment(3_000_000, JUNE_27)]}, NOT_MET, "pas égaux"),
        (checks.payment_halves, {"payments": [_payment(2_000_000, JUNE_26), _payment(1_999_999, JUNE_27)]}, NOT_MET, "font 39\u202f999,99"),
        (checks.payment_halves, {"payments": [_payment(2_000_000, JUNE_26), _payment(2_000_000, date(2027, 5, 31))]}, NOT_MET, "juin 2027"),
        (checks.payment_halves, {"subsidy_cents": 5, "payments": [_payment(2, JUNE_26), _payment(3, JUNE_27)]}, MET, ""),
        (checks.accounts_in_time, {"documents": []}, UNKNOWN, "Aucune pièce"),
        (checks.accounts_in_time, {"documents": [_paper(date(2027, 7, 1))]}, NOT_MET, "après cette date"),
        (checks.accounts_in_time, {"documents": [_paper(received_on=LAST)]}, MET, "à temps"),
        (checks.accounts_in_time, {"documents": [_paper(received_on=date(2027, 7, 1))]}, NOT_MET, "arrivées après"),
    ],
)  # fmt: skip
def test_each_rule_at_its_limit(judge, values, verdict, words) -> None:  # type: ignore[no-untyped-def]
    check = judge(_facts(**values))
    assert (check.verdict, words in check.words) == (verdict, True), check


def test_the_accounts_are_late_from_the_day_after_and_the_envelope_is_kept_to_the_cent() -> None:
    facts = _facts(today=LAST)
    assert checks.accounts_in_time(facts).words == "L’échéance est aujourd’hui."
    late = checks.accounts_in_time(replace(facts, today=date(2027, 7, 1)))
    assert (late.verdict, late.words) == (NOT_MET, "1 pièce manque.")
    assert checks.envelope_of(11_200_000, 3).verdict is MET
    over = checks.envelope_of(11_200_001, 3)
    assert (over.verdict, over.words) == (NOT_MET, "L’enveloppe est dépassée de 0,01\u00a0€.")
    assert worst([over, checks.envelope_of(0, 0)]) is NOT_MET


def test_sums_are_typed_as_the_french_write_them() -> None:
    for typed, cents in (
        ("28 000,50", 2_800_050),
        ("28\u202f000 €", 2_800_000),
        ("0,5", 50),
        ("", 0),
    ):
        assert read_cents(typed, field="subsidy") == cents
    for wrong in ("28.000,50", "-5", "douze", "1e3", "٣", "1000000000"):
        with pytest.raises(InvalidError) as refusal:
            read_cents(wrong, field="subsidy")
        assert refusal.value.field == "subsidy"
    assert (euros(2_800_050), euros(100), euros(0)) == (
        "28\u202f000,50\u00a0€",
        "1\u00a0€",
        "0\u00a0€",
    )
    assert (typed_euros(120_050), typed_euros(100)) == ("1200,50", "1")
    assert [percent(*pair) for pair in ((1, 3), (4, 5), (2, 3))] == [
        "33,33\u00a0%", "80\u00a0%", "66,67\u00a0%",
    ]  # fmt: skip


def test_a_season_is_two_years_that_follow_each_other() -> None:
    assert call_rules.clean_season(" 2026 – 2027") == "2026-2027"
    for wrong in ("2026", "2026-2028", "2026-2026", ""):
        with pytest.raises(InvalidError):
            call_rules.clean_season(wrong)
    assert call_rules.season_of(date(2027, 5, 31)) == "2026-2027"
    assert call_rules.season_of(date(2027, 6, 1)) == "2027-2028"
    first, second = call_rules.halves(5, "2027-2028")
    assert (first.amount_cents, second.amount_cents) == (3, 2)
    assert (first.due_on, second.due_on) == (date(2027, 6, 1), date(2028, 6, 1))
