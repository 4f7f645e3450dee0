"""What the mails and calendar objects of a stand say."""

from typing import Any

from zna_network.config import Settings
from zna_network.models.forum import Forum
from zna_network.models.stand import Stand
from zna_network.ports.calendar import Address
from zna_network.services.addresses import sender
from zna_network.services.documents import facts
from zna_network.services.forum_days import ForumDay, day_in_words, day_of, hours_in_words
from zna_network.services.french_time import long_date
from zna_network.services.stand_links import link_of


def recipient(stand: Stand) -> Address:
    return Address(stand.contact_email, stand.contact_name)


def mail_values(
    settings: Settings, forum: Forum, stand: Stand, before: ForumDay | None = None
) -> dict[str, Any]:
    """The values that every mail about a stand shows; ``before`` is the day that is no longer."""
    day = day_of(forum)
    return {
        "greeting": f"Bonjour {stand.contact_name}".strip(),
        "organisation": stand.name,
        "forum": forum.title,
        "day": day_in_words(day),
        "hours": hours_in_words(day),
        "has_date": forum.held_on is not None,
        "place": day.location,
        "access": forum.access,
        "needs": needs_in_words(stand),
        "reason": stand.reason,
        "cancelled_reason": forum.cancelled_reason,
        "answer_by": long_date(forum.stands_answer_by) if forum.stands_answer_by else "",
        "former_day": day_in_words(before) if before else "",
        "link": link_of(settings, stand),
        "organiser": facts.issuer(settings).name,
        "reply_to": sender(settings).email,
    }


def needs_in_words(stand: Stand) -> str:
    """« 2 tables, 4 chaises, 1 prise, un écran »."""
    counted = (
        (stand.tables, "table"),
        (stand.chairs, "chaise"),
        (stand.sockets, "prise électrique"),
    )
    words = [f"{n} {_plural(word, n)}" for n, word in counted if n]
    if stand.needs_screen:
        words.append("un écran")
    return ", ".join(words) or "aucun matériel"


def _plural(word: str, number: int) -> str:
    return " ".join(f"{part}s" for part in word.split()) if number > 1 else word


def summary(day: ForumDay, stand: Stand) -> str:
    """The stand in its holder's calendar."""
    return f"{day.title} : stand {stand.short_name}"


def description(settings: Settings, forum: Forum, stand: Stand) -> str:
    """What the calendar's entry says below the title: plain text."""
    lines = [f"Matériel prévu : {needs_in_words(stand)}.", ""]
    if forum.access:
        lines += [forum.access, ""]
    lines.append(f"Votre réponse, vos besoins : {link_of(settings, stand)}")
    return "\n".join(lines)
