"""How long convening two hundred people keeps an agent waiting, and how fast their mails leave, on
both engines.

    python -m pytest -q -s tests/bench/convening.py

prints one line of JSON a kind of committee and engine: the seconds of the request, its ratio to an
empty one, and the mails a second to an SMTP server on the loopback. A COPIL's convocations carry a
Word letter each, which is most of what they cost."""

import time
from contextvars import Context as ContextVariables
from dataclasses import replace

import pytest
from flask import Flask

from tests.bench.measuring import tell, timed
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.mail_server import running_smtp_server
from tests.page_checks import Browser
from zna_network.adapters.smtp_mailer import SmtpMailer
from zna_network.extensions import db, limiter
from zna_network.models.account import Role
from zna_network.models.committee import CommitteeKind
from zna_network.services import delivery

INVITEES = 200
POINTS = 8
REPEATS = 21
LONGEST_S, FEWEST_PER_S = 1.0, 50


def make_crowd(kind: CommitteeKind) -> int:
    """A meeting with its agenda and two hundred people to convene, of forty organisations."""
    session = db.session()
    meeting = make_meeting(session, make_committee(session, kind=kind))
    for _ in range(POINTS):
        make_agenda_item(session, meeting)
    organisations = [make_organisation(session) for _ in range(INVITEES // 5)]
    for number in range(INVITEES):
        contact = make_contact(session, organisations[number % len(organisations)])
        make_invitation(session, meeting, contact)
    return meeting.id


@pytest.mark.usefixtures("engine_name")
@pytest.mark.parametrize("kind", CommitteeKind)
def test_two_hundred_are_convened(app: Flask, engine_name: str, kind: CommitteeKind) -> None:
    limiter.enabled = False
    meeting_id = make_crowd(kind)
    agent = Browser(app).sign_in(make_user(db.session(), Role.AGENT)).client
    db.session.remove()
    floor = timed(lambda: ContextVariables().run(agent.get, "/healthz"), REPEATS)
    ContextVariables().run(agent.get, f"/instances/reunions/{meeting_id}/convocations")
    began, worked = time.perf_counter(), time.process_time()
    answer = ContextVariables().run(
        agent.post, f"/instances/reunions/{meeting_id}/convocations/envoyer"
    )
    convened_s, convening_s = time.perf_counter() - began, time.process_time() - worked
    assert answer.status_code == 302
    with running_smtp_server() as server:
        mailer = SmtpMailer(server.url)
        ctx = system_context(app)
        ctx = replace(ctx, ports=replace(ctx.ports, mailer=mailer))
        began, worked = time.perf_counter(), time.process_time()
        report = delivery.deliver_due(ctx, "bench")
        drained_s, draining_s = time.perf_counter() - began, time.process_time() - worked
        mailer.close()
        assert report.sent == len(server.mails) == INVITEES
    per_s = INVITEES / drained_s
    tell(engine=engine_name, committee=kind.value, invitees=INVITEES,
         convened_s=round(convened_s, 3), over_floor=round(convened_s * 1000 / floor.median),
         convened_cpu_s=round(convening_s, 3), mails_per_s=round(per_s),
         mails_per_cpu_s=round(INVITEES / draining_s))  # fmt: skip
    assert convened_s < LONGEST_S
    assert per_s >= FEWEST_PER_S
