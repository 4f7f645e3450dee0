"""The « Convocations » list: filters, counts, last mails, and what it costs."""

from datetime import timedelta

import pytest

from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.outbox import make_message
from tests.statements import counted_statements
from zna_network.models.invitation import Answer, Invitation, Reminder, ReminderKind
from zna_network.models.outbox import OutboxState
from zna_network.queries import invitation_lists as lists
from zna_network.queries.invitation_lists import Show, thread_of
from zna_network.queries.listing import PageRequest, paginate
from zna_network.services.context import Context
from zna_network.services.french_time import local_date


@pytest.fixture
def meeting_id(ctx: Context) -> int:
    """Ten people, one in each situation."""
    meeting = make_meeting(ctx.session)
    for name, values in {
        "silent": {},
        "outdated": {"outdated_answer": Answer.REMOTE},
        "on_site": {"answer": Answer.ON_SITE},
        "remote": {"answer": Answer.REMOTE},
        "declined": {"answer": Answer.DECLINED},
        "represented": {"answer": Answer.REPRESENTED},
        "unsure": {"answer": Answer.TENTATIVE},
        "failed": {},
    }.items():
        person = make_invitation(ctx.session, meeting, name=name, convened=True, **values)
        state = OutboxState.FAILED if name == "failed" else OutboxState.SENT
        make_message(ctx.session, thread_key=thread_of(person.id), state=state)
    make_invitation(ctx.session, meeting, name="waiting")
    make_invitation(ctx.session, meeting, name="by_phone", email="")
    make_invitation(ctx.session, meeting, name="gone", convened=True, removed_at=ctx.now)
    make_invitation(ctx.session, make_meeting(ctx.session), name="elsewhere")
    return meeting.id


EXPECTED = {
    Show.EVERYBODY: {"silent", "outdated", "on_site", "remote", "declined", "represented", "unsure",
                     "failed", "waiting", "by_phone"},
    Show.CONVENED: {"silent", "outdated", "on_site", "remote", "declined", "represented", "unsure",
                    "failed"},
    Show.SILENT: {"silent", "outdated", "failed"},
    Show.COMING: {"on_site", "remote"},
    Show.ABSENT: {"declined"},
    Show.TENTATIVE: {"unsure"},
    Show.REPRESENTED: {"represented"},
    Show.TO_CONVENE: {"waiting"},
    Show.TO_TELL: {"by_phone"},
    Show.FAILED: {"failed"},
}  # fmt: skip


def test_each_filter_holds_the_right_people(ctx: Context, meeting_id: int) -> None:
    for show in list(Show):
        found = {person.name for person in ctx.session.scalars(lists.listed(meeting_id, show))}
        assert found == EXPECTED[show]
        assert show.label


def test_the_counts_agree_with_the_filters(ctx: Context, meeting_id: int) -> None:
    counted = ctx.session.execute(lists.counts(meeting_id)).one()
    assert dict(zip(Show, counted, strict=True)) == {s: len(n) for s, n in EXPECTED.items()}


def test_an_empty_list_counts_nobody(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    assert set(ctx.session.execute(lists.counts(meeting.id)).one()) == {0}


def test_the_last_mail_is_the_last_that_was_not_replaced(ctx: Context) -> None:
    person = make_invitation(ctx.session, make_meeting(ctx.session), convened=True)
    thread = thread_of(person.id)
    make_message(ctx.session, thread_key=thread, state=OutboxState.FAILED)
    sent = make_message(ctx.session, thread_key=thread, state=OutboxState.SENT)
    make_message(ctx.session, thread_key=thread, state=OutboxState.SUPERSEDED)
    assert ctx.session.scalars(lists.last_mails([person.id])).all() == [sent]
    failed = lists.listed(person.meeting_id, Show.FAILED)
    assert ctx.session.scalars(failed).all() == []
    assert ctx.session.scalars(lists.last_mails([])).all() == []


@pytest.mark.parametrize("sort", list(lists.INVITEE_SORTS))
def test_sorts_people_of_the_directory_and_others_together(ctx: Context, sort: str) -> None:
    meeting = make_meeting(ctx.session)
    organisation = make_organisation(ctx.session, name="Bailleur d’exemple")
    contact = make_contact(ctx.session, organisation, sort_key="abeille zoe")
    make_invitation(ctx.session, meeting, contact, convened=True, answer=Answer.DECLINED)
    make_invitation(ctx.session, meeting, name="Zoé Zèbre", organisation_name="Zoo")
    page = paginate(
        ctx.session, lists.listed(meeting.id), PageRequest(sort=sort), lists.INVITEE_SORTS
    )
    assert page.total == 2
    if sort != "answer":
        assert page.items[0].contact is contact


def test_the_list_costs_the_same_for_5_people_as_for_a_thousand(ctx: Context) -> None:
    costs = []
    for number in (5, 1000):
        meeting = make_meeting(ctx.session)
        _fill(ctx, meeting.id, number)
        meeting_id = meeting.id
        ctx.session.expire_all()
        with counted_statements() as statements:
            page = paginate(
                ctx.session,
                lists.listed(meeting_id),
                PageRequest(per_page=50),
                lists.INVITEE_SORTS,
            )
            numbers = [person.id for person in page.items]
            _ = [
                (p.organisation_label, p.represents, [r.name for r in p.representatives])
                for p in page.items
            ]
            assert ctx.session.scalars(lists.last_mails(numbers)).all()
            assert ctx.session.execute(lists.reminder_counts(numbers)).all()
            ctx.session.execute(lists.counts(meeting_id)).one()
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 9


def _fill(ctx: Context, meeting_id: int, number: int) -> None:
    organisation = make_organisation(ctx.session)
    now = ctx.now
    people = [
        Invitation(
            meeting_id=meeting_id, organisation_id=organisation.id, name=f"Personne {rank}",
            email=f"personne{rank}@organisme.example", link_salt=f"{meeting_id}-{rank}",
            link_hash=f"{meeting_id}-{rank}", sent_sequence=0, convened_at=now,
            created_at=now, updated_at=now,
        )
        for rank in range(number)
    ]  # fmt: skip
    ctx.session.add_all(people)
    ctx.session.flush()
    for person in people[:60]:
        ctx.session.add(
            Reminder(
                invitation_id=person.id, kind=ReminderKind.BY_HAND,
                counted_on=local_date(now), at=now + timedelta(hours=1),
            )
        )  # fmt: skip
        make_message(ctx.session, thread_key=thread_of(person.id))
    ctx.session.commit()
