"""Two stands never share a square, whoever is first, on either engine; the grid and its image."""

from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_organisation
from tests.races import results_at_once
from zna_network.models.account import Role
from zna_network.models.forum import ForumState
from zna_network.models.stand import Stand, StandSquare
from zna_network.services import stand_plan, stands
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.stand_squares import Place, place_of


def _squares(ctx: Context, stand: Stand) -> set[tuple[int, int]]:
    found = ctx.session.scalars(select(StandSquare).where(StandSquare.stand_id == stand.id))
    return {(square.column, square.row) for square in found}


def _place(ctx: Context, stand: Stand, *place: int) -> Stand:
    return stand_plan.place_stand(ctx, stand.forum_id, stand.number, Place(*place), stand.revision)


def test_places_moves_and_takes_off(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    first = make_stand(ctx.session, forum, make_organisation(ctx.session, name="La Maison"))
    second = make_stand(ctx.session, forum)
    _place(ctx, first, 0, 0, 2, 2)
    assert _squares(ctx, first) == {(0, 0), (1, 0), (0, 1), (1, 1)}
    with pytest.raises(ConflictError) as refusal:
        _place(ctx, second, 1, 1, 2, 2)
    assert refusal.value.message == "Cette place est prise par le stand n° 1, La Maison."
    assert place_of(second) is None
    _place(ctx, second, 2, 0, 2, 2)
    # Over its own squares, then where the first was: only what is left is taken.
    _place(ctx, first, 0, 1, 2, 2)
    _place(ctx, second, 0, 0, 1, 1)
    assert _squares(ctx, first) == {(0, 1), (1, 1), (0, 2), (1, 2)}
    with pytest.raises(ConflictError, match="vient de modifier"):
        stand_plan.place_stand(ctx, forum.id, 1, Place(9, 9, 2, 2), first.revision - 1)
    stands.withdraw_stand(ctx, forum.id, 1, "Annulé", first.revision)
    assert _squares(ctx, first) == set()
    assert stand_plan.place_in_first_gap(ctx, forum.id, 2, second.revision).column == 1
    stand_plan.unplace_stand(ctx, forum.id, 2, second.revision)
    assert place_of(second) is None
    with pytest.raises(ConflictError, match="décliné ou retiré"):
        _place(ctx, first, 0, 0, 1, 1)


@pytest.mark.parametrize("is_orderly", [True, False], ids=["in turn", "all at once"])
def test_one_place_for_one_stand_whoever_is_first(
    app: Flask, ctx: Context, monkeypatch: pytest.MonkeyPatch, is_orderly: bool
) -> None:
    """Also without the turns that the service makes moves take: the primary key alone refuses,
    and the refusal still names who is there."""
    if not is_orderly:
        monkeypatch.setattr(stand_plan, "take_turns", lambda *_: None)
    forum = make_forum(ctx.session)
    rivals = [make_stand(ctx.session, forum) for _ in range(5)]
    wanted = [(rival.number, rival.revision) for rival in rivals]
    acts = [
        lambda c, n=number, r=revision: stand_plan.place_stand(c, forum.id, n, Place(4, 4, 2, 2), r)
        for number, revision in wanted
    ]
    results = results_at_once(app, acts)
    refusals = [one for one in results if isinstance(one, ConflictError)]
    [winner] = [stand for stand in rivals if place_of(stand)]
    assert len(refusals) == 4
    for refusal in refusals:
        assert f"le stand n° {winner.number}, {winner.name}." in refusal.message
    assert _squares(ctx, winner) == {(4, 4), (5, 4), (4, 5), (5, 5)}
    assert len(ctx.session.scalars(select(StandSquare)).all()) == 4


def test_stands_that_change_places_at_once_do_not_wait_for_each_other(
    app: Flask, ctx: Context
) -> None:
    forum = make_forum(ctx.session)
    left = make_stand(ctx.session, forum, place=Place(0, 0, 2, 2))
    right = make_stand(ctx.session, forum, place=Place(4, 0, 2, 2))
    moves = [(left.number, left.revision, 4), (right.number, right.revision, 0)]
    acts = [
        lambda c, n=number, r=revision, x=column: stand_plan.place_stand(
            c, forum.id, n, Place(x, 0, 2, 2), r
        )
        for number, revision, column in moves
    ]
    assert all(isinstance(one, ConflictError) for one in results_at_once(app, acts))
    assert (left.column, right.column) == (0, 4)


def test_the_database_refuses_a_second_stand_on_a_square(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    make_stand(ctx.session, forum, place=Place(3, 3, 1, 1))
    with pytest.raises(IntegrityError):
        make_stand(ctx.session, forum, place=Place(3, 3, 1, 1))
    ctx.session.rollback()
    make_stand(ctx.session, make_forum(ctx.session), place=Place(3, 3, 1, 1))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_does_not_fit_is_refused(ctx: Context) -> None:
    forum = make_forum(ctx.session, plan_columns=10, plan_rows=6)
    stand = make_stand(ctx.session, forum)
    for place, field in (
        ((9, 0, 2, 2), "column"),
        ((-1, 0, 2, 2), "column"),
        ((0, 5, 2, 2), "row"),
        ((0, -1, 2, 2), "row"),
        ((0, 0, 13, 1), "width"),
        ((0, 0, 1, 0), "height"),
    ):
        with pytest.raises(InvalidError) as refusal:
            _place(ctx, stand, *place)
        assert refusal.value.field == field
    _place(ctx, stand, 8, 4, 2, 2)
    for columns, rows, field in (
        (9, 6, "plan_columns"),
        (10, 5, "plan_rows"),
        (61, 6, "plan_columns"),
        (10, 3, "plan_rows"),
    ):
        with pytest.raises(InvalidError) as too_small:
            stand_plan.set_grid(ctx, forum.id, columns, rows, forum.revision)
        assert too_small.value.field == field
    stand_plan.set_grid(ctx, forum.id, 12, 8, forum.revision)
    full = make_forum(ctx.session, plan_columns=4, plan_rows=4)
    make_stand(ctx.session, full, place=Place(1, 1, 2, 2))
    waiting = make_stand(ctx.session, full)
    with pytest.raises(ConflictError, match="plein"):
        stand_plan.place_in_first_gap(ctx, full.id, waiting.number, waiting.revision)
    member = acting_as(ctx, make_user(ctx.session, Role.PARTNER, stand.organisation))
    with pytest.raises(ForbiddenError):
        _place(member, stand, 0, 0, 2, 2)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_image_is_made_again_and_kept_from_others(ctx: Context) -> None:
    forum = make_forum(ctx.session, state=ForumState.DRAFT)
    upload = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret"
    Image.effect_noise((3000, 1000), 80).save(upload, "JPEG", exif=exif)
    stand_plan.set_image(ctx, forum.id, upload.getvalue())
    image = stand_plan.plan_image(ctx, forum.slug)
    with Image.open(BytesIO(image.content)) as kept:
        assert max(kept.size) == stand_plan.IMAGE_SIDE
        assert b"secret" not in image.content
    for content in (b"", b"<svg onload='alert(1)'/>", upload.getvalue()[:500], b"x" * 8_000_001):
        with pytest.raises(InvalidError) as refusal:
            stand_plan.set_image(ctx, forum.id, content)
        assert refusal.value.field == "image"
    stranger = acting_as(ctx, make_user(ctx.session, Role.AGENT, is_active=False))
    with pytest.raises(NotFoundError):
        stand_plan.plan_image(stranger, forum.slug)
    stand_plan.remove_image(ctx, forum.id)
    with pytest.raises(NotFoundError):
        stand_plan.plan_image(ctx, forum.slug)
