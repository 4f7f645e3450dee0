"""The page of a poll: its dates, best first, and the table of who said what."""

from collections.abc import Mapping
from dataclasses import dataclass

from zna_network.models.poll import Choice, DatePoll, PollInvitee, PollOption
from zna_network.services.context import Context
from zna_network.services.polls.access import readable_poll
from zna_network.services.polls.answers import choices_of
from zna_network.services.polls.poll_values import has_said_all, live_invitees, live_options
from zna_network.services.polls.remarks import remarks
from zna_network.services.polls.standings import Standing, standings


@dataclass(frozen=True)
class Row:
    """One person and what they said of each date, by its id; absent where they said nothing."""

    invitee: PollInvitee
    choices: Mapping[int, Choice]
    has_said_all: bool


@dataclass(frozen=True)
class Board:
    """``standings`` are best first, ``options`` in their order in time, ``rows`` those who are
    indispensable first."""

    poll: DatePoll
    options: list[PollOption]
    standings: list[Standing]
    rows: list[Row]

    @property
    def answered(self) -> int:
        return sum(row.has_said_all for row in self.rows)

    @property
    def missing(self) -> list[PollInvitee]:
        return [row.invitee for row in self.rows if not row.has_said_all]

    def standing_of(self, option_id: int) -> Standing | None:
        return next((one for one in self.standings if one.option.id == option_id), None)


def board(ctx: Context, poll_id: int) -> Board:
    """A constant number of queries, whatever the number of people and dates."""
    poll = readable_poll(ctx, poll_id, with_votes=True)
    options, invitees = live_options(poll), live_invitees(poll)
    return Board(
        poll=poll,
        options=options,
        standings=standings(options, invitees, remarks(ctx, poll)),
        rows=[
            Row(invitee, choices_of(invitee), has_said_all(invitee, options))
            for invitee in sorted(invitees, key=lambda one: (not one.is_essential, one.id))
        ],
    )
