"""The list of rights that staff keep, on both engines."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_offer, make_organisation
from tests.races import race
from zna_network.models.account import Role
from zna_network.models.territory import Right, RightKind
from zna_network.services import reference_data, rights
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, NotFoundError
from zna_network.services.organisations import InvalidValuesError
from zna_network.services.rights import RightData

ALS = RightData("Allocation de logement sociale", "ALS", " CAF ;; MSA ", RightKind.LEGAL)


def test_a_right_is_added_at_the_end_of_the_list(ctx: Context) -> None:
    right = rights.create_right(ctx, ALS)
    assert (right.code, right.operators, right.position) == ("ALS", "CAF;MSA", 21)
    assert right.is_active


def test_a_code_is_made_from_the_name_and_never_taken_twice(ctx: Context) -> None:
    codes = [
        rights.create_right(ctx, RightData(label, acronym)).code
        for label, acronym in (
            ("Aide à la mobilité", ""),
            ("Aide à la mobilité (permis)", "RSA"),
            ("Aide très longue pour le maintien à domicile", ""),
            ("—", ""),
        )
    ]
    assert codes == ["AIDE_A_LA_MOBILITE", "RSA_2", "AIDE_TRES_LONGUE_POUR_LE_MAINT", "DROIT"]


def test_the_same_name_is_refused_whatever_its_spelling(ctx: Context) -> None:
    with pytest.raises(ConflictError, match="déjà dans la liste") as refusal:
        rights.create_right(ctx, RightData("REVENU DE SOLIDARITE ACTIVE"))
    assert refusal.value.field == "label"
    rights.set_right_active(ctx, "RSA", active=False)
    with pytest.raises(ConflictError, match="réactivez-le"):
        rights.create_right(ctx, RightData("Revenu de solidarité active"))


def test_a_right_needs_a_name(ctx: Context) -> None:
    with pytest.raises(InvalidValuesError) as refusal:
        rights.create_right(ctx, RightData(" ", acronym="x" * 21))
    assert {problem.field for problem in refusal.value.problems} == {"label", "acronym"}
    assert ctx.session.query(Right).count() == 20


def test_two_agents_add_the_same_right_at_once(app: Flask, ctx: Context) -> None:
    outcomes = race(app, [lambda c: rights.create_right(c, ALS)] * 2)
    assert outcomes == ["ConflictError", "won"]
    assert ctx.session.query(Right).count() == 21


def test_a_new_name_is_found_at_once_and_kept_by_the_next_update(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    make_offer(ctx.session, organisation, rights=["APL"])
    seen = organisation.revision
    data = RightData("Aide au logement", "AL", "CAF", RightKind.LEGAL)
    rights.update_right(ctx, "APL", data, 1)
    ctx.session.expire_all()
    assert "aide au logement" in organisation.search_text
    assert "personnalisee" not in organisation.search_text
    assert organisation.revision == seen
    reference_data.load(ctx)
    assert rights.right_by_code(ctx, "APL").label == "Aide au logement"


def test_a_change_needs_the_latest_version_and_a_free_name(ctx: Context) -> None:
    rights.update_right(ctx, "APL", ALS, 1)
    with pytest.raises(ConflictError, match="Quelqu’un"):
        rights.update_right(ctx, "APL", replace(ALS, label="Autre"), 1)
    with pytest.raises(ConflictError, match="déjà dans la liste"):
        rights.update_right(ctx, "RSA", ALS, 1)


def test_a_right_put_aside_stays_where_it_is_named(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    offer = make_offer(ctx.session, organisation, rights=["APL"])
    assert not rights.set_right_active(ctx, "APL", active=False).is_active
    assert [right.code for right in offer.rights] == ["APL"]
    assert rights.set_right_active(ctx, "APL", active=True).is_active


def test_an_unknown_right_is_not_found(ctx: Context) -> None:
    for code in ("INCONNU", "", "\x00", "é" * 9, "' OR 1"):
        with pytest.raises(NotFoundError):
            rights.set_right_active(ctx, code, active=False)


def test_only_staff_keep_the_list(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, organisation))
    for act in (
        lambda: rights.create_right(grantee, ALS),
        lambda: rights.update_right(grantee, "APL", ALS, 1),
        lambda: rights.set_right_active(grantee, "APL", active=False),
    ):
        with pytest.raises(ForbiddenError):
            act()
