"""The rules of the call, each judged on a grant: a figure, a limit, a verdict in words, and the
section of the call where the rule is written. Whole cents, no rounding before judging."""

from collections.abc import Callable, Sequence
from datetime import date

from zna_network.services.french_time import long_date, month_and_year
from zna_network.services.grants import call_rules as rules
from zna_network.services.grants.money import euros, percent
from zna_network.services.grants.verdicts import Check, Facts, Verdict

NO_COST = "Le coût total n’est pas renseigné."
NO_FIGURE = "—"


def subsidy_share(facts: Facts) -> Check:
    grant, most = facts.grant, rules.HIGHEST_SUBSIDY_PERCENT
    highest = grant.total_cost_cents * most // 100
    return _share(
        facts,
        name="subsidy_share",
        rule=f"La subvention ne dépasse pas {most}\u00a0% du coût total",
        part=grant.subsidy_cents,
        limit=f"{most}\u00a0% au plus, soit {euros(highest)}",
        excess=grant.subsidy_cents - highest,
        wrong="La subvention dépasse la limite de",
    )


def cofinancing_share(facts: Facts) -> Check:
    grant, least = facts.grant, rules.LEAST_COFINANCING_PERCENT
    lowest = -(-grant.total_cost_cents * least // 100)
    check = _share(
        facts,
        name="cofinancing_share",
        rule=f"Le cofinancement couvre au moins {least}\u00a0% du coût total",
        part=facts.cofinancing_cents,
        limit=f"{least}\u00a0% au moins, soit {euros(lowest)}",
        excess=lowest - facts.cofinancing_cents,
        wrong="Il manque",
    )
    awaited = facts.cofinancing_cents - facts.obtained_cents
    if check.verdict is not Verdict.MET or not awaited:
        return check
    return _worded(check, f"{euros(awaited)} restent à obtenir des cofinanceurs.")


def ancillary_share(facts: Facts) -> Check:
    grant, most = facts.grant, rules.HIGHEST_ANCILLARY_PERCENT
    highest = grant.total_cost_cents * most // 100
    return _share(
        facts,
        name="ancillary_share",
        rule=f"Les frais annexes ne dépassent pas {most}\u00a0% du coût total",
        part=grant.ancillary_cents,
        limit=f"{most}\u00a0% au plus, soit {euros(highest)}",
        excess=grant.ancillary_cents - highest,
        wrong="Les frais annexes dépassent la limite de",
    )


def balanced_plan(facts: Facts) -> Check:
    total = facts.grant.total_cost_cents
    found = facts.grant.subsidy_cents + facts.cofinancing_cents
    rule = "Le plan de financement est équilibré"
    if not total:
        return Check(
            "balanced_plan", rule, NO_FIGURE, NO_FIGURE, Verdict.UNKNOWN, NO_COST, rules.BUDGET
        )
    gap = total - found
    words = f"Il manque {euros(gap)} de recettes." if gap > 0 else ""
    if gap < 0:
        words = f"Les recettes dépassent les dépenses de {euros(-gap)}."
    return Check(
        "balanced_plan",
        rule,
        f"{euros(found)} de recettes",
        f"{euros(total)} de dépenses",
        Verdict.NOT_MET if gap else Verdict.MET,
        words,
        rules.BUDGET,
    )


def payment_halves(facts: Facts) -> Check:
    grant = facts.grant
    halves = rules.halves(grant.subsidy_cents, grant.season)
    limit = " puis ".join(
        f"{euros(half.amount_cents)} en {month_and_year(half.due_on)}" for half in halves
    )
    rule = "La subvention est versée par moitiés"
    planned = sorted(grant.payments, key=lambda payment: payment.due_on)
    if not grant.subsidy_cents or not planned:
        words = "Aucun versement n’est prévu." if grant.subsidy_cents else "Aucune subvention."
        return Check("payment_halves", rule, NO_FIGURE, limit, Verdict.UNKNOWN, words, rules.BUDGET)
    figure = " puis ".join(
        f"{euros(one.amount_cents)} en {month_and_year(one.due_on)}" for one in planned
    )
    words = _unlike_halves(facts, halves)
    verdict = Verdict.NOT_MET if words else Verdict.MET
    if not words and (paid := sum(one.amount_cents for one in planned if one.paid_on)):
        words = f"{euros(paid)} versés."
    return Check("payment_halves", rule, figure, limit, verdict, words, rules.BUDGET)


def accounts_in_time(facts: Facts) -> Check:
    """Every paper is due by the deadline, and came by then."""
    papers, deadline = facts.grant.documents, rules.deadline_of(facts.grant.season)
    received = [paper for paper in papers if paper.received_on]
    plural = "s" if len(received) > 1 else ""
    figure = f"{len(received)} pièce{plural} reçue{plural} sur {len(papers)}"
    verdict, words = _judged_papers(facts, deadline)
    return Check(
        "accounts_in_time",
        "Les dépenses sont justifiées à temps",
        figure if papers else NO_FIGURE,
        f"le {long_date(deadline)} au plus tard",
        verdict,
        words,
        rules.ACCOUNTS,
    )


def envelope_of(season_cents: int, count: int) -> Check:
    """The subsidies of every grant of a season together, and how many they are."""
    left = rules.ENVELOPE_CENTS - season_cents
    plural = "s" if count > 1 else ""
    return Check(
        "envelope",
        "L’ensemble des subventions tient dans l’enveloppe",
        f"{euros(season_cents)} pour {count} convention{plural}",
        f"{euros(rules.ENVELOPE_CENTS)} au plus",
        Verdict.NOT_MET if left < 0 else Verdict.MET,
        f"L’enveloppe est dépassée de {euros(-left)}." if left < 0 else f"Il reste {euros(left)}.",
        rules.BUDGET,
    )


OF_A_GRANT: tuple[Callable[[Facts], Check], ...] = (
    subsidy_share,
    cofinancing_share,
    ancillary_share,
    balanced_plan,
    payment_halves,
    accounts_in_time,
)


def judged(facts: Facts) -> list[Check]:
    """Every rule about one grant, in the order in which a page tells them."""
    return [judge(facts) for judge in OF_A_GRANT]


def _share(
    facts: Facts, *, name: str, rule: str, part: int, limit: str, excess: int, wrong: str
) -> Check:
    """A part of the total cost; ``excess`` is by how many cents it goes beyond its limit."""
    total = facts.grant.total_cost_cents
    if not total:
        return Check(name, rule, NO_FIGURE, NO_FIGURE, Verdict.UNKNOWN, NO_COST, rules.BUDGET)
    return Check(
        name,
        rule,
        f"{percent(part, total)} ({euros(part)} sur {euros(total)})",
        limit,
        Verdict.NOT_MET if excess > 0 else Verdict.MET,
        f"{wrong} {euros(excess)}." if excess > 0 else "",
        rules.BUDGET,
    )


def _worded(check: Check, words: str) -> Check:
    return Check(
        check.name, check.rule, check.figure, check.limit, check.verdict, words, check.source
    )


def _unlike_halves(facts: Facts, halves: Sequence[rules.DuePayment]) -> str:
    """What differs from the call; empty when nothing does. Which half has the odd cent is free."""
    planned = sorted(facts.grant.payments, key=lambda payment: payment.due_on)
    total = sum(payment.amount_cents for payment in planned)
    if total != facts.grant.subsidy_cents:
        subsidy = euros(facts.grant.subsidy_cents)
        return f"Les versements font {euros(total)}, la subvention {subsidy}."
    if len(planned) != len(halves):
        return f"L’appel à projets prévoit deux versements\u00a0: il y en a {len(planned)}."
    if abs(planned[0].amount_cents - planned[1].amount_cents) > 1:
        return "Les deux versements ne sont pas égaux."
    moved = [
        month_and_year(half.due_on)
        for one, half in zip(planned, halves, strict=True)
        if (one.due_on.year, one.due_on.month) != (half.due_on.year, half.due_on.month)
    ]
    return f"L’appel à projets prévoit un versement en {moved[0]}." if moved else ""


def _judged_papers(facts: Facts, deadline: date) -> tuple[Verdict, str]:
    papers = facts.grant.documents
    if not papers:
        return Verdict.UNKNOWN, "Aucune pièce n’est demandée."
    if any(paper.due_on > deadline for paper in papers):
        return Verdict.NOT_MET, "Une pièce est demandée après cette date."
    missing = [paper for paper in papers if paper.received_on is None]
    late = [one for one in papers if one.received_on is not None and one.received_on > deadline]
    if missing and facts.today > deadline:
        plural = "s" if len(missing) > 1 else ""
        return Verdict.NOT_MET, f"{len(missing)} pièce{plural} manque{'nt' if plural else ''}."
    if late:
        return Verdict.NOT_MET, "Des pièces sont arrivées après cette date."
    if missing:
        days = (deadline - facts.today).days
        when = f"dans {days} jour{'s' if days > 1 else ''}" if days else "aujourd’hui"
        return Verdict.UNKNOWN, f"L’échéance est {when}."
    return Verdict.MET, "Toutes les pièces sont arrivées à temps."
