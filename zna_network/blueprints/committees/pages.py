"""What the pages about committees show, put in the shapes that their components take."""

from collections.abc import Sequence
from typing import Any

from zna_network.models.committee import Committee, MembershipEvent, MembershipState
from zna_network.queries import meetings
from zna_network.queries import memberships as queries
from zna_network.queries.committees import Reach
from zna_network.queries.meetings import Period
from zna_network.services import committee_access
from zna_network.services.committee_overviews import composition
from zna_network.services.context import Context
from zna_network.services.french_time import long_datetime
from zna_network.services.permissions import Permission

PAST_MEETINGS = 4
RECENT_EVENTS = 6
_SIGNS = {
    MembershipState.PROPOSED: ("info", "person-plus", "proposé"),
    MembershipState.VALIDATED: ("success", "check-lg", "validé"),
    MembershipState.SET_ASIDE: ("danger", "x-lg", "écarté"),
    MembershipState.LEFT: ("neutral", "box-arrow-right", "sorti"),
}


def show_page(ctx: Context, committee: Committee) -> dict[str, Any]:
    """One committee: its meetings and composition and, for those who compose it, the proposals,
    those set aside and the latest steps."""
    may_propose = committee_access.may_propose(ctx, committee)
    everybody = list(ctx.session.scalars(queries.of_committee(committee.id)))
    in_state = {
        state: [member for member in everybody if member.state is state]
        for state in MembershipState
    }
    page: dict[str, Any] = {
        "committee": committee,
        "groups": composition(committee, in_state[MembershipState.VALIDATED]),
        "members": in_state[MembershipState.VALIDATED],
        "may_propose": may_propose,
        "may_decide": ctx.may(Permission.MEMBER_DECIDE),
        "may_edit": ctx.may(Permission.COMMITTEE_EDIT),
        "may_prepare": committee_access.may_prepare(ctx, committee),
        **_meetings(ctx, committee),
    }
    if may_propose:
        recent = queries.events_of_committee(committee.id).order_by(MembershipEvent.id.desc())
        page["proposals"] = in_state[MembershipState.PROPOSED]
        page["former"] = [*in_state[MembershipState.SET_ASIDE], *in_state[MembershipState.LEFT]]
        page["events"] = history_events(ctx.session.scalars(recent.limit(RECENT_EVENTS)).all())
    return page


def _meetings(ctx: Context, committee: Committee) -> dict[str, Any]:
    everything = Reach(everything=True)  # the committee itself may be read
    upcoming = meetings.listed(everything, Period.UPCOMING, ctx.now, committee.id)
    past = meetings.listed(everything, Period.PAST, ctx.now, committee.id)
    sort = meetings.MEETING_SORTS["date"]
    return {
        "upcoming": ctx.session.scalars(upcoming.order_by(*sort)).all(),
        "past": ctx.session.scalars(
            past.order_by(*(column.desc() for column in sort)).limit(PAST_MEETINGS)
        ).all(),
    }


def history_events(events: Sequence[MembershipEvent]) -> list[dict[str, Any]]:
    """The steps as the timeline component takes them, with the name of whom each is about."""
    return [
        {
            **event_sign(event),
            "title": f"{event.membership.contact.full_name} "
            f"({event.membership.contact.organisation.short_name}) : {_SIGNS[event.state][2]}",
        }
        for event in events
    ]


def member_events(events: Sequence[MembershipEvent]) -> list[dict[str, Any]]:
    """The steps of one member, latest first."""
    return [{**event_sign(event), "title": event.state.label} for event in reversed(events)]


def event_sign(event: MembershipEvent) -> dict[str, Any]:
    tone, icon, _ = _SIGNS[event.state]
    return {
        "when": long_datetime(event.at),
        "who": event.actor.name if event.actor else None,
        "text": event.reason,
        "tone": tone,
        "icon": icon,
    }
