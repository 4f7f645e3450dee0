"""« Représenté par »: who stands in is convened in turn, and told when no longer needed."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.mail_reading import calendar_lines, mails, text_of, token_of
from tests.races import results_at_once
from zna_network.models.invitation import Answer, Invitation
from zna_network.services import delivery, invitation_links, invitation_page, invitations, rsvp
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, TooManyAttemptsError
from zna_network.services.representatives import NAMED_A_DAY, Representative
from zna_network.services.rsvp import AnswerData

INES = Representative("Inès Essai", "Adjointe", "Ines.Essai@organisme.example")


def _by(representative: Representative) -> AnswerData:
    return AnswerData(Answer.REPRESENTED, representative=representative)


@pytest.fixture
def person(ctx: Context) -> Invitation:
    return make_invitation(ctx.session, make_meeting(ctx.session), convened=True)


@pytest.fixture
def visitor(ctx: Context) -> Context:
    return replace(ctx, actor=None, is_system=False, origin="192.0.2.1")


def _token(ctx: Context, person: Invitation) -> str:
    return invitation_links.token_of(ctx.settings, person)


def _stand_ins(person: Invitation) -> list[Invitation]:
    return [one for one in person.representatives if one.is_live]


def test_the_representative_gets_an_invitation_and_a_link_of_their_own(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    rsvp.answer_by_link(visitor, _token(ctx, person), _by(INES))
    assert person.answer is Answer.REPRESENTED
    [stand_in] = _stand_ins(person)
    assert (stand_in.name, stand_in.function, stand_in.email) == (
        "Inès Essai", "Adjointe", "ines.essai@organisme.example",
    )  # fmt: skip
    [mail] = mails_to(ctx.session, stand_in)
    assert mail.kind == "representative_invitation"
    assert person.name in text_of(mail)
    assert calendar_lines(mail)["ATTENDEE"].endswith(stand_in.email)
    assert token_of(mail) == _token(ctx, stand_in) != _token(ctx, person)
    rsvp.answer_by_link(visitor, token_of(mail), AnswerData(Answer.ON_SITE))
    assert stand_in.answer is Answer.ON_SITE
    assert person.answer is Answer.REPRESENTED
    assert person.email not in str(mail.content)


def test_changing_ones_mind_withdraws_the_representative(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    rsvp.answer_by_link(visitor, _token(ctx, person), _by(INES))
    [stand_in] = _stand_ins(person)
    delivery.deliver_due(ctx, "tests")
    rsvp.answer_by_link(visitor, _token(ctx, person), AnswerData(Answer.ON_SITE))
    assert not stand_in.is_live
    invited, cancel = mails_to(ctx.session, stand_in)
    assert cancel.kind == "representative_withdrawn"
    assert calendar_lines(cancel)["METHOD"] == "CANCEL"
    assert int(calendar_lines(cancel)["SEQUENCE"]) > int(calendar_lines(invited)["SEQUENCE"])
    assert invitation_page.read(visitor, _token(ctx, stand_in)).stage.value == "removed"


def test_a_change_of_mind_before_the_mail_left_leaves_no_trace_outside(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    rsvp.answer_by_link(visitor, _token(ctx, person), _by(INES))
    rsvp.answer_by_link(visitor, _token(ctx, person), AnswerData(Answer.ON_SITE))
    report = delivery.deliver_due(ctx, "tests")
    assert report.total == 0


def test_naming_somebody_else_replaces_the_first(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    rsvp.answer_by_link(visitor, _token(ctx, person), _by(INES))
    other = Representative("Omar Patron", "", "omar.patron@organisme.example")
    rsvp.answer_by_link(visitor, _token(ctx, person), _by(other))
    assert [one.name for one in _stand_ins(person)] == ["Omar Patron"]
    assert len(person.representatives) == 2


def test_the_same_person_named_again_is_not_written_to_twice(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    rsvp.answer_by_link(visitor, _token(ctx, person), _by(INES))
    rsvp.answer_by_link(visitor, _token(ctx, person), _by(replace(INES, name="Inès Essai-Nom")))
    [stand_in] = _stand_ins(person)
    assert stand_in.name == "Inès Essai-Nom"
    assert len(mails(ctx.session)) == 1


def test_somebody_already_invited_is_not_invited_twice(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    other = make_invitation(ctx.session, person.meeting, convened=True)
    rsvp.answer_by_link(
        visitor, _token(ctx, person), _by(Representative(other.name, "", other.email))
    )
    assert person.answer is Answer.REPRESENTED
    assert _stand_ins(person) == []
    assert mails(ctx.session) == []
    assert invitation_page.read(visitor, _token(ctx, person)).representative == other.name
    rsvp.answer_by_link(visitor, _token(ctx, person), AnswerData(Answer.ON_SITE))
    assert other.is_live


def test_a_representative_badly_described_is_refused_beside_the_field(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    for typed, field in (
        (Representative("", "", "a@organisme.example"), "representative_name"),
        (Representative("Inès", "", ""), "representative_email"),
        (Representative("Inès", "", "ines"), "representative_email"),
        (Representative("Voir https://exemple.example", "", "a@b.example"), "representative_name"),
        (Representative("Inès", "www.exemple.example", "a@b.example"), "representative_function"),
        (Representative("x" * 121, "", "a@b.example"), "representative_name"),
    ):
        with pytest.raises(InvalidError) as refusal:
            rsvp.answer_by_link(visitor, _token(ctx, person), _by(typed))
        assert refusal.value.field == field
        assert person.answer is None
        assert mails(ctx.session) == []


def test_nobody_represents_themselves_or_a_representative(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    with pytest.raises(InvalidError, match="personne représentée"):
        rsvp.answer_by_link(
            visitor, _token(ctx, person), _by(Representative("Moi", "", person.email))
        )
    rsvp.answer_by_link(visitor, _token(ctx, person), _by(INES))
    [stand_in] = _stand_ins(person)
    other = Representative("Omar Patron", "", "omar.patron@organisme.example")
    with pytest.raises(InvalidError, match="représentez déjà"):
        rsvp.answer_by_link(visitor, _token(ctx, stand_in), _by(other))


def test_a_link_does_not_serve_to_write_to_many_people(
    ctx: Context, visitor: Context, person: Invitation
) -> None:
    for rank in range(NAMED_A_DAY):
        typed = Representative(f"Nom {rank}", "", f"nom{rank}@organisme.example")
        rsvp.answer_by_link(visitor, _token(ctx, person), _by(typed))
    with pytest.raises(TooManyAttemptsError):
        rsvp.answer_by_link(visitor, _token(ctx, person), _by(INES))
    assert [one.name for one in _stand_ins(person)] == [f"Nom {NAMED_A_DAY - 1}"]


def test_the_same_representative_named_twice_at_once_is_convened_once(
    app: Flask, ctx: Context, person: Invitation
) -> None:
    token, number = _token(ctx, person), person.id
    ctx.session.rollback()
    act = lambda own: rsvp.answer_by_link(own, token, _by(INES)).id  # noqa: E731
    assert results_at_once(app, [act] * 4) == [number] * 4
    assert len(mails(ctx.session)) == 1


def test_two_people_who_name_the_same_representative_at_once(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    people = [make_invitation(ctx.session, meeting, convened=True) for _ in range(3)]
    tokens = [_token(ctx, person) for person in people]
    ctx.session.rollback()
    acts = [
        lambda own, token=token: rsvp.answer_by_link(own, token, _by(INES)).id for token in tokens
    ]
    outcomes = results_at_once(app, acts)
    assert all(isinstance(one, int | ConflictError) for one in outcomes)
    assert any(isinstance(one, int) for one in outcomes)
    assert len(mails(ctx.session)) == 1


def test_a_representative_named_before_the_convocations_leaves_with_them(ctx: Context) -> None:
    person = make_invitation(ctx.session, make_meeting(ctx.session))
    rsvp.enter_answer(ctx, person.meeting_id, person.id, _by(INES))
    assert mails(ctx.session) == []
    invitations.send_convocations(ctx, person.meeting_id)
    assert [m.kind for m in mails(ctx.session)] == [
        "meeting_invitation",
        "representative_invitation",
    ]


def test_a_change_of_date_is_told_to_both(ctx: Context, person: Invitation) -> None:
    rsvp.enter_answer(ctx, person.meeting_id, person.id, _by(INES))
    [stand_in] = _stand_ins(person)
    delivery.deliver_due(ctx, "tests")
    with ctx.unit_of_work():
        person.meeting.sequence += 1
        invitations.announce_change(ctx, person.meeting)
    assert mails_to(ctx.session, stand_in)[-1].kind == "meeting_update"
    assert (person.answer, person.outdated_answer) == (None, Answer.REPRESENTED)
    assert stand_in.is_live
    rsvp.enter_answer(ctx, person.meeting_id, person.id, _by(INES))
    assert _stand_ins(person) == [stand_in]
