"""A grant judged against the call: a figure, a limit, a verdict, and where the rule is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zna_network.models.grant import Grant


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            Verdict.MET: "Respectée",
            Verdict.NOT_MET: "Non respectée",
            Verdict.UNKNOWN: "À suivre",
        }[self]


@dataclass(frozen=True)
class Check:
    """``source`` is a section of the call for projects; ``words`` say what to do, if anything."""

    name: str
    rule: str
    figure: str
    limit: str
    verdict: Verdict
    words: str
    source: str


@dataclass(frozen=True)
class Facts:
    """What a grant is judged on."""

    grant: Grant
    today: date

    @property
    def cofinancing_cents(self) -> int:
        return sum(funding.amount_cents for funding in self.grant.fundings)

    @property
    def obtained_cents(self) -> int:
        return sum(one.amount_cents for one in self.grant.fundings if one.is_obtained)


def worst(found: Sequence[Check]) -> Verdict:
    verdicts = {check.verdict for check in found}
    return next(
        (verdict for verdict in (Verdict.NOT_MET, Verdict.UNKNOWN) if verdict in verdicts),
        Verdict.MET,
    )
