"""A forum that does not take place: who is told, what closes, and that it stays so."""

from datetime import date, time

import pytest

from tests.acting import acting_as
from tests.door import open_door
from tests.factories.accounts import make_user
from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_organisation
from tests.factories.workshops import make_session, make_workshop
from tests.mail_reading import calendar_lines, calendar_of, mails, parsed, text_of
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role
from zna_network.models.door import Verdict
from zna_network.models.forum import Forum, ForumState
from zna_network.models.stand import StandState
from zna_network.services import (
    delivery,
    door_manifest,
    forum_cancellation,
    forum_choice,
    forum_reminders,
    forums,
    registrations,
    seats,
    shifts,
    stand_applications,
    stand_invitations,
    stands,
    survey,
)
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError
from zna_network.services.forums import ForumData
from zna_network.services.registration_values import RegistrationData
from zna_network.services.shifts import PersonData, ShiftData
from zna_network.services.stand_invitations import StandInvitation

REASON = "La salle est inondée."


def _invite(ctx: Context, forum: Forum, name: str) -> str:
    email = f"{name.lower()}@organisme.example"
    organisation = make_organisation(ctx.session, name=name)
    asked = StandInvitation(str(organisation.id), name, "Camille Exemple", email)
    stand_invitations.invite(ctx, forum.id, asked)
    return email


def test_everybody_convened_is_told_once_and_their_calendars_emptied(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    forum = make_forum(ctx.session)
    reached = _invite(ctx, forum, "Reached")
    visitor = registrations.register(
        ctx, forum.id, RegistrationData("Зоряна", email="zoryana@exemple.example", language="uk")
    )
    leader = make_organisation(ctx.session, name="Association", email="asso@organisme.example")
    workshop = make_workshop(ctx.session, forum, organisation=leader, title="Budget")
    session = make_session(ctx.session, workshop, starts=time(10), ends=time(11))
    seats.request_seat(ctx, session.id, visitor.id)
    shift = shifts.create_shift(ctx, forum.id, ShiftData("Accueil", time(9), time(12)))
    shifts.add_person(ctx, forum.id, shift.id, PersonData("Hawa", "hawa@exemple.example"))
    delivery.deliver_due(ctx, "tests")
    unreached = _invite(ctx, forum, "Unreached")
    make_stand(ctx.session, forum, state=StandState.APPLIED, contact_email="asks@exemple.example")
    make_stand(ctx.session, forum, state=StandState.DECLINED, contact_email="no@exemple.example")
    before = {mail.id for mail in mails(ctx.session)}

    forum_cancellation.cancel_forum(ctx, forum.id, f" {REASON} ", forum.revision)

    told = {mail.recipient: mail for mail in mails(ctx.session) if mail.id not in before}
    assert set(told) == {
        reached, "asks@exemple.example", visitor.email, "asso@organisme.example",
        "hawa@exemple.example",
    }  # fmt: skip
    assert all(REASON in text_of(mail) for mail in told.values())
    (invitation,) = [mail for mail in mails(ctx.session) if mail.recipient == unreached]
    assert invitation.content is None  # It never leaves.
    entry = calendar_lines(told[reached])
    assert (entry["METHOD"], entry["STATUS"]) == ("CANCEL", "CANCELLED")
    assert int(entry["SEQUENCE"]) >= 1
    (own, file) = [
        part.get_payload(decode=True).decode()
        for part in parsed(told[visitor.email]).walk()
        if part.get_content_type() == "text/calendar"
    ]
    assert f"UID:{forum.uid}" in own.replace("\r\n ", "")
    assert "METHOD:CANCEL" in own
    assert file.count("STATUS:CANCELLED") == 2  # The day, and the workshop.
    assert "скасовано" in told[visitor.email].subject
    assert "Atelier « Budget »" in text_of(told["asso@organisme.example"])
    assert "Poste « Accueil »" in text_of(told["hawa@exemple.example"])
    with pytest.raises(ValueError, match="not enough"):
        calendar_of(told["asks@exemple.example"])


def test_nothing_is_taken_any_more_and_nothing_brings_it_back(
    ctx: Context, clock: FrozenClock
) -> None:
    forum = make_forum(ctx.session)
    stand = make_stand(ctx.session, forum, state=StandState.APPLIED)
    with pytest.raises(InvalidError) as refusal:
        forum_cancellation.cancel_forum(ctx, forum.id, "  ", forum.revision)
    assert refusal.value.field == "reason"
    with pytest.raises(ConflictError):
        forum_cancellation.cancel_forum(ctx, forum.id, REASON, forum.revision + 1)
    agentless = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, stand.organisation))
    with pytest.raises(ForbiddenError):
        forum_cancellation.cancel_forum(agentless, forum.id, REASON, forum.revision)
    assert forum.state is ForumState.PUBLISHED
    forum = forum_cancellation.cancel_forum(ctx, forum.id, REASON, forum.revision)
    assert forum_choice.current(ctx) == forum  # Whoever meant to come reads it.
    for again in (
        lambda: forum_cancellation.cancel_forum(ctx, forum.id, REASON, forum.revision),
        lambda: forums.change_state(ctx, forum.id, ForumState.PUBLISHED, forum.revision),
        lambda: forums.update_forum(ctx, forum.id, ForumData("Retour"), forum.revision),
        lambda: registrations.register(ctx, forum.id, RegistrationData("Camille")),
        lambda: registrations.register_at_desk(ctx, forum.id, RegistrationData("Camille")),
        lambda: _invite(ctx, forum, "Trop tard"),
        lambda: stands.confirm_stand(ctx, forum.id, stand.number, stand.revision),
    ):
        with pytest.raises(ConflictError):
            again()
    assert not stand_applications.takes_applications(ctx, forum)
    clock.set(clock.now().replace(day=16))
    assert survey.state_of(forum, ctx.now) is survey.SurveyState.CANCELLED
    assert forum_reminders.send_due(ctx) == 0
    over = make_forum(ctx.session, held_on=date(2026, 12, 2))
    with pytest.raises(ConflictError, match="eu lieu"):
        forum_cancellation.cancel_forum(ctx, over.id, REASON, over.revision)
    other = make_forum(ctx.session)
    with pytest.raises(InvalidError):
        forums.change_state(ctx, other.id, ForumState.CANCELLED, other.revision)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_doors_let_nobody_in_but_let_out(ctx: Context) -> None:
    door = open_door(ctx)
    inside, outside = door.tickets(2)
    phone = door.phone("A")
    assert phone.scan(inside)["verdict"] == Verdict.ADMITTED
    forum = forum_cancellation.cancel_forum(ctx, door.forum.id, REASON, door.forum.revision)
    assert phone.scan(outside)["verdict"] == Verdict.NOT_TODAY
    assert phone.scan(inside, point=door.out_point.code)["verdict"] == Verdict.ADMITTED
    # What a phone told somebody before it knew stands.
    assert phone.scan(outside, decided=Verdict.ADMITTED)["verdict"] == Verdict.ADMITTED
    values = door_manifest.forum_values(forum, ctx.now)
    assert (values["is_today"], values["is_cancelled"]) == (False, True)
