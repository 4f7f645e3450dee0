"""Asking for a stand, from the public page, without an account."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand, StandState
from zna_network.queries import directory
from zna_network.queries import stands as queries
from zna_network.services import forum_choice
from zna_network.services.clean_values import clean_line, refuse_link
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.forum_days import has_come
from zna_network.services.organisation_choice import resolve
from zna_network.services.search_words import search_words
from zna_network.services.stand_details import StandData, clean_contact_email, describe
from zna_network.services.stand_mails import open_desk, send_plain
from zna_network.services.stand_opening import forum_to_fill, open_stand, uid_of

SUGGESTIONS = 8
SHORTEST_QUERY = 2
CLOSED = "Les candidatures de stand ne sont pas ouvertes."
ALREADY = (
    "Cet organisme a déjà un stand ou une candidature à ce forum. Utilisez le lien reçu par "
    "e-mail, ou appelez la Communauté urbaine d’Arras."
)


@dataclass(frozen=True)
class ApplicationData:
    """``organisation`` as typed; ``organisation_id`` when picked in the directory's names."""

    organisation: str
    organisation_id: str = ""
    details: StandData = field(default_factory=StandData)


def takes_applications(ctx: Context, forum: Forum) -> bool:
    return forum.is_public and forum.takes_stands and not has_come(forum, ctx.now)


def apply_for_stand(ctx: Context, slug: str, data: ApplicationData, *, sending: str = "") -> Stand:
    """An application that an agent will accept or set aside; its sender gets a mail with a link to
    correct it. ``sending`` names this sending of the form: sent twice, it counts once. Raises
    InvalidError beside a field, ConflictError when it cannot be."""
    with ctx.unit_of_work():
        forum = forum_to_fill(ctx, forum_choice.public_by_slug(ctx, slug).id)
        if not takes_applications(ctx, forum):
            raise ConflictError(CLOSED)
        known = ctx.session.scalar(queries.by_uid(uid_of(ctx, sending))) if sending else None
        if known is not None:
            return known
        typed = clean_line(
            data.organisation,
            field="organisation",
            limit=200,
            required="Indiquez le nom de votre organisme.",
        )
        refuse_link(typed, field="organisation")
        refuse_link(data.details.contact_name, field="contact_name")
        organisation = _in_directory(ctx, data.organisation_id, typed)
        try:
            stand = open_stand(ctx, forum, StandState.APPLIED, organisation, typed, key=sending)
        except ConflictError:
            raise ConflictError(ALREADY, field="organisation") from None
        if not data.details.contact_name.strip():
            raise InvalidError("Indiquez votre nom.", field="contact_name")
        describe(ctx, stand, data.details, needs_email=True)
        stand.contact_email = clean_contact_email(data.details.contact_email, required=True)
        ctx.session.flush()
        send_plain(open_desk(ctx, forum, stand), "stand_application")
        ctx.record("stand.applied", stand)
    return stand


def suggest(ctx: Context, slug: str, typed: str) -> Sequence[Organisation]:
    """The directory's organisations that a few letters may mean, while applications are open:
    names only, as the forum's own programme will show them."""
    forum = forum_choice.public_by_slug(ctx, slug)
    words = search_words(typed)
    if not takes_applications(ctx, forum) or len("".join(words)) < SHORTEST_QUERY:
        return []
    return ctx.session.scalars(directory.suggestions(words, SUGGESTIONS)).all()


def _in_directory(ctx: Context, chosen_id: str, typed: str) -> Organisation | None:
    """The record meant, or none: an agent will say which, or open one."""
    reading = ctx.as_system("candidature")
    for chosen, name in ((chosen_id, ""), ("", typed)):
        if chosen or name:
            try:
                return resolve(reading, chosen, name, field="organisation")
            except InvalidError:
                continue
    return None
