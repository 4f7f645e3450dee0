"""Reminders of the papers that a grantee owes, to its accounts, or to its address without any.

By themselves at 9:00 in Arras: thirty and seven days before they are due, then one, fifteen and
thirty days after; one mail a grant, with all that is missing. By hand once a day. The grant is held
while the papers are marked in the transaction of the mail: a second worker finds it done. A worker
that was stopped catches up, until the next reminder is due. Nobody is reminded within a day of a
reminder by hand, nor of a time that was past when the grant was written down."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from zna_network.models.grant import Grant, GrantDocument
from zna_network.ports.calendar import Address
from zna_network.queries import grants as queries
from zna_network.queries.plan_steps import grantee_accounts
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import from_local, local_date, long_date
from zna_network.services.grants.grants import grant_to_change
from zna_network.services.links import token_hash
from zna_network.services.one_by_one import safely
from zna_network.services.outbox import Post

AT = time(9, 0)
DAYS = (-30, -7, 1, 15, 30)  # from the day when the paper is due
LATE_FOR = 45  # days: beyond, the pages alone say that it is late
LEFT_ALONE = timedelta(days=1)
FAILURE = "a reminder of a grant's papers was not written"
NOBODY = "Personne à qui écrire\u00a0: ce lauréat n’a ni compte actif, ni adresse dans l’annuaire."


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: for how many grants a reminder was written."""
    today = local_date(ctx.now)
    since, until = today - timedelta(days=LATE_FOR), today - timedelta(days=DAYS[0])
    found = ctx.session.scalars(queries.awaiting_papers(since, until)).all()
    ctx.session.rollback()
    written = 0
    for grant_id in found:
        if should_stop():
            break
        written += safely(ctx, partial(_remind, ctx, grant_id), FAILURE)
    return written


def remind(ctx: Context, grant_id: int) -> int:
    """By hand, of all that is missing, whenever it is due: to how many addresses. Raises
    ConflictError when nothing is, when it was done today, or when there is nobody to write to."""
    with ctx.unit_of_work():
        grant = grant_to_change(ctx, grant_id)
        missing = missing_papers(grant)
        if not missing:
            raise ConflictError("Aucune pièce ne manque.")
        if reminded_today(ctx, grant):
            raise ConflictError("Ce lauréat a déjà été relancé aujourd’hui.")
        told = _write(ctx, grant, missing, key="")
        if not told:
            raise ConflictError(NOBODY)
        ctx.record("grant.reminded", grant, papers=len(missing))
    return told


def due_mark(grant: Grant, paper: GrantDocument, now: datetime) -> datetime | None:
    """The instant of the reminder whose time it is; none when none is, or when it was written."""
    if paper.received_on or paper.due_on < local_date(now) - timedelta(days=LATE_FOR):
        return None
    marks = [from_local(paper.due_on + timedelta(days=days), AT) for days in DAYS]
    mark = max((one for one in marks if one <= now), default=None)
    if mark is None or grant.created_at > mark:
        return None
    told = paper.reminded_at
    return mark if told is None or told <= mark - LEFT_ALONE else None


def missing_papers(grant: Grant) -> list[GrantDocument]:
    return [paper for paper in grant.documents if paper.received_on is None]


def reminded_today(ctx: Context, grant: Grant) -> bool:
    today = local_date(ctx.now)
    return any(
        paper.reminded_at is not None and local_date(paper.reminded_at) == today
        for paper in missing_papers(grant)
    )


def addresses(ctx: Context, grant: Grant) -> list[Address]:
    """Whom a reminder goes to; nobody when the grantee has neither account nor address."""
    accounts = ctx.session.scalars(grantee_accounts([grant.organisation_id])).all()
    if accounts:
        return [Address(account.email, account.name) for account in accounts]
    organisation = grant.organisation
    return [Address(organisation.email, organisation.name)] if organisation.email else []


def _remind(ctx: Context, grant_id: int) -> int:
    with ctx.unit_of_work():
        grant = grant_to_change(ctx, grant_id)
        if not any(due_mark(grant, paper, ctx.now) for paper in grant.documents):
            return 0
        until = local_date(ctx.now) - timedelta(days=DAYS[0])
        missing = [paper for paper in missing_papers(grant) if paper.due_on <= until]
        mark = ";".join(f"{paper.id}:{due_mark(grant, paper, ctx.now)}" for paper in missing)
        if not _write(ctx, grant, missing, key=token_hash(mark)[:32]):
            return 0
        ctx.record("grant.reminded_automatically", grant, papers=len(missing))
    return 1


def _write(ctx: Context, grant: Grant, papers: Sequence[GrantDocument], *, key: str) -> int:
    """``key`` names the cause of an automatic reminder; empty for one by hand."""
    recipients = addresses(ctx, grant)
    today = local_date(ctx.now)
    for paper in papers if recipients else ():
        paper.reminded_at = ctx.now
    for recipient in recipients:
        mark = token_hash(recipient.email)[:12]
        outbox.post(
            ctx,
            Post(
                mail="grant_papers",
                recipient=recipient,
                values={
                    "association": grant.organisation.short_name,
                    "season": grant.season,
                    "papers": [_told(paper, today) for paper in papers],
                    "late": sum(paper.is_late(today) for paper in papers),
                    "link": f"{ctx.settings.base_url}/conventions/{grant.id}",
                    "organiser": ctx.settings.organiser_name,
                },
                thread_key=f"grant:{grant.id}:{mark}",
                dedup_key=f"grant-papers:{grant.id}:{key}:{mark}" if key else None,
                auto_submitted=bool(key),
            ),
        )
    return len(recipients)


def _told(paper: GrantDocument, today: date) -> dict[str, object]:
    return {
        "label": paper.label,
        "due": long_date(paper.due_on),
        "is_late": paper.is_late(today),
        "section": paper.section,
    }
