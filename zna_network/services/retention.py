"""What is erased by itself when its time has come, and by hand when somebody asks.

Of a visitor, the personal part goes (name, contact, needs, the words of mails); the figures stay
(home, age band, target group, what they came for, entries), which name nobody. Of the survey,
the free words go. A followed person's file is anonymised two years after the last contact; as
long after a trip of CUA Mobile, what names people leaves it. Who could come to a meeting when is
forgotten half a year after its date was chosen, and what its readers said of a draft as long after
the minutes are validated."""

from dataclasses import dataclass
from datetime import date, timedelta

from zna_network.models.attendee import Attendee
from zna_network.queries import attendees as queries
from zna_network.queries import forum_figures as figures_queries
from zna_network.queries import outbox as outbox_queries
from zna_network.queries import seats as seat_queries
from zna_network.services import action_forgetting, attendee_index
from zna_network.services.attendee_links import attendee_of
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.mailbox import forgetting as mail_forgetting
from zna_network.services.minutes_review import forgetting as reading_forgetting
from zna_network.services.polls import forgetting as poll_forgetting
from zna_network.services.referrals import anonymising
from zna_network.services.registration_mails import thread_of
from zna_network.services.van import forgetting

BATCH = 200


@dataclass(frozen=True)
class RetentionLine:
    """One rule, and how many it has erased or would erase."""

    rule: str
    count: int


def run(ctx: Context, *, dry_run: bool = False) -> list[RetentionLine]:
    """Apply every rule. By batches, each its own transaction, so that several may run at once and
    the door never waits long."""
    limit = erased_before(ctx)
    count = words = 0
    if dry_run:
        count = ctx.session.scalar(queries.count_to_erase(limit)) or 0
        words = ctx.session.scalar(figures_queries.count_words_to_erase(limit)) or 0
    else:
        while erased := _erase_batch(ctx, limit):
            count += erased
        words = _erase_words(ctx, limit)
    limit_people = ctx.settings.people_retention_days
    people = anonymising.count_due(ctx) if dry_run else _anonymise_all(ctx)
    trips = forgetting.count_trips(ctx) if dry_run else forgetting.trips(ctx)
    drivers = forgetting.count_drivers(ctx) if dry_run else forgetting.drivers(ctx)
    polls = poll_forgetting.count_due(ctx) if dry_run else poll_forgetting.run(ctx)
    readings = reading_forgetting.count_due(ctx) if dry_run else reading_forgetting.run(ctx)
    actions = action_forgetting.count_due(ctx) if dry_run else action_forgetting.run(ctx)
    mails = mail_forgetting.count_held(ctx) if dry_run else mail_forgetting.held_too_long(ctx)
    said = mail_forgetting.count_words(ctx) if dry_run else mail_forgetting.words(ctx)
    since_polls = f"finis depuis plus de {poll_forgetting.KEPT_DAYS} jours"
    since = f"forums passés depuis plus de {ctx.settings.forum_retention_days} jours"
    return [
        RetentionLine(f"visiteurs des {since}", count),
        RetentionLine(f"mots libres des questionnaires des {since}", words),
        RetentionLine(f"dossiers sans contact depuis plus de {limit_people} jours", people),
        RetentionLine(f"réponses aux sondages de dates {since_polls}", polls),
        RetentionLine(
            "relectures de comptes-rendus validés depuis plus de "
            f"{reading_forgetting.KEPT_DAYS} jours",
            readings,
        ),
        RetentionLine(
            "adresses et mots des responsables d’actions closes depuis plus de "
            f"{action_forgetting.KEPT_DAYS} jours",
            actions,
        ),
        RetentionLine(
            f"messages reçus sans suite depuis plus de {mail_forgetting.HELD_DAYS} jours", mails
        ),
        RetentionLine(f"messages reçus depuis plus de {limit_people} jours", said),
        RetentionLine(f"sorties de CUA Mobile finies depuis plus de {limit_people} jours", trips),
        RetentionLine(f"conducteurs partis depuis plus de {limit_people} jours", drivers),
    ]


def erased_before(ctx: Context) -> date:
    """Visitors of the forums held before that day are erased, and so is what people wrote in its
    survey."""
    return local_date(ctx.now) - timedelta(days=ctx.settings.forum_retention_days)


def erase(ctx: Context, attendee: Attendee) -> None:
    """Erase the personal part of a visitor who is locked, in the caller's transaction. The badge
    still opens the door; the link to its page does not work any more."""
    attendee.name = attendee.email = attendee.phone = attendee.note = ""
    attendee.contact_key = ""
    attendee_index.forget(ctx, [attendee.id])
    attendee.needs = []
    attendee.erased_at = attendee.updated_at = ctx.now
    for badge in attendee.badges:
        badge.label = ""
        badge.changed_at = ctx.now
    threads = [thread_of(attendee)]
    threads += [f"seat:{number}" for number in ctx.session.scalars(seat_queries.ids(attendee.id))]
    ctx.session.execute(outbox_queries.forget_threads(threads))
    ctx.record("attendee.erased", attendee)


def erase_by_link(ctx: Context, token: str) -> None:
    """What the holder of a badge asks for themselves."""
    with ctx.unit_of_work():
        erase(ctx, attendee_of(ctx, token, lock=True))


def _anonymise_all(ctx: Context) -> int:
    count = 0
    while anonymised := anonymising.run_batch(ctx):
        count += anonymised
    return count


def _erase_words(ctx: Context, limit: date) -> int:
    """Nobody is named in the survey but by what somebody may have written: the words go, the
    answers to the three questions stay."""
    with ctx.unit_of_work():
        return ctx.session.connection().execute(figures_queries.erase_words(limit)).rowcount


def _erase_batch(ctx: Context, limit: date) -> int:
    with ctx.unit_of_work():
        attendees = ctx.session.scalars(queries.to_erase(limit, BATCH)).all()
        for attendee in attendees:
            erase(ctx, attendee)
    return len(attendees)
