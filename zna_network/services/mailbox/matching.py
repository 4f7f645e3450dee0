"""Whom an answer of a calendar is from, and about which meeting.

The From of a mail proves nothing: it must be the address of the person in whose name the answer is
given (or somebody who may speak for them), and our own mail server must not have found it forged.
Somebody who was not invited is never added; the answer waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.ports.mailbox import CalendarReply, MailAuthentication, ReadMail
from zna_network.queries import mailbox as queries
from zna_network.services.context import Context
from zna_network.services.mailbox.verdicts import HeldError, NoEffectError

# Whoever wants an address there has one: two people of these domains have nothing in common.
PUBLIC_PROVIDERS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr",
     "live.com", "live.fr", "msn.com", "yahoo.com", "yahoo.fr", "icloud.com", "me.com", "mac.com",
     "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "laposte.net", "bbox.fr",
     "numericable.fr", "aol.com", "gmx.com", "gmx.fr", "proton.me", "protonmail.com", "nordnet.fr",
     "club-internet.fr", "cegetel.net", "aliceadsl.fr", "bouygtel.fr", "mailo.com", "ik.me"}
)  # fmt: skip
NO_MEETING = "Aucune réunion du site ne porte l’identifiant de cette réponse d’agenda."
ONE_DATE = (
    "Cette réponse porte sur une date d’une série\u00a0: le site n’envoie que des réunions isolées."
)
NO_ATTENDEE = "Cette réponse d’agenda ne dit pas de la part de qui elle est."
REMOVED = "Cette personne n’est plus convoquée à la réunion."


@dataclass(frozen=True)
class Found:
    meeting: Meeting
    invitation: Invitation


def find(ctx: Context, mail: ReadMail, calendar: CalendarReply) -> Found:
    """Raises HeldError when this cannot be told with certainty, NoEffectError for somebody who
    was taken off the list."""
    meeting = ctx.session.scalar(queries.meeting_of_uid(calendar.uid)) if calendar.uid else None
    if meeting is None:
        raise _about_something_else(ctx, calendar.uid)
    if calendar.recurrence_id is not None:
        raise HeldError(ONE_DATE, meeting_id=meeting.id)
    if not calendar.attendee:
        raise HeldError(NO_ATTENDEE, meeting_id=meeting.id)
    invitation = _invitation(ctx, meeting, calendar)
    _check_sender(ctx, mail, calendar, meeting, invitation)
    return Found(meeting, invitation)


def addresses_of(invitation: Invitation) -> set[str]:
    """Where this person writes from: the address convened, and the directory's."""
    contact = invitation.contact
    return {address.lower() for address in (invitation.email, contact.email if contact else "")} - {
        ""
    }


def _about_something_else(ctx: Context, uid: str) -> HeldError:
    what = next(
        (words for words, found in queries.other_uids(uid) if ctx.session.scalar(found)), ""
    )
    if what:
        return HeldError(
            f"Répond depuis son agenda au sujet de {what}\u00a0: reportez sa réponse sur la "
            "page concernée."
        )
    return HeldError(NO_MEETING)


def _invitation(ctx: Context, meeting: Meeting, calendar: CalendarReply) -> Invitation:
    found = ctx.session.scalars(queries.live_of_address(meeting.id, calendar.attendee)).all()
    if found:
        return _best(meeting, found, calendar.attendee)
    if ctx.session.scalar(queries.removed_of_address(meeting.id, calendar.attendee)):
        raise NoEffectError(REMOVED, meeting_id=meeting.id)
    said = f" Elle dit représenter {calendar.delegated_from}." if calendar.delegated_from else ""
    raise HeldError(
        f"L’adresse {calendar.attendee} n’a pas été convoquée\u00a0: l’invitation lui a sans "
        f"doute été transférée.{said}",
        meeting_id=meeting.id,
    )


def _best(meeting: Meeting, found: Sequence[Invitation], address: str) -> Invitation:
    """The one convened at this very address, else the only one whose directory record has it."""
    exact = [one for one in found if one.email.lower() == address]
    if not exact and len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise HeldError(
            f"Plusieurs personnes ont cette adresse\u00a0: {names}.", meeting_id=meeting.id
        )
    return (exact or found)[0]


def why_untrusted(
    ctx: Context,
    mail: ReadMail,
    calendar: CalendarReply,
    addresses: set[str],
    name: str,
    organisation_id: int | None,
) -> str:
    """Why this mail cannot be taken for the word of the person who has these addresses; empty when
    it can."""
    sender = mail.from_address
    is_theirs = sender in addresses | {calendar.attendee}
    if not is_theirs and not (
        sender == calendar.sent_by and _may_speak(ctx, sender, calendar, organisation_id)
    ):
        return (
            f"Répond au nom de {name} ({calendar.attendee}), mais le message vient de "
            f"{sender or 'quelqu’un qui ne dit pas son adresse'}."
        )
    if mail.authentication is MailAuthentication.FAIL:
        return (
            f"Le message se dit de {sender}, mais le serveur de courriel n’a pas pu le "
            "vérifier\u00a0: l’expéditeur est peut-être falsifié."
        )
    return ""


def _check_sender(
    ctx: Context,
    mail: ReadMail,
    calendar: CalendarReply,
    meeting: Meeting,
    invitation: Invitation,
) -> None:
    about = {"meeting_id": meeting.id, "invitation_id": invitation.id}
    if not invitation.is_convened:
        raise HeldError(f"{invitation.name} n’a pas encore reçu de convocation.", **about)
    addresses, organisation_id = addresses_of(invitation), invitation.organisation_id
    why = why_untrusted(ctx, mail, calendar, addresses, invitation.name, organisation_id)
    if why:
        raise HeldError(why, **about)


def _may_speak(
    ctx: Context, sender: str, calendar: CalendarReply, organisation_id: int | None
) -> bool:
    """SENT-BY is what the sender says of themselves: it is believed of a secretariat, that is of
    an address of the same domain, or of the same organisation in the directory."""
    domain = sender.rpartition("@")[2]
    if domain == calendar.attendee.rpartition("@")[2] and domain not in PUBLIC_PROVIDERS:
        return True
    return organisation_id is not None and bool(
        ctx.session.scalar(queries.is_contact_of(organisation_id, sender))
    )
