"""Grants and steps of a retro-planning, saved as the services would leave them."""

from datetime import date

from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.factories.organisations import make_grantee
from tests.world import FrozenClock
from zna_network.models.grant import Grant, GrantDocument, GrantFunding, GrantPayment
from zna_network.models.organisation import Organisation
from zna_network.models.planning import CalendarEntry, PlanStep

_numbers = numbers()
DEADLINE = date(2027, 6, 30)


def make_grant(
    session: Session, organisation: Organisation | None = None, **values: object
) -> Grant:
    """One that keeps every rule: 40 000 € of 50 000 €, two halves, one paper due in June 2027."""
    now = FrozenClock().now()
    grant = Grant(
        **{
            "organisation": organisation or make_grantee(session),
            "season": "2026-2027",
            "lots": [1],
            "subsidy_cents": 4_000_000,
            "total_cost_cents": 5_000_000,
            "ancillary_cents": 500_000,
            "fundings": [
                GrantFunding(funder="Département", amount_cents=1_000_000, is_obtained=True)
            ],
            "payments": [
                GrantPayment(label="Premier", amount_cents=2_000_000, due_on=date(2026, 6, 1)),
                GrantPayment(label="Second", amount_cents=2_000_000, due_on=date(2027, 6, 1)),
            ],
            "documents": [GrantDocument(label="Bilan", due_on=DEADLINE, section="2.2")],
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(grant)
    session.commit()
    return grant


def make_step(
    session: Session, organisation: Organisation | None = None, **values: object
) -> PlanStep:
    now = FrozenClock().now()
    grantee = organisation or make_grantee(session)
    step = PlanStep(
        **{
            "organisation_id": grantee.id,
            "label": f"Étape d’exemple {next(_numbers)}",
            "due_on": date(2027, 1, 15),
            "deliverable": "Liste des partenaires",
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(step)
    session.commit()
    return step


def make_entry(session: Session, **values: object) -> CalendarEntry:
    now = FrozenClock().now()
    entry = CalendarEntry(
        **{
            "label": f"Échéance d’exemple {next(_numbers)}",
            "starts_on": date(2027, 3, 31),
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(entry)
    session.commit()
    return entry
