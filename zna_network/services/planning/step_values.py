"""What a step of a retro-planning is made of, checked as one: all that is wrong, at once."""

from dataclasses import dataclass
from datetime import date

from zna_network.models.account import User
from zna_network.models.planning import CalendarEntry, PlanStep, StepState
from zna_network.queries import plan_steps as queries
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.organisation_values import Checks
from zna_network.services.sensitive_text import refuse_sensitive

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class StepData:
    """As typed. ``owner_id`` is an account's, as a choice sends it; empty for none, and ``owner``
    then says in words who does it. ``entry_id`` is the date that the step prepares."""

    label: str
    due_on: date | None = None
    owner: str = ""
    owner_id: str = ""
    deliverable: str = ""
    state: str = StepState.TO_DO.value
    note: str = ""
    entry_id: str = ""


def describe(ctx: Context, step: PlanStep, data: StepData) -> None:
    """Write what was typed. Raises InvalidValuesError with everything that is wrong, the step then
    being as it was."""
    checks = Checks()

    def line(field: str, limit: int, required: str = "") -> str:
        typed: str = getattr(data, field)
        return checks.take(
            lambda: refuse_sensitive(
                clean_line(typed, field=field, limit=limit, required=required), field=field
            ),
            "",
        )

    label = line("label", 200, "Écrivez ce qui est à faire.")
    owner, deliverable = line("owner", 170), line("deliverable", 200)
    note = checks.take(
        lambda: refuse_sensitive(clean_text(data.note, field="note"), field="note"), ""
    )
    account = checks.take(lambda: _account(ctx, step, data.owner_id), None)
    entry = checks.take(lambda: _entry(ctx, data.entry_id), None)
    state = checks.take(lambda: clean_state(data.state), StepState.TO_DO)
    if data.due_on is None:
        checks.refuse("Indiquez pour quand.", "due_on")
    elif not FIRST_YEAR <= data.due_on.year <= LAST_YEAR:
        checks.refuse("Relisez l’année de cette date.", "due_on")
    checks.finish()
    assert data.due_on is not None
    step.label, step.deliverable, step.note, step.due_on = label, deliverable, note, data.due_on
    step.owner_account, step.entry = account, entry
    step.owner = owner or (account.name if account else "")
    enter(ctx, step, state)


def enter(ctx: Context, step: PlanStep, state: StepState) -> None:
    """Come to this state; the day when it was closed is that of its first closing."""
    if state.is_open:
        step.closed_at = None
    elif step.closed_at is None:
        step.closed_at = ctx.now
    step.state = state


def clean_state(typed: str) -> StepState:
    if typed not in set(StepState):
        raise InvalidError("Choisissez un état de la liste.", field="state")
    return StepState(typed)


def number_in(typed: str) -> int | None:
    """An id as a form sends it; none when it can be nobody's."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 10
    return int(typed) if is_number else None


def _account(ctx: Context, step: PlanStep, typed: str) -> User | None:
    if not typed:
        return None
    able = ctx.session.scalars(queries.accounts_for(step.organisation_id, step.owner_id))
    found = next((one for one in able if one.id == number_in(typed)), None)
    if found is None:
        raise InvalidError(
            "Ce compte n’est plus ouvert : choisissez-en un autre.", field="owner_id"
        )
    return found


def _entry(ctx: Context, typed: str) -> CalendarEntry | None:
    if not typed:
        return None
    entry_id = number_in(typed)
    found = ctx.session.scalar(queries.entry(entry_id)) if entry_id else None
    if found is None:
        raise InvalidError("Cette date n’est plus dans le calendrier.", field="entry_id")
    return found
