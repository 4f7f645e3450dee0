"""Suggested duplicates, on both engines."""

from dataclasses import replace

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_organisation
from zna_network.models.account import Role
from zna_network.models.directory_work import DismissedDuplicate
from zna_network.models.organisation import OrganisationKind
from zna_network.services import duplicates
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.likeness import Reason
from zna_network.services.organisations import OrganisationData


def test_pairs_come_with_their_reasons_the_most_alike_first(ctx: Context) -> None:
    near = make_organisation(ctx.session, name="Emaüs", commune_insee="62041")
    one = make_organisation(
        ctx.session, name="Emmaüs", commune_insee="62041", email="a@emmaus.example"
    )
    same = make_organisation(
        ctx.session, name="Association EMMAÜS", commune_insee="62041", email="a@emmaus.example"
    )
    make_organisation(ctx.session, name="Emmaüs", commune_insee="62013")
    make_organisation(ctx.session, name="Emmaüs", commune_insee="62041", archived_at=ctx.now)
    pairs = duplicates.find_pairs(ctx)
    assert [(pair.low_id, pair.high_id, pair.reasons) for pair in pairs] == [
        (one.id, same.id, (Reason.SAME_NAME, Reason.EMAIL)),
        (near.id, one.id, (Reason.NEAR_NAME,)),
        (near.id, same.id, (Reason.NEAR_NAME,)),
    ]


def test_outside_the_territory_the_town_is_the_place(ctx: Context) -> None:
    one = make_organisation(ctx.session, name="Emmaüs de Lens", city="Lens")
    same = make_organisation(ctx.session, name="Emmaüs", city="LENS")
    make_organisation(ctx.session, name="Emmaüs", city="Lille")
    pairs = duplicates.find_pairs(ctx)
    assert [(pair.low_id, pair.high_id) for pair in pairs] == [(one.id, same.id)]


def test_a_pair_set_aside_is_not_suggested_again_until_reconsidered(ctx: Context) -> None:
    one = make_organisation(ctx.session, name="Emmaüs")
    other = make_organisation(ctx.session, name="Emmaus")
    agent = make_user(ctx.session, Role.AGENT)
    as_agent = acting_as(ctx, agent)
    duplicates.dismiss_pair(as_agent, other.id, one.id)
    duplicates.dismiss_pair(as_agent, one.id, other.id)
    assert duplicates.find_pairs(ctx) == []
    row = ctx.session.query(DismissedDuplicate).one()
    assert (row.low_id, row.high_id, row.dismissed_by_id) == (one.id, other.id, agent.id)
    assert len(duplicates.find_pairs(ctx, dismissed=True)) == 1
    duplicates.reconsider_pair(ctx, one.id, other.id)
    duplicates.reconsider_pair(ctx, one.id, other.id)
    assert len(duplicates.find_pairs(ctx)) == 1
    assert duplicates.find_pairs(ctx, dismissed=True) == []


def test_what_cannot_be_set_aside(ctx: Context) -> None:
    one = make_organisation(ctx.session)
    gone = make_organisation(ctx.session, archived_at=ctx.now)
    with pytest.raises(InvalidError, match="deux fiches différentes"):
        duplicates.dismiss_pair(ctx, one.id, one.id)
    with pytest.raises(NotFoundError):
        duplicates.dismiss_pair(ctx, one.id, 404)
    with pytest.raises(ConflictError):
        duplicates.dismiss_pair(ctx, one.id, gone.id)
    assert ctx.session.query(DismissedDuplicate).count() == 0


def test_a_new_record_is_told_what_it_looks_like(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="Emmaüs d’Arras", commune_insee="62041")
    data = OrganisationData("Emmaüs", OrganisationKind.ASSOCIATION, commune_insee="62041")
    found = duplicates.look_alikes(ctx, data)
    assert [(like.organisation_id, like.name) for like in found] == [(known.id, "Emmaüs d’Arras")]
    assert found[0].reasons == (Reason.SAME_NAME,)
    assert duplicates.look_alikes(ctx, replace(data, name="Secours populaire")) == []


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_duplicates_are_for_staff(ctx: Context, role: Role) -> None:
    organisation = make_organisation(ctx.session)
    other = make_organisation(ctx.session)
    reader = acting_as(ctx, make_user(ctx.session, role, organisation))
    data = OrganisationData("Emmaüs", OrganisationKind.ASSOCIATION)
    for act in (
        lambda: duplicates.find_pairs(reader),
        lambda: duplicates.look_alikes(reader, data),
        lambda: duplicates.dismiss_pair(reader, organisation.id, other.id),
        lambda: duplicates.reconsider_pair(reader, organisation.id, other.id),
    ):
        with pytest.raises(ForbiddenError):
            act()
