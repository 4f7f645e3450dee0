"""How the dates of a poll compare, from what people said: the best first, with the reasons.

A date is judged first by how many indispensable people refuse it, then by its points: two for a
« oui », one for a « si besoin », twice as many from an indispensable person. Between equals, the
one with nothing against it in the calendar, then the earliest. Nothing here reads the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zna_network.models.poll import Choice, PollInvitee, PollOption
from zna_network.services.polls.standing_words import reasons, warnings

POINTS = {Choice.YES: 2, Choice.IF_NEEDED: 1, Choice.NO: 0}
ESSENTIAL_WEIGHT = 2


@dataclass(frozen=True)
class Tally:
    """Who said what of one date; ``silent`` have said nothing of it yet."""

    yes: list[PollInvitee] = field(default_factory=list)
    if_needed: list[PollInvitee] = field(default_factory=list)
    no: list[PollInvitee] = field(default_factory=list)
    silent: list[PollInvitee] = field(default_factory=list)

    @property
    def refused_by_essential(self) -> list[PollInvitee]:
        return [person for person in self.no if person.is_essential]

    @property
    def points(self) -> int:
        groups = ((self.yes, Choice.YES), (self.if_needed, Choice.IF_NEEDED))
        return sum(
            POINTS[choice] * (ESSENTIAL_WEIGHT if person.is_essential else 1)
            for people, choice in groups
            for person in people
        )


@dataclass(frozen=True)
class Standing:
    """One date with its rank from 1, shared by equals. ``reasons`` is a sentence; ``warnings`` are
    what people say against it, ``remarks`` what the calendar does."""

    option: PollOption
    tally: Tally
    rank: int
    is_tied: bool
    reasons: str
    warnings: list[str]
    remarks: Sequence[str]

    @property
    def is_first(self) -> bool:
        """The best, and somebody could come."""
        return self.rank == 1 and self.tally.points > 0


def standings(
    options: Sequence[PollOption],
    invitees: Sequence[PollInvitee],
    remarks: Mapping[int, Sequence[str]],
) -> list[Standing]:
    """The live dates, best first. ``invitees`` have their votes at hand; ``remarks`` are by the id
    of the date."""
    tallies = _tallies(options, invitees)
    worth = {
        option.id: (
            len(tallies[option.id].refused_by_essential),
            -tallies[option.id].points,
            len(remarks.get(option.id, ())),
        )
        for option in options
    }
    ordered = sorted(options, key=lambda option: (worth[option.id], option.starts_at, option.id))
    values = [worth[option.id] for option in ordered]
    return [
        Standing(
            option=option,
            tally=tallies[option.id],
            rank=values.index(worth[option.id]) + 1,
            is_tied=values.count(worth[option.id]) > 1,
            reasons=reasons(tallies[option.id], invitees),
            warnings=warnings(tallies[option.id], invitees),
            remarks=remarks.get(option.id, ()),
        )
        for option in ordered
    ]


def _tallies(options: Sequence[PollOption], invitees: Sequence[PollInvitee]) -> dict[int, Tally]:
    tallies = {option.id: Tally() for option in options}
    for invitee in invitees:
        said = {vote.option_id: vote.choice for vote in invitee.votes}
        for option_id, tally in tallies.items():
            group = {
                Choice.YES: tally.yes,
                Choice.IF_NEEDED: tally.if_needed,
                Choice.NO: tally.no,
                None: tally.silent,
            }[said.get(option_id)]
            group.append(invitee)
    return tallies
