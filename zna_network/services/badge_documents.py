"""Badges on paper and on screen: what each shows, and the sheets to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.forum import Forum
from zna_network.ports.pdf import BadgeFace, BadgeLayout, BadgeSheet
from zna_network.queries import badges as queries
from zna_network.services.badges import LARGEST_NUMBER, MOST_AT_ONCE, locked, ticket_of
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.forum_days import day_in_words, day_of
from zna_network.services.languages import (
    FRENCH,
    Language,
    day_in,
    hour_in,
    language_of,
    to_translate,
)
from zna_network.services.permissions import Permission

SHOW_IT = to_translate("Montrez ce badge à l’entrée, sur papier ou sur un téléphone.")
FREE = to_translate("L’entrée est libre et gratuite.")
LOST = to_translate(
    "Badge perdu\u00a0? Venez quand même\u00a0: on vous en donnera un autre à l’entrée."
)
REHEARSAL_MARK = "ESSAI"


class Printed(StrEnum):
    """Which badges a sheet is for."""

    NAMED = "named"
    NAMED_NEW = "named_new"
    BLANK = "blank"
    REHEARSAL = "rehearsal"

    @property
    def label(self) -> str:
        return {
            Printed.NAMED: "Les badges nominatifs, tous",
            Printed.NAMED_NEW: "Les badges nominatifs jamais imprimés",
            Printed.BLANK: "Les badges vierges",
            Printed.REHEARSAL: "Les badges d’essai",
        }[self]

    @property
    def names_people(self) -> bool:
        return self in {Printed.NAMED, Printed.NAMED_NEW}


@dataclass(frozen=True)
class SheetOrder:
    """``first`` and ``last`` narrow it to some numbers, none for no limit."""

    printed: Printed
    layout: BadgeLayout = BadgeLayout.CARDS
    first: int | None = None
    last: int | None = None


def face_of(ctx: Context, badge: Badge, forum: Forum, attendee: Attendee | None) -> BadgeFace:
    return BadgeFace(
        number=badge.shown_number,
        ticket=ticket_of(ctx.settings, badge),
        name=attendee.name if attendee else "",
        forum_title=forum.title,
        forum_line=" · ".join(part for part in (day_in_words(day_of(forum)), forum.place) if part),
        mark=REHEARSAL_MARK if badge.is_rehearsal else "",
    )


def own_badge(ctx: Context, attendee: Attendee, badge: Badge) -> bytes:
    """The badge that somebody prints at home, with what they need to come, in their language."""
    language = language_of(attendee.language)
    told = ctx.ports.translations.translator(language.locale)
    return ctx.ports.pdf.badges(
        BadgeSheet(
            faces=[face_of(ctx, badge, attendee.forum, attendee)],
            layout=BadgeLayout.SINGLE,
            title=f"{attendee.forum.title} — {badge.shown_number}",
            lines=[
                *(line for line in when_and_where(attendee.forum, language) if line),
                told(SHOW_IT),
                told(FREE),
                told(LOST),
            ],
            is_rtl=language.is_rtl,
            language=language.tag,
        )
    )


def when_and_where(forum: Forum, language: Language = FRENCH) -> tuple[str, str]:
    """The day with its hours, and the place; empty where not known yet."""
    when = ""
    if forum.held_on is not None:
        hours = f"{hour_in(language, forum.opens_at)} – {hour_in(language, forum.closes_at)}"
        when = f"{day_in(language, forum.held_on)}, {hours}"
    where = ", ".join(part for part in (forum.place, forum.address) if part)
    return when, where


def print_sheets(ctx: Context, forum_id: int, order: SheetOrder) -> bytes:
    """The sheets as PDF; the badges are noted as printed. Raises InvalidError when there is none
    to print, or too many for one file."""
    ctx.require(Permission.ATTENDEES_READ if order.printed.names_people else Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = ctx.session.get(Forum, forum_id)
        if forum is None:
            raise NotFoundError("Ce forum n’existe pas.")
        badges = ctx.session.scalars(_wanted(forum_id, order)).all()
        _refuse(badges)
        for badge in badges:
            badge.printed_at = ctx.now
        action = "attendee.read" if order.printed.names_people else "badge.printed"
        ctx.record(action, forum, what="badges", badges=len(badges), kind=order.printed.value)
        sheet = BadgeSheet(
            faces=[face_of(ctx, badge, forum, badge.attendee) for badge in badges],
            layout=order.layout,
            title=f"Badges — {forum.title}",
        )
    return ctx.ports.pdf.badges(sheet)


def print_one(ctx: Context, forum_id: int, badge_id: int) -> bytes:
    """One badge on its own sheet, noted as printed; its holder's language if it has one."""
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        badge = locked(ctx, badge_id)
        if badge.forum_id != forum_id or badge.revoked_at is not None:
            raise NotFoundError("Ce badge n’existe pas, ou n’est plus valable.")
        badge.printed_at = ctx.now
        ctx.record("attendee.read", badge, what="badge")
        if badge.attendee is not None:
            return own_badge(ctx, badge.attendee, badge)
        face = face_of(ctx, badge, badge.forum, None)
        return ctx.ports.pdf.badges(BadgeSheet([face], BadgeLayout.SINGLE, f"Badge {face.number}"))


def _refuse(badges: Sequence[Badge]) -> None:
    if not badges:
        raise InvalidError("Il n’y a aucun badge à imprimer dans ce choix.", field="printed")
    if len(badges) > MOST_AT_ONCE:
        raise InvalidError(
            f"Un fichier tient {MOST_AT_ONCE} badges au plus\u00a0: imprimez par numéros.",
            field="first",
        )


def _wanted(forum_id: int, order: SheetOrder) -> Select[Badge]:
    return queries.printable(
        forum_id,
        named=order.printed.names_people,
        rehearsal=order.printed is Printed.REHEARSAL,
        only_new=order.printed is Printed.NAMED_NEW,
        first=_in_range(order.first),
        last=_in_range(order.last),
        limit=MOST_AT_ONCE + 1,
    )


def _in_range(number: int | None) -> int | None:
    """A number that the database can hold, whatever was typed."""
    return None if number is None else min(max(number, 0), LARGEST_NUMBER)
