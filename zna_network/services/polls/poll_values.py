"""What is typed of a poll, in the form that is stored, and how it is called in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlsplit

from zna_network.models.poll import DatePoll, PollInvitee, PollOption, PollState
from zna_network.ports.calendar import Address
from zna_network.services.clean_values import clean_line, clean_text, clean_website
from zna_network.services.documents.common import hours
from zna_network.services.documents.typed_text import opening
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import from_local, long_date, long_datetime
from zna_network.services.organisation_values import Checks

MOST_OPTIONS, MOST_INVITEES = 30, 200
REMOVED = "Votre avis n’est plus attendu pour ce sondage. Vous n’avez rien à faire."
DEADLINE_PASSED = "Cette échéance est déjà passée : choisissez-en une à venir."


@dataclass(frozen=True)
class PollData:
    """As typed. The deadline is a day and an hour on the clocks of Arras."""

    deadline_day: date
    deadline_hour: time
    title: str = ""
    place: str = ""
    visio_url: str = ""
    notice: str = ""
    with_holds: bool = False


def describe(poll: DatePoll, data: PollData, now: datetime) -> None:
    """Write what was typed in the poll. Raises InvalidValuesError with all that is wrong.

    A deadline that stays as it was may be over: the rest can still be corrected. Holds are chosen
    before the poll opens, since calendars hold them from then on."""
    checks = Checks()
    deadline = checks.take(
        lambda: clean_deadline(data.deadline_day, data.deadline_hour, now, poll.deadline),
        poll.deadline,
    )
    title = checks.take(lambda: clean_line(data.title, field="title", limit=160), "")
    place = checks.take(lambda: clean_line(data.place, field="place", limit=300), "")
    visio_url = checks.take(lambda: clean_visio(data.visio_url), "")
    notice = checks.take(lambda: clean_text(data.notice, field="notice"), "")
    checks.finish()
    poll.title, poll.place, poll.visio_url, poll.notice = title, place, visio_url, notice
    poll.deadline = deadline
    if poll.state is not PollState.OPEN:
        poll.with_holds = data.with_holds


def clean_deadline(
    day: date, hour: time, now: datetime, stored: datetime | None = None
) -> datetime:
    """The instant typed. Raises InvalidError for one that is over, but the one already stored."""
    deadline = from_local(day, hour, field="deadline_hour")
    if deadline <= now and deadline != stored:
        raise InvalidError(DEADLINE_PASSED, field="deadline_day")
    return deadline


def clean_visio(typed: str) -> str:
    url = clean_website(typed, field="visio_url", limit=500)
    if url and urlsplit(url).scheme != "https":
        raise InvalidError(
            "Le lien de visio doit commencer par https:// : les autres ne sont pas sûrs.",
            field="visio_url",
        )
    return url


def title_of(poll: DatePoll) -> str:
    """« Prochaine réunion » where nobody has named the meeting yet."""
    return poll.title or "Prochaine réunion"


def live_options(poll: DatePoll) -> list[PollOption]:
    return [option for option in poll.options if option.is_live]


def live_invitees(poll: DatePoll) -> list[PollInvitee]:
    return [invitee for invitee in poll.invitees if invitee.is_live]


def has_said_all(invitee: PollInvitee, options: Sequence[PollOption]) -> bool:
    """Whether they gave an answer about each of these dates, those added since included."""
    said = {vote.option_id for vote in invitee.votes}
    return invitee.answered_at is not None and said >= {option.id for option in options}


def missing(poll: DatePoll) -> list[PollInvitee]:
    """Who was sent the poll, by e-mail, and lacks an answer about one of its dates at least."""
    options = live_options(poll)
    return [
        invitee
        for invitee in live_invitees(poll)
        if invitee.email and invitee.sent_at is not None and not has_said_all(invitee, options)
    ]


def recipient(invitee: PollInvitee) -> Address:
    return Address(invitee.email, invitee.name)


def greeting(invitee: PollInvitee) -> str:
    """« Madame la Vice-Présidente » for those whom letters address so, else « Bonjour … »."""
    if invitee.contact and invitee.contact.salutation:
        return opening(invitee.contact.salutation, "")
    return f"Bonjour {invitee.name}"


def words_of(option: PollOption) -> str:
    """« jeudi 17 décembre 2026, de 14 h à 16 h »."""
    return f"{long_date(option.starts_at)}, {hours(option.starts_at, option.ends_at)}"


def list_of(options: Sequence[PollOption]) -> list[str]:
    return [words_of(option) for option in options]


def why_closed(poll: DatePoll, now: datetime) -> str:
    """Why no answer is taken any more; empty while the poll takes them."""
    if poll.takes_answers(now):
        return ""
    if poll.state is PollState.CLOSED and poll.meeting is not None:
        return f"La date est choisie : {long_datetime(poll.meeting.starts_at)}."
    if poll.state is PollState.CANCELLED:
        return "Ce sondage est abandonné."
    if poll.state is PollState.DRAFT:
        return "Ce sondage n’est pas encore ouvert."
    return f"Le délai de réponse a pris fin le {long_datetime(poll.deadline)}."
