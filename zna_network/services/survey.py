"""Three questions on the way out, asked by a QR code and linked to nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from zna_network.models.door import SurveyAnswer
from zna_network.models.forum import Forum, ForumState
from zna_network.ports.pdf import Poster
from zna_network.queries import forum_figures as queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.forum_choice import by_slug, public_by_slug
from zna_network.services.forum_day import day_starts_at
from zna_network.services.french_time import from_local, long_date
from zna_network.services.languages import to_translate
from zna_network.services.permissions import Permission
from zna_network.services.survey_results import FOUND, NOTES
from zna_network.services.unit_of_work import take_turns

OPEN_FOR = timedelta(days=15)
LONGEST = 500
CLOSED = to_translate("Le questionnaire n’est pas ouvert.")
CHOOSE = to_translate("Choisissez une réponse.")


class SurveyState(StrEnum):
    NOT_YET = "not_yet"
    OPEN = "open"
    OVER = "over"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            SurveyState.NOT_YET: "Il ouvrira avec les portes, et pour quinze jours.",
            SurveyState.OPEN: "Il est ouvert : affichez-le à la sortie.",
            SurveyState.OVER: "Il est clos.",
            SurveyState.CANCELLED: "Le forum est annulé : il n’ouvrira pas.",
        }[self]


@dataclass(frozen=True)
class SurveyData:
    """``satisfaction`` is 1 to 5, ``found`` yes, partly or no."""

    satisfaction: int
    found: str
    recommends: bool
    words: str = ""
    language: str = "fr"


def state_of(forum: Forum, now: datetime) -> SurveyState:
    """Open from the opening of the doors, for fifteen days."""
    if forum.state is ForumState.CANCELLED:
        return SurveyState.CANCELLED
    if forum.held_on is None or not forum.is_public:
        return SurveyState.NOT_YET
    opens = from_local(forum.held_on, forum.opens_at)
    if now < opens:
        return SurveyState.NOT_YET
    return SurveyState.OPEN if now < opens + OPEN_FOR else SurveyState.OVER


def public_url(ctx: Context, forum: Forum) -> str:
    return f"{ctx.settings.base_url}/forum/{forum.slug}/avis"


def answer(ctx: Context, slug: str, data: SurveyData, sending: str) -> SurveyAnswer:
    """Keep an answer. ``sending`` names the form that was sent: sent again, whatever it then
    says, it counts once. Raises InvalidError, ConflictError out of the days, or NotFoundError."""
    words = clean_text(data.words, field="words", limit=LONGEST)
    if data.satisfaction not in NOTES:
        raise InvalidError(CHOOSE, field="satisfaction")
    if data.found not in FOUND:
        raise InvalidError(CHOOSE, field="found")
    with ctx.unit_of_work():
        forum = public_by_slug(ctx, slug)
        if state_of(forum, ctx.now) is not SurveyState.OPEN:
            raise ConflictError(CLOSED)
        take_turns(ctx.session, f"survey:{sending}")
        known = ctx.session.scalar(queries.survey_sending(sending))
        if known is not None:
            return known
        made = SurveyAnswer(
            forum_id=forum.id,
            satisfaction=data.satisfaction,
            found=data.found,
            recommends=data.recommends,
            words=words,
            language=data.language,
            answered_on=day_starts_at(ctx.now),
            sending=sending,
        )
        ctx.session.add(made)
    return made


def erase_words(ctx: Context, slug: str, answer_id: int) -> None:
    """Take away what somebody wrote, for instance when it names a person; the notes stay.

    Raises ForbiddenError or NotFoundError."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = by_slug(ctx, slug)
        found = ctx.session.scalar(queries.survey_answer(forum.id, answer_id, lock=True))
        if found is None:
            raise NotFoundError("Cette réponse n’existe plus.")
        found.words = ""
        ctx.record("survey.words_erased", found)


def poster(ctx: Context, forum: Forum) -> bytes:
    """The QR code to hang by the way out, as a PDF."""
    ctx.require(Permission.FIGURES_READ)
    return ctx.ports.pdf.poster(
        Poster(
            title="Votre avis compte",
            subtitle=forum.title,
            lines=[
                "Trois questions, une minute, sans donner votre nom.",
                "Three questions, without your name.",
                "Три запитання, без вашого імені.",
                "ثلاثة أسئلة دون ذكر اسمكم.",
            ],
            url=public_url(ctx, forum),
            footer=long_date(forum.held_on) if forum.held_on else "",
            caption="Scannez pour répondre",
        )
    )
