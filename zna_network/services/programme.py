"""The public programme of a forum: its workshops by the hour, its stands, and how to narrow both
down to a right or a public."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from zna_network.models.forum import Forum
from zna_network.models.stand import Stand, StandState
from zna_network.models.territory import Right, TargetGroup
from zna_network.models.workshop import Session, Workshop
from zna_network.ports.pdf import Poster
from zna_network.queries import stand_plan as stand_queries
from zna_network.queries import workshops as queries
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.french_time import long_date, short_time
from zna_network.services.programme_calendar import page_of
from zna_network.services.seat_views import OpenSession, with_fillings
from zna_network.services.stand_drawing import Plan, public_plan


@dataclass(frozen=True)
class ProgrammeFilter:
    """``right_code`` empty, ``group`` none: everything."""

    right_code: str = ""
    group: TargetGroup | None = None

    def __bool__(self) -> bool:
        return bool(self.right_code or self.group)

    def keeps_workshop(self, workshop: Workshop) -> bool:
        """A workshop for no public in particular is for everybody."""
        groups = workshop.target_groups
        return self._keeps(workshop.rights) and (
            self.group is None or not groups or self.group.value in groups
        )

    def keeps_stand(self, stand: Stand) -> bool:
        """Stands receive everybody."""
        return self._keeps(stand.rights)

    def _keeps(self, rights: Iterable[Right]) -> bool:
        return not self.right_code or any(right.code == self.right_code for right in rights)


@dataclass(frozen=True)
class Programme:
    """``hours``: the sessions by the instant at which they start. ``unscheduled``: workshops that
    have no session yet. ``workshops``, ``all_stands`` and ``rights`` are all that the forum has,
    filter aside."""

    forum: Forum
    hours: list[tuple[datetime, list[OpenSession]]]
    unscheduled: list[Workshop]
    stands: list[Stand]
    rights: list[Right]
    workshops: Sequence[Workshop]
    all_stands: Sequence[Stand]


def programme(ctx: Context, forum: Forum, wanted: ProgrammeFilter) -> Programme:
    """A constant number of statements. The caller has found the forum for this reader."""
    workshops = ctx.session.scalars(queries.of_forum(forum.id)).all()
    stands = ctx.session.scalars(stand_queries.on_plan(forum.id, (StandState.CONFIRMED,))).all()
    kept = [workshop for workshop in workshops if wanted.keeps_workshop(workshop)]
    sessions = [session for workshop in kept for session in workshop.sessions]
    opened = sorted(
        with_fillings(ctx, sessions), key=lambda one: (one.session.starts_at, one.room.name)
    )
    return Programme(
        forum=forum,
        hours=[
            (starts_at, list(group))
            for starts_at, group in groupby(opened, key=lambda one: one.session.starts_at)
        ],
        unscheduled=[workshop for workshop in kept if not workshop.sessions],
        stands=[stand for stand in stands if wanted.keeps_stand(stand)],
        rights=_rights(workshops, stands),
        workshops=workshops,
        all_stands=stands,
    )


def plan_of(ctx: Context, programme: Programme) -> Plan | None:
    """The stands on the plan, filter aside; none before one has its place."""
    has_places = any(stand.is_placed for stand in programme.all_stands)
    return public_plan(ctx, programme.forum) if has_places else None


def public_session(ctx: Context, forum: Forum, session_id: int) -> Session:
    """One session of a forum that this reader may see."""
    session = ctx.session.scalar(queries.session(session_id))
    if session is None or session.workshop.forum_id != forum.id:
        raise NotFoundError("Cette séance n’existe pas.")
    return session


def poster(ctx: Context, forum: Forum) -> bytes:
    """The poster whose QR code opens the programme, as PDF."""
    when = "Date à annoncer"
    if forum.held_on is not None:
        hours = f"de {short_time(forum.opens_at)} à {short_time(forum.closes_at)}"
        when = f"{long_date(forum.held_on).capitalize()}, {hours}"
    lines = [when, *(line for line in (forum.place, forum.address) if line)]
    return ctx.ports.pdf.poster(
        Poster(
            title=forum.title,
            subtitle="Le programme, les stands et l’inscription sur votre téléphone",
            lines=lines,
            url=page_of(ctx, forum),
            footer="Communauté urbaine d’Arras — Territoire Zéro Non-Recours",
        )
    )


def _rights(workshops: Iterable[Workshop], stands: Iterable[Stand]) -> list[Right]:
    lists = [*(one.rights for one in workshops), *(one.rights for one in stands)]
    found = {right.code: right for rights in lists for right in rights}
    return sorted(found.values(), key=lambda right: (right.position, right.code))
