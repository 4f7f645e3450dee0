"""Everything at once on one meeting: agents, invitees, the worker. Locks are taken in one order,
so that nobody waits for somebody who waits for them, and what remains is consistent."""

from collections import Counter
from collections.abc import Callable

from flask import Flask

from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.mail_reading import calendar_lines, mails
from tests.races import results_at_once
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.outbox import OutboxState
from zna_network.queries import meetings as meeting_queries
from zna_network.services import delivery, invitations, invitees, reminders, rsvp
from zna_network.services.context import Context
from zna_network.services.invitation_links import token_of
from zna_network.services.invitees import Person
from zna_network.services.representatives import Representative
from zna_network.services.rsvp import AnswerData

ROUNDS = 3


def _move(ctx: Context, meeting_id: int) -> None:
    """As services/meetings does: the meeting is locked, changed, then announced."""
    with ctx.unit_of_work():
        meeting = ctx.session.scalar(meeting_queries.by_id(meeting_id, lock=True))
        assert meeting is not None
        meeting.sequence += 1
        ctx.session.flush()
        invitations.announce_change(ctx, meeting)


def _acts(meeting_id: int, tokens: list[str], gone: int, turn: int) -> list[Callable[..., object]]:
    def represented(ctx: Context, token: str, rank: int) -> object:
        name = Representative(f"Nom {rank}", "", f"nom{rank}-{turn}@organisme.example")
        data = AnswerData(Answer.REPRESENTED, representative=name)
        return rsvp.answer_by_link(ctx, token, data)

    newcomer = Person("Tard Venu", email=f"tard{turn}@organisme.example")
    return [
        lambda ctx: represented(ctx, tokens[0], 0),
        lambda ctx: represented(ctx, tokens[1], 1),
        lambda ctx: rsvp.answer_by_link(ctx, tokens[1], AnswerData(Answer.ON_SITE)),
        lambda ctx: rsvp.answer_by_link(ctx, tokens[2], AnswerData(Answer.DECLINED)),
        lambda ctx: _move(ctx, meeting_id),
        lambda ctx: reminders.remind(ctx, meeting_id),
        lambda ctx: invitees.add_person(ctx, meeting_id, newcomer),
        lambda ctx: invitees.remove(ctx, meeting_id, gone),
        lambda ctx: invitations.send_convocations(ctx, meeting_id),
        lambda ctx: delivery.deliver_due(ctx, f"worker {turn}"),
    ]


def test_nobody_waits_for_ever_and_each_sees_versions_that_rise(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    people = [make_invitation(ctx.session, meeting) for _ in range(6)]
    invitations.send_convocations(ctx, meeting.id)
    number, removable = meeting.id, [person.id for person in people[3:]]
    tokens = [token_of(ctx.settings, person) for person in people[:3]]
    ctx.session.rollback()
    for turn in range(ROUNDS):
        results_at_once(app, _acts(number, tokens, removable[turn], turn))
    invitations.send_convocations(ctx, number)
    delivery.deliver_due(ctx, "last")
    _check(ctx)


def _check(ctx: Context) -> None:
    sent = [mail for mail in mails(ctx.session) if mail.state is OutboxState.SENT]
    assert not [mail for mail in mails(ctx.session) if mail.state is OutboxState.PENDING]
    versions: dict[str, list[int]] = {}
    for mail in sent:
        if mail.kind != "meeting_reminder":
            lines = calendar_lines(mail)
            versions.setdefault(mail.thread_key, []).append(int(lines["SEQUENCE"]))
    assert all(numbers == sorted(set(numbers)) for numbers in versions.values()), versions
    live = ctx.session.query(Invitation).filter(Invitation.removed_at.is_(None)).all()
    assert all(person.is_convened for person in live)
    stand_ins = Counter(p.represents_id for p in live if p.represents_id is not None)
    assert all(number == 1 for number in stand_ins.values())
