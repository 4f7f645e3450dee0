"""What is dated, from everywhere in the site, as items of one calendar: each source in one or two
queries, and only as far as its reader may go."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from zna_network.models.committee import Committee
from zna_network.models.planning import CalendarEntry, Precision
from zna_network.queries import grants as grant_queries
from zna_network.queries import plan_steps
from zna_network.queries import planning as queries
from zna_network.services import committee_access
from zna_network.services.context import Context
from zna_network.services.french_time import local_date, short_time, start_of, time_range
from zna_network.services.permissions import Permission
from zna_network.services.planning.calendar_values import Item, Kind, Wanted

LONG = timedelta(days=31)


def items(ctx: Context, wanted: Wanted) -> list[Item]:
    """In order. Raises ForbiddenError."""
    ctx.require(Permission.CALENDAR_READ)
    sources: dict[Kind, Callable[[Context, Wanted], Iterator[Item]]] = {
        Kind.MEETING: _meetings,
        Kind.POLL: _polls,
        Kind.STEP: _steps,
        Kind.GRANT: _grants,
        Kind.FORUM: _forums,
    }
    found = [one for kind, read in sources.items() if wanted.has(kind) for one in read(ctx, wanted)]
    if wanted.has(Kind.CALL) or wanted.has(Kind.CUA):
        found += [one for one in _entries(ctx, wanted) if wanted.has(one.kind)]
    return sorted(found, key=lambda one: one.rank)


def owner_wanted(ctx: Context, wanted: Wanted, permission: Permission) -> int | bool | None:
    """The organisation whose steps and papers to show: none for all of them, ``False`` for nothing.
    A grantee has its own, whatever is asked for."""
    if ctx.may(permission):
        return wanted.organisation_id
    own = ctx.actor.organisation_id if ctx.actor else None
    if own is None or not ctx.may(permission, own):
        return False
    return own if wanted.organisation_id in (None, own) else False


def entry_items(entry: CalendarEntry) -> Iterator[Item]:
    """A date of the calendar; a long period also says when it ends."""
    kind = Kind.CALL if entry.is_of_the_call else Kind.CUA
    detail = " · ".join(filter(None, (entry.section and f"§ {entry.section}", entry.note)))
    yield Item(
        kind,
        entry.starts_on,
        entry.label,
        ends_on=entry.ends_on,
        month_only=entry.precision is Precision.MONTH,
        detail=detail,
        entry_id=entry.id,
    )
    if entry.ends_on is not None and entry.ends_on - entry.starts_on > LONG:
        label = f"Fin\u00a0: {entry.label[:1].lower()}{entry.label[1:]}"
        yield Item(kind, entry.ends_on, label, detail=detail, entry_id=entry.id)


def _entries(ctx: Context, wanted: Wanted) -> Iterator[Item]:
    for entry in ctx.session.scalars(queries.entries(wanted.start, wanted.end)):
        for item in entry_items(entry):
            if item.last_on >= wanted.start and item.starts_on <= wanted.end:
                yield item


def _meetings(ctx: Context, wanted: Wanted) -> Iterator[Item]:
    since, until = start_of(wanted.start), start_of(wanted.end + timedelta(days=1))
    reach = committee_access.reach(ctx)
    for one in ctx.session.scalars(queries.meetings(reach, since, until)):
        if not _is_of(one.committee, wanted):
            continue
        yield Item(
            Kind.MEETING,
            local_date(one.starts_at),
            one.title,
            hours=time_range(one.starts_at, one.ends_at),
            who=one.committee.name if one.committee.name not in one.title else "",
            detail=one.place or ("En visioconférence" if one.visio_url else ""),
            order=one.starts_at.isoformat(),
            target=("meetings.show", (("meeting_id", one.id),)),
        )


def _polls(ctx: Context, wanted: Wanted) -> Iterator[Item]:
    since, until = start_of(wanted.start), start_of(wanted.end + timedelta(days=1))
    reach = committee_access.reach(ctx)
    for one in ctx.session.scalars(queries.poll_deadlines(reach, since, until)):
        if _is_of(one.committee, wanted):
            yield Item(
                Kind.POLL,
                local_date(one.deadline),
                one.title,
                hours=f"à {short_time(one.deadline)}",
                who=one.committee.name,
                order=one.deadline.isoformat(),
                target=("polls.show", (("poll_id", one.id),)),
            )


def _steps(ctx: Context, wanted: Wanted) -> Iterator[Item]:
    owner = owner_wanted(ctx, wanted, Permission.PLAN_READ)
    if owner is False:
        return
    today = local_date(ctx.now)
    for one in ctx.session.scalars(plan_steps.between(wanted.start, wanted.end, owner)):
        yield Item(
            Kind.STEP,
            one.due_on,
            one.label,
            who=one.organisation.short_name,
            detail=one.deliverable,
            state="En retard" if one.is_late(today) else one.state.label,
            is_late=one.is_late(today),
            is_done=not one.state.is_open,
            target=("planning.edit_step", (("step_id", one.id),)),
        )


def _grants(ctx: Context, wanted: Wanted) -> Iterator[Item]:
    owner = owner_wanted(ctx, wanted, Permission.GRANT_READ)
    if owner is False:
        return
    today = local_date(ctx.now)
    for row in ctx.session.execute(grant_queries.dated(wanted.start, wanted.end, owner)):
        is_payment = row.kind == "payment"
        late = row.settled_on is None and not is_payment and row.due_on < today
        settled = "Payé" if is_payment else "Reçu"
        yield Item(
            Kind.GRANT,
            row.due_on,
            f"Versement\u00a0: {row.label}" if is_payment else row.label,
            month_only=is_payment and row.due_on.day == 1,
            who=row.who,
            state=settled if row.settled_on else "En retard" if late else "",
            is_late=late,
            is_done=row.settled_on is not None,
            target=("grants.show", (("grant_id", row.grant_id),)),
        )


def _forums(ctx: Context, wanted: Wanted) -> Iterator[Item]:
    drafts = ctx.may(Permission.FORUM_EDIT)
    found = ctx.session.scalars(queries.forums(wanted.start, wanted.end, with_drafts=drafts))
    for one in found:
        if one.held_on is not None:
            yield Item(
                Kind.FORUM,
                one.held_on,
                one.title,
                hours=f"de {short_time(one.opens_at)} à {short_time(one.closes_at)}",
                detail=one.place,
                state="" if one.is_public else one.state.label,
                target=("forums.show", (("slug", one.slug),)),
            )


def _is_of(committee: Committee, wanted: Wanted) -> bool:
    """What no grantee leads concerns everybody."""
    led_by = committee.led_by_id
    return wanted.organisation_id is None or led_by in (None, wanted.organisation_id)
