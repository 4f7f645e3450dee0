"""The attendance list of a meeting, as it stands: what was ticked, and the answers elsewhere.

A line is written only once somebody ticks it. Until then it follows the person's answer, so that
an answer given late is there by itself and a change made by hand is never undone."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Attendance, Presence
from zna_network.queries import attendance as queries
from zna_network.services.context import Context
from zna_network.services.folding import fold

_BY_ANSWER = {
    Answer.ON_SITE: Presence.PRESENT,
    Answer.REMOTE: Presence.REMOTE,
    Answer.REPRESENTED: Presence.REPRESENTED,
    Answer.DECLINED: Presence.EXCUSED,
}


@dataclass(frozen=True)
class AttendanceLine:
    """``key`` names the line in a form: « i12 » an invitation, « a5 » somebody unannounced.
    ``revision`` is 0 while nobody has ticked it; ``row`` is then none."""

    key: str
    name: str
    function: str
    organisation: str
    email: str
    sort_key: tuple[str, str]
    answer: Answer | None
    presence: Presence
    represented_by: str
    invitation: Invitation | None
    row: Attendance | None

    @property
    def revision(self) -> int:
        return self.row.revision if self.row else 0

    @property
    def is_unannounced(self) -> bool:
        return self.invitation is None

    @property
    def needs_ticking(self) -> bool:
        """Nobody has said anything of this person yet, in an answer or at the door."""
        invitation = self.invitation
        if self.row or invitation is None or invitation.represents_id is not None:
            return False
        return invitation.answer not in _BY_ANSWER


def lines(ctx: Context, meeting: Meeting) -> list[AttendanceLine]:
    """Everybody, ordered by organisation then name. Somebody ticked stays on the list even when
    the invitation was withdrawn afterwards."""
    rows = list(ctx.session.scalars(queries.ticked(meeting.id)))
    by_invitation = {row.invitation_id: row for row in rows if row.invitation_id is not None}
    found = [
        _of_invitation(invitation, by_invitation.pop(invitation.id, None))
        for invitation in ctx.session.scalars(queries.convened(meeting.id))
    ]
    left = [row for row in rows if row.invitation_id in by_invitation or row.invitation is None]
    found += [_of_row(row) for row in left]
    return sorted(found, key=lambda line: (*line.sort_key, line.key))


def counts(found: Iterable[AttendanceLine]) -> dict[Presence, int]:
    """How many people in each presence, in the order of the enumeration, none left out."""
    counter = Counter(line.presence for line in found)
    return {presence: counter[presence] for presence in Presence}


def _of_invitation(invitation: Invitation, row: Attendance | None) -> AttendanceLine:
    presence, represented_by = proposal(invitation)
    known = invitation.organisation
    organisation = known.name if known else invitation.organisation_name
    return AttendanceLine(
        key=f"i{invitation.id}",
        name=invitation.name,
        function=invitation.function,
        organisation=organisation,
        email=invitation.email,
        sort_key=_sort_key(organisation, invitation),
        answer=invitation.answer,
        presence=row.presence if row else presence,
        represented_by=row.represented_by if row else represented_by,
        invitation=invitation,
        row=row,
    )


def _of_row(row: Attendance) -> AttendanceLine:
    """Somebody unannounced, or whose invitation was withdrawn after the ticking."""
    invitation = row.invitation
    return AttendanceLine(
        key=f"i{invitation.id}" if invitation else f"a{row.id}",
        name=row.name,
        function=row.function,
        organisation=row.organisation_name,
        email=invitation.email if invitation else row.email,
        sort_key=_sort_key(row.organisation_name, invitation, row.name),
        answer=invitation.answer if invitation else None,
        presence=row.presence,
        represented_by=row.represented_by,
        invitation=invitation,
        row=row,
    )


def proposal(invitation: Invitation) -> tuple[Presence, str]:
    """What an answer lets expect, and who represents the person."""
    presence = expected(invitation.answer, represents=invitation.represents_id is not None)
    return presence, representative(invitation) if presence is Presence.REPRESENTED else ""


def expected(answer: Answer | None, *, represents: bool) -> Presence:
    """What an answer stands for while nobody has ticked the person. No answer: absent, to be
    ticked; somebody convened to represent another is expected."""
    if answer is None and represents:
        return Presence.PRESENT
    return _BY_ANSWER.get(answer or Answer.TENTATIVE, Presence.ABSENT)


def representative(invitation: Invitation) -> str:
    """Who comes instead: the person convened for that, or the name given with the answer."""
    for convened in invitation.representatives:
        if convened.is_live:
            return convened.name
    named = [a.representative_name for a in invitation.answers if a.representative_name]
    return named[-1] if named else ""


def _sort_key(organisation: str, invitation: Invitation | None, name: str = "") -> tuple[str, str]:
    contact = invitation.contact if invitation else None
    shown = invitation.name if invitation else name
    return fold(organisation), contact.sort_key if contact else fold(shown)
