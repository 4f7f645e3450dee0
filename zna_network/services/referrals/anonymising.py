"""Making a file name nobody any more: when the person asks, or two years after the last contact.

What names goes for good (name, contacts, year of birth, words typed anywhere, mails, badges, and
the case number, which is on printed sheets); what counts stays (home, age band, target group,
rights, results, amounts, delays), and belongs to nobody."""

from datetime import date, timedelta

from sqlalchemy import delete, update

from zna_network.models.case_sheet import CaseSheet
from zna_network.models.person import (
    ConsentAnswer,
    ConsentChannel,
    Diagnostic,
    FileOpening,
    Person,
    PersonBadge,
    PersonKey,
    Purpose,
)
from zna_network.models.referral import (
    Appointment,
    EventKind,
    ReferralEvent,
    ReferralState,
    Side,
    Step,
)
from zna_network.queries import outbox as outbox_queries
from zna_network.queries import people as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.referrals import consents, decisions, flow, people
from zna_network.services.referrals.access import CLOCK, Author, author_as
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.people_values import age_band_of

BATCH = 50


def person_to_erase(ctx: Context, person_id: int) -> Person:
    """Raises NotFoundError, ForbiddenError, or ConflictError when it has been done."""
    person = people.find(ctx, person_id)
    ctx.require(Permission.PERSON_ERASE, person.owner_id)
    if person.anonymised_at is not None or person.merged_into_id is not None:
        raise ConflictError(people.ANONYMISED)
    return person


def erase(ctx: Context, person_id: int) -> Person:
    """When the person asks: nothing of theirs leaves for the evaluation any more, and nobody looks
    for them. Raises ConflictError when it has been done."""
    with ctx.unit_of_work():
        person = people.find(ctx, person_id, lock=True)
        ctx.require(Permission.PERSON_ERASE, person.owner_id)
        if person.anonymised_at is not None or person.merged_into_id is not None:
            raise ConflictError(people.ANONYMISED)
        author = author_as(ctx, Side.SENDER)
        withdrawn = {
            purpose: ConsentAnswer.WITHDRAWN for purpose in Purpose if person.agrees_to(purpose)
        }
        consents.record(
            ctx, person, ConsentData(withdrawn, ConsentChannel.ORAL, person.language), author
        )
        _anonymise(ctx, person, author)
        ctx.record("person.erased", person)
    return person


def last_contact_before(ctx: Context) -> date:
    """Files without contact since before that day are anonymised."""
    return local_date(ctx.now) - timedelta(days=ctx.settings.people_retention_days)


def count_due(ctx: Context) -> int:
    return ctx.session.scalar(queries.count_to_anonymise(last_contact_before(ctx))) or 0


def run_batch(ctx: Context) -> int:
    """Anonymise some of those whose time has come, in a transaction of its own; how many."""
    with ctx.unit_of_work():
        due = queries.to_anonymise(last_contact_before(ctx), BATCH)
        due_people = ctx.session.scalars(due).all()
        for person in due_people:
            _anonymise(ctx, person, CLOCK)
            ctx.record("person.anonymised", person)
    return len(due_people)


def _anonymise(ctx: Context, person: Person, author: Author) -> None:
    """A file that is locked, in the caller's transaction."""
    _close_referrals(ctx, person, author)
    _forget_mails(ctx, person)
    _empty_words(ctx, person)
    if person.age_band is None:
        person.age_band = age_band_of(person.birth_year, person.last_contact_on)
    person.name = person.email = person.phone = person.note = ""
    person.birth_year = None
    person.case_number = people.free_case_number(ctx)
    person.anonymised_at = person.updated_at = ctx.now
    # Those of the files that were merged into this one are printed too, and lead to it.
    for merged in ctx.session.scalars(queries.merged_into(person.id)):
        merged.case_number = people.free_case_number(ctx)
    for table in (PersonKey, PersonBadge):
        ctx.session.execute(delete(table).where(table.person_id == person.id))


def _close_referrals(ctx: Context, person: Person, author: Author) -> None:
    """Nobody can go on with them: those not taken are withdrawn, of the others the work stops. The
    receiver is told, and the meetings to come are cancelled, while it is known whose they are."""
    for referral in ctx.session.scalars(queries.live_referrals(person.id, lock=True)):
        decisions.before_withdrawal(ctx, referral, author)
        if referral.state is ReferralState.OPEN:
            flow.append(ctx, referral, EventKind.WITHDRAWN, author, state=ReferralState.WITHDRAWN)
        else:
            flow.append(ctx, referral, EventKind.STEP, author, step=Step.WITHDRAWN)


def _empty_words(ctx: Context, person: Person) -> None:
    """Whatever was typed may name the person. The journal's lines never do."""
    ctx.session.flush()
    for referral in ctx.session.scalars(queries.referrals_of(person.id)):
        referral.need = referral.callback_when = ""
        referral.link_revoked_at = referral.link_revoked_at or ctx.now
    ctx.session.flush()
    theirs = queries.referral_ids(person.id)
    files = queries.ids_with_merged(person.id)
    for statement in (
        update(ReferralEvent).where(ReferralEvent.referral_id.in_(theirs)).values(words=""),
        update(Appointment).where(Appointment.referral_id.in_(theirs)).values(note="", place=""),
        update(CaseSheet)
        .where(CaseSheet.referral_id.in_(theirs))
        # Another revision: a form filled in meanwhile cannot bring the words back.
        .values(blocking_point="", proposal="", decision="", revision=CaseSheet.revision + 1),
        update(Diagnostic).where(Diagnostic.person_id == person.id).values(note=""),
        update(FileOpening).where(FileOpening.person_id.in_(files)).values(reason=""),
    ):
        ctx.session.execute(statement.execution_options(synchronize_session=False))


def _forget_mails(ctx: Context, person: Person) -> None:
    """The appointments written to the person's own address."""
    for appointment_id in ctx.session.scalars(queries.appointment_ids(person.id)).all():
        threads = outbox_queries.private_threads(f"appointment:{appointment_id}:")
        keys = ctx.session.scalars(threads).all()
        ctx.session.execute(outbox_queries.forget_threads(keys))
