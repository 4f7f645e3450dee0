"""The hall of the demonstration's forums."""

from datetime import date

from zna_network.models.forum import Forum, ForumState
from zna_network.services.context import Context
from zna_network.services.demo.forum_day import ORDINARY_HOURS, Day

_PLACE = "Hall d’exposition de démonstration"
_ADDRESS = "1 place de l’Exemple, 62000 Arras"
_ARRAS = "62041"
_ACCESS = (
    "Bus : arrêt « Exemple », lignes de démonstration 1 et 4.\n"
    "Parking gratuit derrière le hall, quatre places réservées aux personnes handicapées.\n"
    "Entrée de plain-pied, boucle magnétique à l’accueil."
)
_PRESENTATION = (
    "Une journée pour faire le point sur ses droits, gratuitement et sans rendez-vous : santé, "
    "logement, retraite, emploi, aides de la vie de tous les jours.\n\n"
    "Vingt organismes répondent à vos questions, huit ateliers vous accompagnent pas à pas. "
    "Venez comme vous êtes, avec vos papiers si vous les avez."
)


def uid_of(slug: str) -> str:
    return f"{slug}.demonstration@zna.example"


def title_of(day: Day) -> str:
    return f"Forum d’accès aux droits {day.held_on.year}"


def hall(ctx: Context, slug: str, day: Day) -> Forum:
    """A published forum that day, saved."""
    forum = Forum(
        slug=slug,
        title=title_of(day),
        state=ForumState.PUBLISHED,
        held_on=day.held_on,
        opens_at=day.opens_at,
        closes_at=day.closes_at,
        place=_PLACE,
        address=_ADDRESS,
        commune_insee=_ARRAS,
        access=_ACCESS,
        presentation=_PRESENTATION,
        gauge=300,
        takes_registrations=True,
        takes_stands=True,
        uid=uid_of(slug),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(forum)
    ctx.session.flush()
    return forum


def ordinary_day(held_on: date) -> Day:
    return Day(held_on, *ORDINARY_HOURS)
