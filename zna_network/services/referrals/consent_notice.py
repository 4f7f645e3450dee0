"""What a person is told before being asked, and the questions themselves, in plain words and in the
public's languages. Another text is another version: it is kept with each answer."""

from collections.abc import Callable
from dataclasses import dataclass

from zna_network.config import Settings
from zna_network.models.person import Purpose
from zna_network.services.context import Context
from zna_network.services.languages import LANGUAGES, language_of, to_translate

NOTICE_VERSION = "2026-11"
TITLE = to_translate("Vos informations et votre accord")
_PARAGRAPHS = (
    to_translate(
        "Nous vous aidons à obtenir vos droits. Pour cela, nous pouvons parler de vous à un "
        "organisme qui peut vous aider."
    ),
    to_translate("C’est vous qui décidez. Dire non ne vous prive d’aucune aide."),
    to_translate(
        "Vous n’êtes pas obligé de donner votre nom. Nous ne demandons jamais votre numéro de "
        "sécurité sociale, ni votre compte en banque."
    ),
    to_translate(
        "Seules les personnes qui vous aident lisent votre nom. Il est protégé, et chaque lecture "
        "est notée."
    ),
    to_translate(
        "Deux ans après notre dernier contact, votre nom et vos coordonnées sont effacés. Il reste "
        "des chiffres, sans votre nom."
    ),
    to_translate(
        "Vous pouvez changer d’avis à tout moment, demander ce que nous savons de vous, le faire "
        "corriger ou effacer. Dites-le à la personne qui vous aide."
    ),
    to_translate(
        "Responsable\u00a0: %(organiser)s. Base légale\u00a0: mission d’intérêt public, et votre "
        "accord pour chaque question. Vous pouvez aussi vous adresser à la CNIL."
    ),
)
_QUESTIONS = {
    Purpose.CONTACT: to_translate(
        "Êtes-vous d’accord pour que l’organisme reçoive votre nom et vous contacte\u00a0?"
    ),
    Purpose.EVALUATION: to_translate(
        "Êtes-vous d’accord pour que votre situation, sans votre nom, serve à l’État pour mesurer "
        "si ce travail aide les gens\u00a0?"
    ),
}
_EXPLANATIONS = {
    Purpose.CONTACT: to_translate(
        "Si vous dites non, nous transmettons votre demande sans votre nom. Vous irez vous-même "
        "voir l’organisme, ou nous ferons le lien."
    ),
    Purpose.EVALUATION: to_translate(
        "Si vous dites non, rien de votre situation n’est transmis à l’État."
    ),
}
YES, NO = to_translate("Oui"), to_translate("Non")


@dataclass(frozen=True)
class Question:
    purpose: Purpose
    question: str
    explanation: str


@dataclass(frozen=True)
class Notice:
    """The notice in one language, to be read aloud, shown or printed."""

    version: str
    language: str
    tag: str
    direction: str
    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[Question, ...]
    yes: str
    no: str


def notice(ctx: Context, code: str = "fr") -> Notice:
    """The notice in force, in this language; in French where nobody has translated it."""
    language = language_of(code)
    say = ctx.ports.translations.translator(language.locale)
    return Notice(
        NOTICE_VERSION,
        language.code,
        language.tag,
        language.direction,
        say(TITLE),
        tuple(_filled(say, text, ctx.settings) for text in _PARAGRAPHS),
        tuple(Question(one, say(_QUESTIONS[one]), say(_EXPLANATIONS[one])) for one in Purpose),
        say(YES),
        say(NO),
    )


def notices(ctx: Context) -> list[Notice]:
    """In each of the public's languages."""
    return [notice(ctx, language.code) for language in LANGUAGES]


def _filled(say: Callable[[str], str], text: str, settings: Settings) -> str:
    return say(text).replace("%(organiser)s", settings.organiser_name)
