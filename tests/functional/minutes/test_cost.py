"""What the pages cost: the same number of queries for a short list as for a long one."""

from collections.abc import Callable

import pytest

from tests.factories.accounts import make_user
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_attendance, make_decision, make_minutes
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from tests.statements import counted_statements
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.invitation import Answer
from zna_network.models.minutes import MinutesSectionRevision, MinutesVersion

NOW = FrozenClock().now()


def _draft(number: int) -> str:
    """A draft with as many points, decisions, actions, versions and people."""
    session = db.session()
    minutes = make_minutes(session, sections=number)
    meeting = minutes.meeting
    earlier = make_meeting(session, meeting.committee, starts_at=NOW, ends_at=meeting.starts_at)
    for rank, section in enumerate(list(minutes.sections)):
        section.updated_by = make_user(session)
        make_decision(session, meeting, section_id=section.id)
        make_action(
            session, meeting, section_id=section.id, organisation=make_organisation(session)
        )
        make_action(session, earlier, organisation=make_organisation(session))
        session.add(
            MinutesVersion(
                minutes_id=minutes.id, number=rank + 1, values={}, document=b"", created_at=NOW,
                created_by=make_user(session), reopened_at=NOW, reopened_by=make_user(session),
            )
        )  # fmt: skip
    session.commit()
    return f"/instances/reunions/{meeting.id}/compte-rendu"


def _attendance(number: int) -> str:
    session = db.session()
    meeting = make_meeting(session)
    for _ in range(number):
        contact = make_contact(session, make_organisation(session))
        make_invitation(session, meeting, contact, answer=Answer.ON_SITE)
        make_attendance(session, meeting)
    return f"/instances/reunions/{meeting.id}/presence"


def _register(number: int) -> str:
    session = db.session()
    for _ in range(number):
        make_action(session, make_meeting(session), organisation=make_organisation(session))
    return "/instances/actions"


def _history(number: int) -> str:
    session = db.session()
    minutes = make_minutes(session)
    section = minutes.sections[0]
    for rank in range(number):
        author = make_user(session)
        session.add(
            MinutesSectionRevision(
                section_id=section.id, revision=rank + 2, text="Texte", at=NOW, author=author
            )
        )
    session.commit()
    return f"/instances/reunions/{minutes.meeting_id}/compte-rendu/points/{section.id}/historique"


@pytest.mark.parametrize("build", [_draft, _attendance, _register, _history])
def test_a_page_costs_the_same_whatever_it_shows(
    agent: Browser, build: Callable[[int], str]
) -> None:
    costs = []
    for number in (5, 20):
        url = build(number)
        with counted_statements() as statements:
            page = agent.get(url)
        assert page.status == 200
        costs.append(len(statements))
    assert costs[0] == costs[1], costs
