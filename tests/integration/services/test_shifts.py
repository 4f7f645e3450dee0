"""The shift plan: one person, one post at a time, whoever writes it and however many at once."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.forums import make_forum
from tests.factories.organisations import make_grantee, make_organisation
from tests.races import race
from zna_network.models.account import Role
from zna_network.models.forum import Forum, ForumState, Shift, ShiftPerson
from zna_network.services import forums, shifts
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError
from zna_network.services.forums import ForumData
from zna_network.services.shifts import PersonData, ShiftData


def _shift(ctx: Context, forum: Forum, starts: int, ends: int, **values: Any) -> Shift:
    data = {"post": f"Poste de {starts} h", "starts": time(starts), "ends": time(ends), **values}
    return shifts.create_shift(ctx, forum.id, ShiftData(**data))


def _put(ctx: Context, shift: Shift, name: str, email: str = "") -> ShiftPerson:
    return shifts.add_person(ctx, shift.forum_id, shift.id, PersonData(name, email))


def test_the_same_person_holds_one_post_at_a_time(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    morning, noon, after = (_shift(ctx, forum, *h) for h in ((9, 12), (11, 13), (12, 14)))
    _put(ctx, morning, "Jean-Luc Bruyère", "jl@exemple.example")
    for name, email in (
        ("BRUYERE Jean Luc", ""),
        ("J.-L. B.", "JL@exemple.example"),
        ("Jean-Luc Bruyère", "autre@exemple.example"),
    ):
        with pytest.raises(ConflictError, match="Poste de 9 h") as refusal:
            _put(ctx, noon, name, email)
        assert refusal.value.field == "name"
    _put(ctx, after, "Jean-Luc Bruyère")  # As the first ends, the second begins.
    _put(ctx, noon, "Оксана", "oksana@exemple.example")
    _put(ctx, noon, "Тарас")  # Another name in another script is another person.
    with pytest.raises(ConflictError, match="tient déjà ce poste"):
        _put(ctx, noon, "оксана")
    # Nor when the hours of a post move onto another; the plan stays as it was.
    with pytest.raises(ConflictError, match="Poste de 9 h"):
        shifts.update_shift(
            ctx, forum.id, after.id, ShiftData("Poste", time(11), time(14)), after.revision
        )
    assert _hours(ctx.session, after) == (11, 13)
    # Another forum is another day.
    _put(ctx, _shift(ctx, make_forum(ctx.session), 9, 12), "Jean-Luc Bruyère")


def _hours(session: Session, shift: Shift) -> tuple[int, int]:
    session.refresh(shift)
    return shift.starts_at.hour, shift.ends_at.hour


def test_of_several_at_once_one_puts_the_person_at_a_post(app: Flask, ctx: Context) -> None:
    forum = make_forum(ctx.session)
    plan = [_shift(ctx, forum, 9, 12, post=f"Porte {rank}") for rank in range(4)]
    ids = [(shift.forum_id, shift.id) for shift in plan]
    ctx.session.rollback()
    person = PersonData("Hawa Genêt", "hawa@exemple.example")
    acts = [lambda own, i=i: shifts.add_person(own, *i, person) for i in ids]
    assert race(app, acts) == ["ConflictError"] * 3 + ["won"]
    assert ctx.session.query(ShiftPerson).count() == 1


def test_a_plan_is_copied_without_its_people_and_follows_its_forum(ctx: Context) -> None:
    source = make_forum(ctx.session, held_on=date(2026, 12, 16), state=ForumState.CLOSED)
    eve = _shift(ctx, source, 14, 18, post="Montage", day=-1, needed=4)
    _put(ctx, eve, "Hawa Genêt")
    _shift(ctx, source, 9, 12, post="Accueil")
    forum = make_forum(ctx.session, held_on=None)
    assert shifts.copy_shifts(ctx, forum.id, source.id) == 2
    assert shifts.copy_shifts(ctx, forum.id, source.id) == 0
    copied = ctx.session.query(Shift).filter_by(forum_id=forum.id, post="Montage").one()
    assert (copied.needed, copied.people, copied.missing) == (4, [], 4)
    person = _put(ctx, copied, "Driss Iris", "driss@exemple.example")
    person.reminded_at = ctx.now
    ctx.session.commit()
    # The date is announced: in summer, the same hours on the clocks of Arras.
    forums.update_forum(
        ctx, forum.id, ForumData(title="Forum", held_on=date(2027, 6, 9)), forum.revision
    )
    ctx.session.refresh(copied)
    assert copied.starts_at == datetime(2027, 6, 8, 12, 0, tzinfo=UTC)
    ctx.session.refresh(person)
    assert person.reminded_at is None


def test_grantees_put_their_own_people_and_only_staff_draw_the_plan(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    shift = _shift(ctx, forum, 9, 12)
    other = make_organisation(ctx.session)
    by_staff = shifts.add_person(
        ctx, forum.id, shift.id, PersonData("Chloé Iris", organisation_id=str(other.id))
    )
    grantee = make_grantee(ctx.session)
    own = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    mine = shifts.add_person(
        own, forum.id, shift.id, PersonData("Igor Orpin", organisation_id=str(other.id))
    )
    assert mine.organisation_id == grantee.id
    with pytest.raises(ForbiddenError):
        shifts.remove_person(own, forum.id, shift.id, by_staff.id)
    with pytest.raises(ForbiddenError):
        _shift(own, forum, 13, 14)
    shifts.remove_person(own, forum.id, shift.id, mine.id)
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, other))
    with pytest.raises(ForbiddenError):
        _put(partner, shift, "Quelqu’un")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"post": "  "}, "post"),
        ({"ends": time(9)}, "ends"),
        ({"needed": 0}, "needed"),
        ({"needed": 51}, "needed"),
        ({"day": 9}, "day"),
    ],
)
def test_a_post_that_makes_no_sense_is_refused(
    ctx: Context, values: dict[str, Any], field: str
) -> None:
    forum = make_forum(ctx.session)
    data = {"post": "Accueil", "starts": time(9), "ends": time(12), **values}
    with pytest.raises(InvalidError) as refusal:
        shifts.create_shift(ctx, forum.id, ShiftData(**data))
    assert refusal.value.field == field
    assert ctx.session.query(Shift).count() == 0
